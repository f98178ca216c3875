//! Random programs.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use proptest::prelude::*;

/// Statements over two variables, two locks and a semaphore.
fn statement() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "x = x + 1",
        "y = x",
        "x = y + 1",
        "x += y",
        "t = x",
        "x = t",
        "if x == y:\n        y = 1",
        "if x > 1 and y == 0: return",
        "with a:\n        x += 1",
        "a.acquire()",
        "a.release()",
        "with b:\n        y = y + 1",
        "s.acquire()",
        "s.release()",
        "x.fetch_add(2)",
        "t = y.compare_and_swap(0, 1)",
        "t = x.exchange(3)",
        "print(y)",
        "assert x < 3",
        "with c:\n        c.wait()",
        "with c:\n        c.notify()",
        "with c:\n        c.notify_all()",
        "for _ in range(2):\n        y += 1",
        "while not a.acquire(blocking=False):\n        break",
    ])
}

/// The text of a program of two or three workers.
pub(crate) fn program() -> impl Strategy<Value = String> {
    let body = || prop::collection::vec(statement(), 1..4);
    (body(), body(), 0..3_usize).prop_map(|(first, second, who)| {
        let body = |lines: Vec<&str>| lines.iter().map(|line| format!("    {line}\n")).collect::<String>();
        let threads = ["f, g", "f, f", "f, g, f"][who];
        format!(
            "x = 0\ny = 0\na = Lock()\nb = Lock()\ns = Semaphore(1)\nc = Condition(b)\n\
             def f():\n    global x, y\n    t = 0\n{}def g():\n    global x, y\n    t = 0\n{}threads({threads})\nassert x >= y\n",
            body(first),
            body(second)
        )
    })
}

/// Statements that mostly keep to things of the worker's own, `{}` being its number.
fn own_statement() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "own[{}] = own[{}] + 1",
        "t = own[{}]",
        "own[{}] = t",
        "t = own[0]",
        "x = t",
        "t = x",
        "with a:\n        x += 1",
        "with a:\n        own[{}] = x\n        x = 5",
        "with a:\n        with b:\n            x = x + own[{}]",
        "with b:\n        own[0] = own[0] + 1",
        "for _ in range(2):\n        own[{}] += 1",
        "while own[0] > 1:\n        pass",
        "while x == {}:\n        own[{}] = 1\n        x = 7",
        "s.release()",
        "s.acquire()",
        "t = a.acquire(blocking=False)",
        "with c:\n        c.wait()",
        "with c:\n        own[{}] = 3\n        c.notify()",
        "print({})",
        "own[{}] = 5 % (own[{}] - 3)",
        "assert own[0] < 3",
    ])
}

/// The text of a program of three workers that meet now and then; one may start and join another.
pub(crate) fn loose_program() -> impl Strategy<Value = String> {
    let body = || prop::collection::vec(own_statement(), 1..5);
    (body(), body(), body(), any::<bool>(), 0..3_usize).prop_map(|(f, g, h, starts, joins)| {
        let body = |number: usize, lines: Vec<&str>| {
            let line = |line: &&str| format!("    {}\n", line.replace("{}", &number.to_string()));
            format!("def w{number}():\n    global x\n    t = 0\n{}", lines.iter().map(line).collect::<String>())
        };
        let (mut first, later, threads) = match starts {
            true => (vec!["late.start()"], "late = Thread(w2)\n", "w0, w1"),
            false => (Vec::new(), "", "w0, w1, w2"),
        };
        first.extend(f);
        if starts && joins > 0 {
            first.push("late.join()");
        }
        if joins > 1 {
            first.push("x = own[0]");
        }
        format!(
            "x = 0\nown = [0, 0, 0]\na = Lock()\nb = Lock()\ns = Semaphore(1)\nc = Condition(b)\n{}{}{}{later}\
             threads({threads})\nassert x < 3\n",
            body(0, first),
            body(1, g),
            body(2, h),
        )
    })
}

/// Statements of a task, each with one operation on something shared at most.
fn task_statement() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "t = x",
        "x = t + 1",
        "y = t",
        "x = 3",
        "t = y",
        "y.fetch_add(2)",
        "t = x.compare_and_swap(0, 4)",
        "await a.acquire()",
        "a.release()",
        "t = a.acquire(blocking=False)",
        "await s.acquire()",
        "s.release()",
        "print(t)",
        "assert t < 4",
        "if t > 1: return",
        "await c.wait()",
        "c.notify()",
        "t = t - 1",
    ])
}

/// The text of a program of two or three tasks; they await something after each operation, if `everywhere`, or after some
/// of them.
pub(crate) fn task_program(everywhere: bool) -> impl Strategy<Value = String> {
    let body = || prop::collection::vec((task_statement(), any::<bool>()), 1..5);
    (body(), body(), 0..3_usize).prop_map(move |(first, second, who)| {
        let line = |(line, awaits): &(&str, bool)| {
            let pause = if *awaits || everywhere { "    await sleep(0)\n" } else { "" };
            format!("    {line}\n{pause}")
        };
        let body = |lines: &[(&str, bool)]| lines.iter().map(line).collect::<String>();
        let workers = ["f, g", "f, f", "f, g, f"][who];
        format!(
            "x = 0\ny = 0\na = Lock()\ns = Semaphore(1)\nc = Condition(a)\nasync def f():\n    global x, y\n    t = 0\n{}\
             async def g():\n    global x, y\n    t = 0\n{}tasks({workers})\nassert x >= y\n",
            body(&first),
            body(&second)
        )
    })
}

/// The same in words of threads: nothing is awaited, and they switch anywhere.
pub(crate) fn as_threads(text: &str) -> String {
    let text = text.replace("    await sleep(0)\n", "").replace("await ", "").replace("async ", "");
    text.replace("tasks(", "threads(")
}
