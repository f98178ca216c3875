/* One writer and two readers; the first reader in takes the room, the last one out leaves it.
   A transition is one load (with the decision or assertion that follows from it), store, acquire or release. `ended`
   follows from where the workers stand. */
byte first, second, readers, ended;
bit mutex;
byte room = 1;

inline finish() {
  ended++;
  if
  :: ended == 3 -> c_code { printf("outcome %d %d\n", now.first, now.second); }
  :: else
  fi
}

active proctype Writer() {
  d_step { room > 0 -> room-- };
  first = 1;
  second = 1;
  d_step { room++; finish() };
end:
  false
}

active [2] proctype Reader() {
  byte found;
  d_step { mutex == 0 -> mutex = 1 };
  found = readers;
  d_step { readers = found + 1; found = 0 };
  if
  :: readers == 1 -> d_step { room > 0 -> room-- }
  :: readers != 1
  fi;
  mutex = 0;
  found = first;
  d_step { assert(found == second); found = 0 };
  d_step { mutex == 0 -> mutex = 1 };
  found = readers;
  d_step { readers = found - 1; found = 0 };
  if
  :: readers == 0 -> room++
  :: readers != 0
  fi;
  d_step { mutex = 0; finish() };
end:
  false
}
