# Readers share the room, a writer has it alone: the first reader in takes it, the last one out leaves it.
first = 0
second = 0
readers = 0
mutex = Lock()
room = Semaphore(1)

def writer():
    global first, second
    with room:
        first = 1
        second = 1

def reader():
    global readers
    with mutex:
        readers += 1
        if readers == 1:
            room.acquire()
    assert first == second, "no reader sees half a change"
    with mutex:
        readers -= 1
        if readers == 0:
            room.release()

threads(writer, reader, reader)
observe(first, second)
