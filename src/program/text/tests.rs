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
    check("t = 1 $ 2", "'$' means nothing here");
    check("while x:\npass", "expected an indented block");
    check("assert x, 5", "expected a text in quotes, found '5'");
    check(&format!("t = {}1{}", "(".repeat(70), ")".repeat(70)), "nested deeper");
    check(&format!("t = {}1", "-".repeat(9_000)), "nested deeper");
    assert!(error("x = 0\n").contains("no worker runs"));
    assert!(error("def f(a):\n    pass\nthreads(f)\n").contains("f takes 1 arguments, not 0"));
    assert!(error("threads(g)\n").contains("line 1, column 9: there is no function 'g'"));
    assert!(error("x = Semaphore(-1)\n").contains("permits must be 0 to 65535, not -1"));
    assert!(error("x = 1\nx = 2\n").contains("stands for something already"));
    assert!(error("def f():\n        pass\n  pass\n").contains("indented like none"));
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
