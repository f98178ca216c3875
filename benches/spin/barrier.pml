/* A barrier with two turnstiles, used twice by two workers.
   A transition is one load (with the decision or assertion that follows from it), store, acquire or release; the loop
   belongs to the last release. `ended` follows from where the workers stand. */
byte count, ended;
byte rounds[2];
bit mutex;
byte enter;
byte leave = 1;

active [2] proctype Worker() {
  byte i, found;
end:
  do
  :: d_step { i < 2 -> rounds[_pid] = i + 1 };
     d_step { mutex == 0 -> mutex = 1 };
     found = count;
     d_step { count = found + 1; found = 0 };
     if
     :: count == 2 ->
        d_step { leave > 0 -> leave-- };
        enter++
     :: count != 2
     fi;
     mutex = 0;
     d_step { enter > 0 -> enter-- };
     enter++;
     assert(rounds[1 - _pid] >= i + 1);
     d_step { mutex == 0 -> mutex = 1 };
     found = count;
     d_step { count = found - 1; found = 0 };
     if
     :: count == 0 ->
        d_step { enter > 0 -> enter-- };
        leave++
     :: count != 0
     fi;
     mutex = 0;
     d_step { leave > 0 -> leave-- };
     d_step {
       leave++; i++;
       if
       :: i == 2 ->
          ended++;
          if
          :: ended == 2 -> c_code { printf("outcome %d %d\n", now.rounds[0], now.rounds[1]); }
          :: else
          fi
       :: else
       fi
     }
  od
}
