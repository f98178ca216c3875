/* Processes with a memory of their own: each counts its copy, and the parent's counter stays 0.
   A transition is a load or a store of a copy; the last load (with the assertion) ends the process. `ended` follows from
   where the processes stand. */
byte counter, ended;

active [2] proctype Count() {
  byte copy, found;
  found = copy;
  d_step { copy = found + 1; found = 0 };
  found = copy;
  d_step { copy = found + 1; found = 0 };
  d_step {
    assert(copy == 2);
    ended++;
    if
    :: ended == 2 ->
       c_code { printf("outcome %d\n", now.counter); };
       assert(counter == 0)
    :: else
    fi
  };
end:
  false
}
