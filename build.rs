//! How the program is linked.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is =
        |what: &str, value: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).is_ok_and(|is| is == value);
    if !is("OS", "linux") || !is("ENV", "gnu") {
        return;
    }
    // At a fixed place in memory: a program that may lie anywhere carries a list of all its own addresses, a fortieth
    // of it, and goes through them all before it begins. What an attacker would gain by knowing where it lies takes
    // unsafe code to use, of which there are two files.
    println!("cargo:rustc-link-arg-bins=-no-pie");
    // Functions that came out alike are kept once: a hundredth. Only the compiler's own linker is known to be able to.
    let small = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if small && is("ARCH", "x86_64") && links_by_itself() {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    }
}

/// Whether the compiler brings its own linker and nobody has asked for another: since 1.90, see its release notes.
fn links_by_itself() -> bool {
    let asked = ["RUSTC_LINKER", "CARGO_ENCODED_RUSTFLAGS"]
        .iter()
        .filter_map(|name| env::var(name).ok())
        .any(|value| value.contains("link") || value.contains("ld"));
    let version = env::var_os("RUSTC").and_then(|rustc| Command::new(rustc).arg("--version").output().ok());
    let text = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let minor = text.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok());
    !asked && text.starts_with("rustc 1.") && minor.is_some_and(|minor| minor >= 90)
}
