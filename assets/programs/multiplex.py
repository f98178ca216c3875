# A multiplex: a semaphore lets two of three workers in at once, never three.
room = Semaphore(2)
inside = 0

def worker():
    with room:
        assert inside.fetch_add(1) < 2, "at most two are inside"
        inside.fetch_add(-1)

threads(worker, worker, worker)
observe(inside)
assert inside == 0
