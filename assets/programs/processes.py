# Processes with a memory of their own: each counts its copy, and the parent's counter stays 0.
counter = 0

def count():
    global counter
    for _ in range(2):
        counter = counter + 1
    assert counter == 2, "nobody else counts here"

processes(count, count)
assert counter == 0, "the parent's counter is as it was"
