/* A lock made of one flag.
   A transition is a load of the flag (by what it finds: again, or on), the store that raises it, the load and the store
   of the counter, or the store that lowers it. `ended` follows from where the workers stand. */
bit busy;
byte counter, ended;

active [2] proctype Worker() {
  byte found;
  do
  :: busy
  :: !busy -> break
  od;
  busy = 1;
  found = counter;
  d_step { counter = found + 1; found = 0 };
  d_step {
    busy = 0; ended++;
    if
    :: ended == 2 ->
       c_code { printf("outcome %d\n", now.counter); };
       assert(counter == 2)
    :: else
    fi
  };
end:
  false
}
