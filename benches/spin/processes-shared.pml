/* Processes with one word of shared memory between them.
   A transition is a load or a store; the last store ends the process. `ended` follows from where the processes stand.
   The last one to end checks and prints the word. */
byte counter, ended;

active [2] proctype Count() {
  byte found;
  found = counter;
  d_step { counter = found + 1; found = 0 };
  found = counter;
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
