/* Tasks that await something between load and store.
   A transition is what a task does from one await to the next. `ended` follows from where the tasks stand. */
byte counter, ended;

active [2] proctype Count() {
  byte found;
  found = counter;
  d_step { counter = found + 1; found = counter };
  d_step {
    counter = found + 1; found = 0;
    ended++;
    if
    :: ended == 2 ->
       c_code { printf("outcome %d\n", now.counter); };
       assert(counter == 4)
    :: else
    fi
  };
end:
  false
}
