# A barrier with two turnstiles, used twice: nobody can lap anybody.
count = 0
rounds = [0, 0]
mutex = Lock()
enter = Semaphore(0)
leave = Semaphore(1)

def worker(me, other):
    global count
    for i in range(2):
        rounds[me] = i + 1
        with mutex:
            count += 1
            if count == 2:
                leave.acquire()
                enter.release()
        enter.acquire()
        enter.release()
        assert rounds[other] >= i + 1, "the other has arrived too"
        with mutex:
            count -= 1
            if count == 0:
                enter.acquire()
                leave.release()
        leave.acquire()
        leave.release()

threads(worker(0, 1), worker(1, 0))
observe(rounds)
