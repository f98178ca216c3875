//! How the program is linked.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // At a fixed place in memory: a program that may lie anywhere carries a list of all its own addresses, a fortieth
    // of it, and goes through them all before it begins. What an attacker would gain by knowing where it lies takes
    // unsafe code to use, of which there are two files.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
