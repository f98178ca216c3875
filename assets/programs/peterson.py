# Peterson's lock: two workers exclude each other with loads and stores alone.
wants = [False, False]
turn = 0
counter = 0

def worker(me, other):
    global turn, counter
    wants[me] = True
    turn = other
    while wants[other] and turn == other:
        pass
    counter = counter + 1
    wants[me] = False

threads(worker(0, 1), worker(1, 0))
observe(counter)
assert counter == 2, "no update is lost"
