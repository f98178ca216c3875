# Three philosophers take the fork with the lower number first: somebody can always eat.
forks = [Lock(), Lock(), Lock()]
meals = 0

def philosopher(first, second):
    with forks[first]:
        with forks[second]:
            meals.fetch_add(1)

threads(philosopher(0, 1), philosopher(1, 2), philosopher(0, 2))
observe(meals)
assert meals == 3
