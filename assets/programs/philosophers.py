# Three philosophers each take the left fork first: all can hold one and wait for the next.
forks = [Lock(), Lock(), Lock()]
meals = 0

def philosopher(left, right):
    with forks[left]:
        with forks[right]:
            meals.fetch_add(1)

threads(philosopher(0, 1), philosopher(1, 2), philosopher(2, 0))
observe(meals)
assert meals == 3
