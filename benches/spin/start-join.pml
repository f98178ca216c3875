/* A worker starts two others and reads their result once both have ended.
   A transition is a start, a join, the fetch-and-add (which ends that worker), or the load (with the assertion). */
byte counter;
bit over[2];

proctype Add(byte which) {
  d_step { counter++; over[which] = 1 };
end:
  false
}

active proctype Main() {
  run Add(0);
  run Add(1);
  over[0];
  over[1];
  d_step { assert(counter == 2); c_code { printf("outcome %d\n", now.counter); } };
end:
  false
}
