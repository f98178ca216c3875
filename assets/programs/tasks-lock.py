# A lock held across the await: others may run in the meantime, but none gets in.
counter = 0
lock = Lock()

async def count():
    global counter
    for _ in range(2):
        async with lock:
            value = counter
            await sleep(0)
            counter = value + 1

tasks(count, count, count)
assert counter == 6, "no update is lost"
