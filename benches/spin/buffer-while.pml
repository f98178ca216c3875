/* A buffer of one place whose waiters look again after they wake.
   A transition is one load (with the decision or assertion that follows from it), store, acquire, release, wait (which
   gives the lock back), wake (which takes it again) or notify. `ended` follows from where the workers stand. */
byte count, ended;
bit lock;
bit waits[4];

inline update(change) {
  found = count;
  d_step { count = found + change; found = 0 }
}

inline notify_all() { d_step { waits[0] = 0; waits[1] = 0; waits[2] = 0; waits[3] = 0 } }

inline finish() {
  d_step {
    lock = 0; ended++;
    if
    :: ended == 4 ->
       c_code { printf("outcome %d\n", now.count); };
       assert(count == 0)
    :: else
    fi
  }
}

active [2] proctype Consume() {
  byte found;
  d_step { lock == 0 -> lock = 1 };
  do
  :: count == 0 ->
     d_step { lock = 0; waits[_pid] = 1 };
     d_step { !waits[_pid] && lock == 0 -> lock = 1 }
  :: count != 0 -> break
  od;
  assert(count == 1);
  update(-1);
  notify_all();
  finish();
end:
  false
}

active [2] proctype Produce() {
  byte found;
  d_step { lock == 0 -> lock = 1 };
  do
  :: count == 1 ->
     d_step { lock = 0; waits[_pid] = 1 };
     d_step { !waits[_pid] && lock == 0 -> lock = 1 }
  :: count != 1 -> break
  od;
  update(1);
  assert(count == 1);
  notify_all();
  finish();
end:
  false
}
