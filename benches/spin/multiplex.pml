/* A semaphore lets two of three workers in at once.
   A transition is the acquire, a fetch-and-add (the first one with the assertion on what it found), or the release.
   `ended` follows from where the workers stand. */
byte room = 2;
byte inside, ended;

active [3] proctype Worker() {
  d_step { room > 0 -> room-- };
  d_step { assert(inside < 2); inside++ };
  inside--;
  d_step {
    room++; ended++;
    if
    :: ended == 3 ->
       c_code { printf("outcome %d\n", now.inside); };
       assert(inside == 0)
    :: else
    fi
  };
end:
  false
}
