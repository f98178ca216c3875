# A task that looks again and again without awaiting: who could help it never has a turn.
ready = False

async def impatient():
    while not ready:
        pass

async def helper():
    global ready
    await sleep(0)
    ready = True

tasks(impatient, helper)
