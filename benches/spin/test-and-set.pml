/* A spin lock from an indivisible exchange, three workers.
   A transition is an exchange (by what it finds: again, or in), the load and the store of the counter, or the store that
   gives the lock back. `ended` follows from where the workers stand. */
bit busy;
byte counter, ended;

active [3] proctype Worker() {
  byte found;
  do
  :: d_step { busy -> busy = 1 }
  :: d_step { !busy -> busy = 1 }; break
  od;
  found = counter;
  d_step { counter = found + 1; found = 0 };
  d_step {
    busy = 0; ended++;
    if
    :: ended == 3 ->
       c_code { printf("outcome %d\n", now.counter); };
       assert(counter == 3)
    :: else
    fi
  };
end:
  false
}
