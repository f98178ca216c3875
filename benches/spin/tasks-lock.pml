/* A lock held across the await: others may run in the meantime, but none gets in.
   A transition is what a task does from one await to the next; whoever has just released the lock goes on and takes it
   again. `ended` follows from where the tasks stand. */
bit lock;
byte counter, ended;

active [3] proctype Count() {
  byte found;
  d_step { lock == 0 -> lock = 1; found = counter };
  d_step { counter = found + 1; found = counter };
  d_step {
    counter = found + 1; found = 0; lock = 0;
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
