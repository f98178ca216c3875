/* Two withdrawals that each check first.
   A transition is the load of the check (with the decision that follows from it), the load of the balance, or the store.
   `ended` follows from where the workers stand. The last one to end checks and prints what is left. */
short balance = 100;
byte ended;

inline finish() {
  ended++;
  if
  :: ended == 2 ->
     c_code { printf("outcome %d\n", now.balance); };
     assert(balance == 40 || balance == 30)
  :: else
  fi
}

proctype Withdraw(byte amount) {
  short found;
  if
  :: balance >= amount ->
     found = balance;
     d_step { balance = found - amount; found = 0; finish() }
  :: d_step { balance < amount -> finish() }
  fi;
end:
  false
}

init { atomic { run Withdraw(60); run Withdraw(70) } }
