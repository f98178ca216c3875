/* A buffer of one place whose waiters look once; run with -E.
   A transition is one load (with the decision or assertion that follows from it), store, acquire, release, wait (which
   gives the lock back), wake (which takes it again) or notify. `ended` follows from where the workers stand.
   A failed assertion ends the run: whoever fails keeps the lock, so nobody else can move. Those who then stand still are
   no deadlock, so invalid end states are ignored (-E) and a worker that takes no part looks for deadlocks. */
byte count, ended;
bit lock;
bit ok = 1;
bit waits[4];

inline update(change) {
  d_step { ok -> found = count };
  d_step { count = found + change; found = 0 }
}

inline notify_all() { d_step { ok -> waits[0] = 0; waits[1] = 0; waits[2] = 0; waits[3] = 0 } }

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

inline check() {
  d_step {
    if
    :: count == 1
    :: else -> ok = 0; c_code { printf("failed %d\n", now.count); }; assert(false)
    fi
  }
}

active [2] proctype Consume() {
  byte found;
  d_step { lock == 0 -> lock = 1 };
  if
  :: count == 0 ->
     d_step { lock = 0; waits[_pid] = 1 };
     d_step { !waits[_pid] && lock == 0 -> lock = 1 }
  :: count != 0
  fi;
  check();
  update(-1);
  notify_all();
  finish();
end:
  false
}

active [2] proctype Produce() {
  byte found;
  d_step { lock == 0 -> lock = 1 };
  if
  :: count == 1 ->
     d_step { lock = 0; waits[_pid] = 1 };
     d_step { !waits[_pid] && lock == 0 -> lock = 1 }
  :: count != 1
  fi;
  update(1);
  check();
  notify_all();
  finish();
end:
  false
}

active proctype Watch() {
end:
  timeout && ok && ended < 4 ->
  c_code { printf("deadlock %d\n", now.count); };
  false
}
