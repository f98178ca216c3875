# A ticket lock: draw a number, wait until it is called; nobody is overtaken.
next_ticket = 0
serving = 0
counter = 0

def worker():
    global serving, counter
    ticket = next_ticket.fetch_add(1)
    while serving != ticket:
        pass
    counter = counter + 1
    serving = ticket + 1

threads(worker, worker, worker)
observe(counter)
assert counter == 3, "no update is lost"
