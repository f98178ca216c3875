# A rendezvous: neither goes on before the other has arrived.
arrived = [False, False]
here = [Semaphore(0), Semaphore(0)]

def worker(me, other):
    arrived[me] = True
    here[me].release()
    here[other].acquire()
    assert arrived[other], "the other has arrived"

threads(worker(0, 1), worker(1, 0))
