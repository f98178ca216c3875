# A buffer of one place whose waiters look once: a woken consumer can find it empty again.
count = 0
lock = Lock()
changed = Condition(lock)

def produce():
    global count
    with changed:
        if count == 1:
            changed.wait()
        count += 1
        assert count == 1, "there is room"
        changed.notify_all()

def consume():
    global count
    with changed:
        if count == 0:
            changed.wait()
        assert count == 1, "there is something to take"
        count -= 1
        changed.notify_all()

threads(consume, consume, produce, produce)
observe(count)
assert count == 0
