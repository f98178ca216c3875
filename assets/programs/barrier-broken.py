# A barrier with one turnstile, used twice: a fast worker can lap a slow one.
count = 0
rounds = [0, 0]
mutex = Lock()
turnstile = Semaphore(0)

def worker(me, other):
    global count
    for i in range(2):
        rounds[me] = i + 1
        with mutex:
            count += 1
            if count == 2:
                turnstile.release()
        turnstile.acquire()
        turnstile.release()
        assert rounds[other] >= i + 1, "the other has arrived too"
        with mutex:
            count -= 1
            if count == 0:
                turnstile.acquire()

threads(worker(0, 1), worker(1, 0))
observe(rounds)
