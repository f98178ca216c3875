use super::parse;
use crate::program::{Op, library};

/// A program around the body of one function.
fn body(lines: &str) -> String {
    let body: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "x = 0\nf = [0, 1]\nlock = Lock()\nrw = ReadersWriterLock()\nc = Condition(lock)\ndef worker():\n{body}threads(worker)\n"
    )
}

fn ops(lines: &str) -> String {
    let program = parse("test", &body(lines)).unwrap();
    let word = |op: &Op| format!("{op:?}").split(['(', ' ']).next().unwrap_or_default().to_lowercase();
    program.codes[0].sites.iter().map(|site| word(&site.op)).collect::<Vec<_>>().join(" ")
}

fn error(text: &str) -> String {
    parse("test", text).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn statements_become_operations() {
    assert_eq!(ops("global x\nx = x + 1"), "load store");
    assert_eq!(ops("global x\nx += 1"), "load store");
    assert_eq!(ops("f[1] = f[0]"), "load store");
    assert_eq!(ops("t = 1\nt -= 1"), "set set");
    assert_eq!(ops("with lock:\n    return"), "acquire release jump release");
    assert_eq!(ops("while True:\n    with lock:\n        break"), "unless acquire release jump release jump");
    assert_eq!(ops("while x == 0:\n    pass"), "load unless jump");
    assert_eq!(ops("if x: pass\nelse: pass"), "load unless jump");
    assert_eq!(ops("with c:\n    c.wait()\n    c.notify()"), "acquire wait wake notify release");
    assert_eq!(ops("a = x and f[0]"), "load set unless load set set");
    assert_eq!(ops("print(x)"), "load print");
    assert_eq!(ops("rw.acquire_read()\nrw.release_read()"), "acquire release");
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let check = |lines: &str, expected: &str| {
        let message = error(&body(lines));
        assert!(message.contains(expected), "{lines:?} gave: {message}");
    };
    check("x = 1", "line 7, column 5: 'x' is shared: to assign it here, say 'global x'");
    check("y = z", "line 7, column 9: nothing shared is called 'z'");
    check("f[2] = 1", "'f' has elements 0 to 1, not 2");
    check("t = f", "say which element");
    check("break", "there is no loop around this");
    check("x + 1", "expected an assignment or a call");
    check("lock.jump()", "there is no such call: 'jump'");
    check("rw.acquire()", "acquire_read() or acquire_write()");
    check("lock.acquire_read()", "only a readers-writer lock");
    check("t = lock.acquire()", "this call gives no value");
    check("if x = 1:\n    pass", "expected ':', found '='");
    check("t = 99999999999999999999", "not a whole number of at most 64 bits");
    check("t = 1 $ 2", "'$' does not belong to the part of Python");
    check("while x:\npass", "expected an indented block");
    check("assert x, 5", "expected a text in quotes, found '5'");
    check("print(t", "line 7, column 12: expected ',' or ')', found the end of the line");
    check("f[1.5] = 1", "line 7, column 7: expected a whole number, found '1' with a decimal point");
    check(&format!("t = {}1{}", "(".repeat(70), ")".repeat(70)), "nested deeper");
    check(&format!("t = {}1", "-".repeat(9_000)), "nested deeper");
    assert!(error("x = 0\n").contains("no worker runs"));
    assert!(error("def f(a):\n    pass\nthreads(f)\n").contains("f takes 1 argument, not 0"));
    assert!(error("threads(g)\n").contains("line 1, column 9: there is no function 'g'"));
    assert!(error("x = Semaphore(-1)\n").contains("permits must be 0 to 65 535, not -1"));
    assert!(error("x = 1\nx = 2\n").contains("stands for something already"));
    assert!(
        error("a = [1, 2\n").contains("line 1, column 10: expected ',' or ']', found the end of the line")
    );
    let twice = "def f():\n    pass\ndef f():\n    pass\nthreads(f)\n";
    assert!(error(twice).contains("line 3, column 5: there is a function 'f' already"));
    check_indentation();
}

/// What is indented wrongly is named with what was expected.
fn check_indentation() {
    let check = |text: &str, expected: &str| assert_eq!(error(text), expected, "{text:?}");
    check(
        "def f():\n        pass\n  pass\n",
        "line 3, column 3: expected 0 or 8 spaces before this line, like one above it; found 2",
    );
    check(
        "def f():\n  pass\n   pass\n",
        "line 3, column 4: expected no deeper indentation than that of the line above, which begins no block; \
         found 3 spaces",
    );
    check("def f():\npass\n", "line 2, column 1: expected an indented block, found 'pass'");
    check("def f():\n\tpass\n", "line 2, column 1: expected spaces, found a tab");
}

#[test]
fn what_is_missing_is_said() {
    let check = |line: &str, expected: &str| assert_eq!(error(&body(line)), expected, "{line:?}");
    let value = "a value: a number, True, False, a variable or a call";
    let place = |column: u32| format!("line 7, column {column}: ");
    check("t += ", &format!("{}expected {value}, found the end of the line", place(10)));
    check("t = 1 +", &format!("{}expected {value}, found the end of the line", place(12)));
    check("t = global", &format!("{}expected {value}, found 'global'", place(9)));
    check("= 3", &format!("{}expected a statement, found '='", place(5)));
    check("else:", &format!("{}'else' has no 'if' above it at the same indentation", place(5)));
    check(
        "import time",
        &format!("{}'import' does not belong to the part of Python that can be explored", place(5)),
    );
    check("assert t, 3", &format!("{}expected a text in quotes, found '3'", place(15)));
    check(
        "t = 1 @ 2",
        &format!("{}'@' does not belong to the part of Python that can be explored", place(11)),
    );
}

#[test]
fn every_shipped_text_is_a_program() {
    for entry in library::ENTRIES {
        let program = entry.program();
        assert!(program.title.ends_with('.'), "{}: {}", entry.name, program.title);
        assert!(program.source.iter().all(|line| line.chars().count() <= 110), "{}", entry.name);
    }
}

mod random {
    use proptest::prelude::*;

    const WORDS: [&str; 33] = [
        "x",
        "f",
        "lock",
        "=",
        "==",
        "+",
        "-",
        "(",
        ")",
        "[",
        "]",
        ":",
        "\n",
        "\n    ",
        "\n        ",
        "def",
        "if",
        "while",
        "with",
        "for",
        "in",
        "range",
        "0",
        "1",
        ".",
        "acquire",
        "threads",
        "global",
        "and",
        "not",
        "assert",
        "\"text\"",
        ",",
    ];

    proptest! {
        #[test]
        fn no_text_makes_it_panic(words in proptest::collection::vec(0..WORDS.len(), 0..60)) {
            let text: Vec<&str> = words.into_iter().map(|i| WORDS[i]).collect();
            let _ = super::parse("random", &text.join(" "));
            let _ = super::parse("random", &super::body(&text.join(" ")));
        }

        #[test]
        fn no_characters_make_it_panic(text in "\\PC{0,80}") {
            let _ = super::parse("random", &text);
        }
    }
}

/// The operations of a task's body.
fn task(lines: &str) -> Result<String, String> {
    let body: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "x = 0\nlock = Lock()\nc = Condition(lock)\nasync def help():\n    pass\nhelper = Task(help)\n\
         async def worker():\n    global x\n{body}tasks(worker)\n"
    );
    let program = parse("test", &text).map_err(|why| why.to_string())?;
    let word = |op: &Op| format!("{op:?}").split(['(', ' ']).next().unwrap_or_default().to_lowercase();
    let code = program.codes.last().expect("the worker's");
    Ok(code.sites.iter().map(|site| word(&site.op)).collect::<Vec<_>>().join(" "))
}

