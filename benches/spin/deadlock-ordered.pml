/* Two transfers take the same two locks in the same order.
   A transition is an acquire, a release, or the fetch-and-add; that of the last release also ends the worker. `ended`
   follows from where the workers stand. A deadlock is an invalid end state. */
bit a, b;
byte done, ended;

inline finish() {
  ended++;
  if
  :: ended == 2 ->
     c_code { printf("outcome %d\n", now.done); };
     assert(done == 2)
  :: else
  fi
}

active proctype Transfer() {
  d_step { a == 0 -> a = 1 };
  d_step { b == 0 -> b = 1 };
  done++;
  b = 0;
  d_step { a = 0; finish() };
end:
  false
}

active proctype TransferBack() {
  d_step { a == 0 -> a = 1 };
  d_step { b == 0 -> b = 1 };
  done++;
  b = 0;
  d_step { a = 0; finish() };
end:
  false
}
