# Two withdrawals that each check first: together they overdraw the account.
balance = 100

def withdraw(amount):
    global balance
    if balance >= amount:
        balance = balance - amount

threads(withdraw(60), withdraw(70))
observe(balance)
assert balance == 40 or balance == 30, "exactly one withdrawal fits"
