/* A ticket lock, three workers.
   A transition is the fetch-and-add that draws the ticket, a load of the number served (by what it finds: again, or in),
   the load and the store of the counter, or the store that serves the next. `ended` follows from where they stand. */
byte next_ticket, serving, counter, ended;

active [3] proctype Worker() {
  byte ticket, found;
  d_step { ticket = next_ticket; next_ticket++ };
  do
  :: serving != ticket
  :: serving == ticket -> break
  od;
  found = counter;
  d_step { counter = found + 1; found = 0 };
  d_step {
    serving = ticket + 1; ticket = 0; ended++;
    if
    :: ended == 3 ->
       c_code { printf("outcome %d\n", now.counter); };
       assert(counter == 3)
    :: else
    fi
  };
end:
  false
}
