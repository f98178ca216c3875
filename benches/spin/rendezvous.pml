/* A rendezvous of two workers.
   A transition is the store, the release of one's own semaphore, the acquire of the other's, or the load (with the
   assertion on what it found). `ended` follows from where the workers stand. */
bit arrived[2];
byte here[2], ended;

active [2] proctype Worker() {
  arrived[_pid] = 1;
  here[_pid]++;
  d_step { here[1 - _pid] > 0 -> here[1 - _pid]-- };
  d_step {
    assert(arrived[1 - _pid]);
    ended++;
    if
    :: ended == 2 -> c_code { printf("outcome %d %d\n", now.arrived[0], now.arrived[1]); }
    :: else
    fi
  };
end:
  false
}
