/* Three philosophers take the fork with the lower number first.
   A transition is an acquire, a release, or the fetch-and-add; that of the last release also ends the worker. `ended`
   follows from where the workers stand. A deadlock is an invalid end state. */
bit forks[3];
byte meals, ended;

proctype Philosopher(byte first; byte second) {
  d_step { forks[first] == 0 -> forks[first] = 1 };
  d_step { forks[second] == 0 -> forks[second] = 1 };
  meals++;
  forks[second] = 0;
  d_step {
    forks[first] = 0; ended++;
    if
    :: ended == 3 ->
       c_code { printf("outcome %d\n", now.meals); };
       assert(meals == 3)
    :: else
    fi
  };
end:
  false
}

init { atomic { run Philosopher(0, 1); run Philosopher(1, 2); run Philosopher(0, 2) } }
