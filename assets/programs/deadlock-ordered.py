# The same two transfers, both taking lock a before lock b: nobody waits in a circle.
a = Lock()
b = Lock()
done = 0

def transfer():
    with a:
        with b:
            done.fetch_add(1)

def transfer_back():
    with a:
        with b:
            done.fetch_add(1)

threads(transfer, transfer_back)
observe(done)
assert done == 2
