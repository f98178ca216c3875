/* Tasks that await nothing: each counts to its end before another begins.
   A transition is a whole task. `ended` follows from where the tasks stand. */
byte counter, ended;

active [3] proctype Count() {
  byte found;
  d_step {
    found = counter; counter = found + 1;
    found = counter; counter = found + 1;
    found = 0;
    ended++;
    if
    :: ended == 3 ->
       c_code { printf("outcome %d\n", now.counter); };
       assert(counter == 6)
    :: else
    fi
  };
end:
  false
}
