# Processes with one word of shared memory between them: the race is back.
counter = Value(0)

def count():
    for _ in range(2):
        counter.value = counter.value + 1

processes(count, count)
assert counter.value == 4, "no update is lost"
