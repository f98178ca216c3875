# Tasks that await nothing: each counts to its end before another begins.
counter = 0

async def count():
    global counter
    for _ in range(2):
        value = counter
        counter = value + 1

tasks(count, count, count)
assert counter == 6, "no update is lost"
