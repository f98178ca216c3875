/* A barrier with one turnstile, used twice by two workers; run with -E.
   A transition is one load (with the decision or assertion that follows from it), store, acquire or release; the loop
   belongs to the last release. `ended` follows from where the workers stand.
   A failed assertion ends the run: nobody moves unless `ok`. Those who then stand still are no deadlock, so invalid end
   states are ignored (-E) and a worker that takes no part looks for deadlocks. */
byte count, ended;
byte rounds[2];
bit mutex;
byte turnstile;
bit ok = 1;

active [2] proctype Worker() {
  byte i, found;
end:
  do
  :: d_step { ok && i < 2 -> rounds[_pid] = i + 1 };
     d_step { ok && mutex == 0 -> mutex = 1 };
     d_step { ok -> found = count };
     d_step { ok -> count = found + 1; found = 0 };
     if
     :: ok && count == 2 -> d_step { ok -> turnstile++ }
     :: ok && count != 2
     fi;
     d_step { ok -> mutex = 0 };
     d_step { ok && turnstile > 0 -> turnstile-- };
     d_step { ok -> turnstile++ };
     d_step {
       ok ->
       if
       :: rounds[1 - _pid] >= i + 1
       :: else ->
          ok = 0;
          c_code { printf("failed %d %d\n", now.rounds[0], now.rounds[1]); };
          assert(false)
       fi
     };
     d_step { ok && mutex == 0 -> mutex = 1 };
     d_step { ok -> found = count };
     d_step { ok -> count = found - 1; found = 0 };
     if
     :: ok && count == 0 -> d_step { ok && turnstile > 0 -> turnstile-- }
     :: ok && count != 0
     fi;
     d_step {
       ok -> mutex = 0; i++;
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

active proctype Watch() {
end:
  timeout && ok && ended < 2 ->
  c_code { printf("deadlock %d %d\n", now.rounds[0], now.rounds[1]); };
  false
}
