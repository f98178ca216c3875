//! Which program a command is about, and `racescope programs`, which lists those that are shipped.

use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;

use anyhow::{Context, anyhow, bail};

use super::args::ProgramArgs;
use super::{Verdict, print};
use crate::experiment::Settings;
use crate::program::text::TextError;
use crate::program::{MAX_WORKERS, Program, counter, library, text};

/// Lists the shipped programs, a sentence each.
pub(super) fn list() -> anyhow::Result<Verdict> {
    let longest = library::ENTRIES.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for entry in library::ENTRIES {
        // Writing to a string can't fail.
        let _ = writeln!(out, "{:<longest$}  {}", entry.name, entry.program().title);
    }
    print(out.as_bytes())?;
    Ok(Verdict::Done)
}

/// The program that the arguments name.
pub(super) fn load(args: &ProgramArgs) -> anyhow::Result<Program> {
    let Some(name) = &args.program else {
        let shape = args.shape();
        let settings = Settings {
            kind: shape.kind,
            threads: shape.threads,
            iterations: shape.iterations,
            protection: shape.protection,
            permits: shape.permits,
            ..Settings::default()
        };
        settings.check()?;
        if usize::from(shape.threads) > MAX_WORKERS {
            let (kind, given) = (shape.kind.plural(), shape.threads);
            bail!("a real run may have {given} {kind}, but at most {MAX_WORKERS} are stepped and explored");
        }
        return Ok(counter::program(shape));
    };
    if let Some(entry) = library::find(name) {
        return Ok(entry.program());
    }
    let looks_like_a_name = !name.contains(['/', '\\', '.']);
    let text = match fs::read_to_string(name) {
        Ok(text) => text,
        Err(_) if looks_like_a_name => {
            bail!(
                "there is no program '{name}' and no file of that name; `racescope programs` lists the programs"
            )
        }
        Err(why) if why.kind() == ErrorKind::InvalidData => {
            bail!("{name} is not a program: it is not text in UTF-8")
        }
        Err(why) => return Err(why).with_context(|| format!("can't read the program {name}")),
    };
    text::parse(name, &text).map_err(|why| anyhow!("{name} is not a program: {why}{}", quoted(&text, &why)))
}

/// Most characters of a line that are quoted.
const QUOTED: usize = 100;

/// The line in which something is wrong, and a mark below the place; nothing where there is none or it is too long.
fn quoted(text: &str, why: &TextError) -> String {
    let number = why.span.line as usize;
    let Some(line) = text.lines().nth(number.saturating_sub(1)) else { return String::new() };
    if line.trim().is_empty() || line.chars().count() > QUOTED || line.chars().any(char::is_control) {
        return String::new();
    }
    let gap = " ".repeat(number.to_string().len() + 5 + why.span.start.saturating_sub(1) as usize);
    format!("\n\n  {number} | {line}\n{gap}^")
}
