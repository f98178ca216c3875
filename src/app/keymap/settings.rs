//! The keys that change the experiment. They mean the same on every screen, and change it on all of them but Compare,
//! whose sweeps have sizes of their own.

use super::action::{Hint, Row, jobs, press, race, row};
use crate::app::keymap::Action as A;
use crate::app::message::Key::Char;
use crate::experiment::Protection;

/// What is changed most, and how fast it goes.
pub(super) const FIRST: &[Row] = &[
    row(
        "n",
        Hint::Fixed("none"),
        race(1, 20).step(13).explore(5),
        &[press(&[Char('n')], "n", A::Protect(Protection::None), "no protection: load, add, store")],
    ),
    row(
        "l",
        Hint::Fixed("lock"),
        race(2, 21).step(14).explore(6),
        &[press(
            &[Char('l')],
            "l",
            A::Protect(Protection::Lock),
            "a lock around the increment, acquired and released by hand",
        )],
    ),
    row(
        "s",
        Hint::Fixed("semaphore"),
        race(3, 22).step(15).explore(7),
        &[press(
            &[Char('s')],
            "s",
            A::Protect(Protection::Semaphore),
            "a semaphore around the increment: as many at once as it has permits",
        )],
    ),
    row(
        "[ ]",
        Hint::Permits,
        race(7, 24).jobs(5).step(16).explore(8).compare(9),
        &[
            press(
                &[Char('[')],
                "[",
                A::Permits(-1),
                "one permit fewer for the semaphore; in Jobs: one download fewer at once",
            ),
            press(
                &[Char(']')],
                "]",
                A::Permits(1),
                "one permit more for the semaphore; in Jobs: one download more at once",
            ),
        ],
    ),
    row(
        "+ -",
        Hint::Threads,
        race(6, 25).jobs(6).step(12).explore(9).compare(6),
        &[
            press(
                &[Char('+'), Char('=')],
                "+ =",
                A::Threads(1),
                "one worker more: thread, process or task; beyond 64 in larger steps; in Jobs: one more in a pool, else one job more",
            ),
            press(
                &[Char('-')],
                "-",
                A::Threads(-1),
                "one worker fewer; in Jobs: one fewer in a pool, else one job fewer",
            ),
        ],
    ),
    row(
        ", .",
        Hint::On("pace", "pace", "lanes", "columns"),
        race(4, 6).step(10).explore(21).compare(12),
        &[
            press(
                &[Char(',')],
                ",",
                A::Pace(-1),
                "slower, down to one operation at a time; in Explore: lanes further up; in Compare: the columns before",
            ),
            press(
                &[Char('.')],
                ".",
                A::Pace(1),
                "faster, up to full speed; in Explore: lanes further down; in Compare: the columns for which there was no room",
            ),
        ],
    ),
    row(
        "g",
        Hint::Gap,
        race(8, 23).jobs(8).compare(8),
        &[
            press(
                &[Char('G')],
                "G",
                A::Gap(-1),
                "a narrower gap between load and store; in Jobs: smaller jobs",
            ),
            press(
                &[Char('g')],
                "g",
                A::Gap(1),
                "a wider gap between load and store: a wider window for the race; in Jobs: larger jobs",
            ),
        ],
    ),
    row(
        "c",
        Hint::Cores,
        race(11, 26).jobs(5).compare(10),
        &[press(&[Char('c')], "c", A::Cores, "all cores, or one: parallelism, or only concurrency")],
    ),
];

/// What is changed now and then.
pub(super) const MORE: &[Row] = &[
    row(
        "J",
        Hint::Work,
        race(13, 20).jobs(1),
        &[press(
            &[Char('J')],
            "J",
            A::Work,
            "what workers do: count, say, compute, sleep or download; everything but counting is jobs, which begin at once",
        )],
    ),
    row(
        "K",
        Hint::Kind,
        race(9, 26).jobs(2).step(24).explore(24).compare(5),
        &[press(
            &[Char('K')],
            "K",
            A::Kind,
            "the next kind of workers: threads, processes, tasks; they begin a run of their own; in Jobs: in a row, threads, a pool of them, processes, a pool of them, tasks",
        )],
    ),
    row(
        "A",
        Hint::Shared,
        race(10, 27).step(25).explore(25).compare(6),
        &[press(
            &[Char('A')],
            "A",
            A::Shared,
            "processes: one counter in shared memory, or each its own; tasks: whether they await between load and store",
        )],
    ),
    row(
        "X",
        Hint::Crash,
        jobs(10),
        &[press(
            &[Char('X')],
            "X",
            A::Crash,
            "one job crashes in its midst, or none: a thread or task panics, a process dies; some downloads fail, or none",
        )],
    ),
    row(
        "i I",
        Hint::Iterations,
        race(12, 28).jobs(7).step(20).explore(10).compare(7),
        &[
            press(
                &[Char('I')],
                "I",
                A::Iterations(-1),
                "fewer iterations for each worker; in Jobs: fewer jobs",
            ),
            press(&[Char('i')], "i", A::Iterations(1), "more iterations for each worker; in Jobs: more jobs"),
        ],
    ),
    row(
        "e",
        Hint::Follow,
        race(17, 29),
        &[press(&[Char('e')], "e", A::Follow, "whether another run follows when one has ended")],
    ),
    row(
        "j",
        Hint::Jitter,
        race(18, 30).jobs(12).compare(11),
        &[press(
            &[Char('j')],
            "j",
            A::Jitter,
            "by how much the gap varies: 0, 25, 50 or 100 percent; in Jobs: by how much the jobs' sizes do",
        )],
    ),
    row(
        "x",
        Hint::Fixed("compare-and-swap"),
        race(19, 33).step(23).explore(23),
        &[press(
            &[Char('x')],
            "x",
            A::Protect(Protection::CompareAndSwap),
            "compare-and-swap: store only if nobody has stored in between, else try again",
        )],
    ),
    row(
        "f",
        Hint::Fixed("fetch-and-add"),
        race(20, 34).step(24).explore(24),
        &[press(
            &[Char('f')],
            "f",
            A::Protect(Protection::FetchAdd),
            "fetch-and-add: the increment as one operation",
        )],
    ),
    row(
        "u",
        Hint::Fixed("guard"),
        race(21, 35).step(25).explore(25),
        &[press(&[Char('u')], "u", A::Protect(Protection::Guard), "the same lock, released by its scope")],
    ),
    row(
        "k",
        Hint::Fixed("spin lock"),
        race(22, 36).step(26).explore(26),
        &[press(&[Char('k')], "k", A::Protect(Protection::Spin), "a lock whose waiters spin")],
    ),
    row(
        "w W",
        Hint::Fixed("read, write lock"),
        race(23, 37).step(27).explore(27),
        &[
            press(
                &[Char('W')],
                "W",
                A::Protect(Protection::WriteLock),
                "a readers-writer lock used rightly: update under the write lock",
            ),
            press(
                &[Char('w')],
                "w",
                A::Protect(Protection::ReadLock),
                "a readers-writer lock used wrongly: update under the read lock",
            ),
        ],
    ),
];
