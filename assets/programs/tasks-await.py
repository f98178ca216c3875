# Tasks that await something between load and store: updates are lost on one thread.
counter = 0

async def count():
    global counter
    for _ in range(2):
        value = counter
        await sleep(0)
        counter = value + 1

tasks(count, count)
assert counter == 4, "no update is lost"
