//! How the program is linked.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |what: &str| env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // At a fixed place in memory: a program that may lie anywhere carries a list of all its own addresses, a fortieth
    // of it, and goes through them all before it begins. It reads no input but keys, its arguments and numbers from its
    // own children.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
