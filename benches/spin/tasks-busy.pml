/* A task that looks again and again without awaiting: who could help it never has a turn.
   A transition is a look (after one in vain the task keeps the turn), or what the other task does from one await to the
   next. `ended` follows from where the tasks stand. */
bit ready, busy;
byte ended;

inline finish() {
  ended++;
  if
  :: ended == 2 -> c_code { printf("outcome %d\n", now.ready); }
  :: else
  fi
}

active proctype Impatient() {
  do
  :: d_step { ready == 0 -> busy = 1 }
  :: d_step { ready == 1 -> busy = 0; finish() }; break
  od;
end:
  false
}

active proctype Helper() {
  busy == 0;
  d_step { busy == 0 -> ready = 1; finish() };
end:
  false
}
