# A worker starts two others and reads their result once both have ended.
counter = 0

def add():
    counter.fetch_add(1)

left = Thread(add)
right = Thread(add)

def main():
    left.start()
    right.start()
    left.join()
    right.join()
    assert counter == 2, "both have added"

threads(main)
