/* Peterson's lock for two workers.
   A transition is one load or one store; a load in the waiting loop is told apart by what it finds. `ended` follows from
   where the workers stand. */
bit wants[2];
byte turn, counter, ended;

active [2] proctype Worker() {
  byte found;
  wants[_pid] = 1;
  turn = 1 - _pid;
  do
  :: !wants[1 - _pid] -> break
  :: wants[1 - _pid] ->
     if
     :: turn == 1 - _pid
     :: turn != 1 - _pid -> break
     fi
  od;
  found = counter;
  d_step { counter = found + 1; found = 0 };
  d_step {
    wants[_pid] = 0; ended++;
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