#[test]
fn tasks_await_what_may_have_to_wait() {
    assert_eq!(task("t = x\nawait sleep(0)\nx = t").as_deref(), Ok("load set await store"));
    assert_eq!(task("async with lock:\n    x = 1").as_deref(), Ok("acquire store release"));
    assert_eq!(task("await lock.acquire()\nlock.release()").as_deref(), Ok("acquire release"));
    assert_eq!(task("async with c:\n    await c.wait()").as_deref(), Ok("acquire wait wake release"));
    assert_eq!(task("helper.start()\nawait helper").as_deref(), Ok("start join"));
    let check = |lines: &str, expected: &str| {
        let message = task(lines).expect_err("it is wrong");
        assert!(message.contains(expected), "{lines:?} gave: {message}");
    };
    check("lock.acquire()", "line 9, column 5: this may have to wait: in an async def, say await before it");
    check("with lock:\n    pass", "say async with");
    check("await lock.release()", "this never waits");
    check("helper.join()", "await NAME");
    check("await lock", "expected a call or a task to await");
    check("await sleep()", "sleep takes one number");
    check("t = await sleep(0)", "this gives no value");
}

#[test]
fn workers_are_of_one_kind_and_their_functions_fit_it() {
    let check = |text: &str, expected: &str| {
        let message = error(text);
        assert!(message.contains(expected), "{text:?} gave: {message}");
    };
    check(
        "def f():\n    await sleep(0)\nthreads(f)\n",
        "line 2, column 5: await is only possible in an async def",
    );
    check("def f(): pass\ntasks(f)\n", "line 2, column 7: a task needs an async def, not def f");
    check("async def f(): pass\nthreads(f)\n", "f is an async def: only tasks(...) can run it");
    check(
        "def f(): pass\nthreads(f)\nprocesses(f)\n",
        "line 3, column 11: all workers are of one kind: threads so far, processes here",
    );
    check("x = Value(0)\ndef f(): pass\nthreads(f)\n", "line 1, column 5: Value(...) is for processes");
    check("x = Value(0)\ndef f():\n    t = x\nprocesses(f)\n", "'x' is a Value: say x.value");
    check("x = 0\ndef f():\n    t = x.value\nprocesses(f)\n", "'x' is no Value: say x alone");
    check("async x = 1\n", "expected 'def', found 'x'");
}

#[test]
fn what_processes_do_not_declare_as_shared_each_has_for_itself() {
    let text = "a = Value(0)\nb = 1\ndef f():\n    global b\n    b = a.value\n    a.value += b\nprocesses(f, f)\n\
                assert a.value == 0\n";
    let program = parse("test", text).unwrap();
    let own: Vec<bool> = program.variables.iter().map(|variable| variable.is_own).collect();
    assert_eq!(own, [false, true]);
    assert_eq!(program.codes.len(), 1, "processes that do the same share a code");
}
