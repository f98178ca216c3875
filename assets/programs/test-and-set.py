# A spin lock from an indivisible exchange: whoever finds False is in.
busy = False
counter = 0

def worker():
    global busy, counter
    while busy.exchange(True):
        pass
    counter = counter + 1
    busy = False

threads(worker, worker, worker)
observe(counter)
assert counter == 3, "no update is lost"
