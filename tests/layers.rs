//! The house: a room imports only rooms below it, and files stay small enough to hold in the head.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the bottom up; rooms in one row don't know each other.
const ROOMS: &[&[&str]] = &[
    &["platform", "event", "sort"],
    &["experiment"],
    &["program"],
    &["lab", "machine"],
    &["analysis", "compare"],
    &["export"],
    &["app"],
    &["view"],
    &["cli", "tui"],
];

/// What a room must not import although it stands lower.
const STRANGERS: &[(&str, &str)] = &[
    ("analysis", "lab"),
    ("analysis", "machine"),
    ("compare", "machine"),
    ("compare", "platform"),
    ("view", "lab"),
    ("view", "machine"),
    ("view", "compare"),
    ("view", "platform"),
    ("app", "platform"),
];

const LONGEST_FILE: usize = 500;

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the source is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files
}

/// Whether a file is only there for the tests, which may build what they look at from wherever it is made.
fn is_test(path: &Path) -> bool {
    path.iter()
        .any(|part| part == "tests" || part == "tests.rs" || part == "oracle.rs" || part == "fixture.rs")
}

/// The room that a file belongs to.
fn room_of(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("it is in src");
    let first = inside.iter().next().expect("it has a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn level(room: &str) -> Option<usize> {
    ROOMS.iter().position(|row| row.contains(&room))
}

/// Every room named after `crate::` in a line of code.
fn imports(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut rooms = Vec::new();
    for line in code {
        for part in line.split("crate::").skip(1) {
            let names = part.strip_prefix('{').map_or(part, |list| list);
            let name: String = names.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            rooms.push(name);
        }
    }
    rooms
}

#[test]
fn a_room_imports_only_rooms_below_it() {
    let mut wrong = Vec::new();
    for path in sources().into_iter().filter(|path| !is_test(path)) {
        let room = room_of(&path);
        let Some(here) = level(&room) else { continue };
        for other in imports(&fs::read_to_string(&path).expect("it is text")) {
            let Some(there) = level(&other) else { continue };
            let stranger = STRANGERS.contains(&(room.as_str(), other.as_str()));
            if other != room && (there >= here || stranger) {
                wrong.push(format!("{} imports {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_room_has_its_place() {
    for path in sources() {
        let room = room_of(&path);
        assert!(
            matches!(room.as_str(), "lib" | "main") || level(&room).is_some(),
            "{room} stands nowhere in the house"
        );
    }
}

#[test]
fn every_file_says_what_lives_there_and_is_short() {
    for path in sources() {
        let text = fs::read_to_string(&path).expect("it is text");
        let is_tests = is_test(&path);
        assert!(is_tests || text.starts_with("//!"), "{} does not say what lives there", path.display());
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().count();
        assert!(is_tests || lines <= LONGEST_FILE, "{} has {lines} lines", path.display());
    }
}

/// The only files with unsafe code, and each of its blocks says why it is sound.
const UNSAFE: &[&str] = &["src/platform/shared.rs", "src/platform/between.rs"];

#[test]
fn unsafe_code_stands_in_two_files_and_says_why_it_is_sound() {
    for path in sources() {
        let text = fs::read_to_string(&path).expect("it is text");
        let lines: Vec<&str> = text.lines().collect();
        let code = |line: &str| !line.trim_start().starts_with("//");
        let allowed = UNSAFE.iter().any(|file| path.ends_with(file));
        for (number, line) in lines.iter().enumerate().filter(|(_, line)| code(line)) {
            let words = |word: &&str| matches!(*word, "unsafe" | "unsafe_code");
            if !line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| words(&word)) {
                continue;
            }
            assert!(allowed, "{}:{}: unsafe code has no place here", path.display(), number + 1);
            let before = &lines[number.saturating_sub(8)..=number];
            let says = before.iter().any(|line| line.contains("SAFETY:") || line.contains("# Safety"));
            assert!(says || line.contains("allow("), "{}:{}: why is it sound?", path.display(), number + 1);
        }
    }
}
