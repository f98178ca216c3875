# Two transfers take the same two locks in opposite orders: each can end up waiting for the other.
a = Lock()
b = Lock()
done = 0

def transfer():
    with a:
        with b:
            done.fetch_add(1)

def transfer_back():
    with b:
        with a:
            done.fetch_add(1)

threads(transfer, transfer_back)
observe(done)
assert done == 2
