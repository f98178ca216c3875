# A lock made of one flag: both can see it down before either raises it.
busy = False
counter = 0

def worker():
    global busy, counter
    while busy:
        pass
    busy = True
    counter = counter + 1
    busy = False

threads(worker, worker)
observe(counter)
assert counter == 2, "no update is lost"
