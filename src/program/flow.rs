//! Which registers still matter where: what a worker no longer reads need not be shown or told apart.

use super::{Code, Op};

/// For every operation of the code, and one past the last, the set of registers whose value may still be read
/// from there on. Codes with more than 64 registers keep all of them.
#[must_use]
pub fn live(code: &Code) -> Vec<u64> {
    let end = code.sites.len();
    if code.registers.len() > 64 {
        return vec![u64::MAX; end + 1];
    }
    let mut live = vec![0_u64; end + 1];
    loop {
        let mut changed = false;
        for pc in (0..end).rev() {
            let op = &code.sites[pc].op;
            let mut set = match *op {
                Op::Jump(to) => live[to as usize],
                Op::Unless(_, to) => live[to as usize] | live[pc + 1],
                _ => live[pc + 1],
            };
            if let Some(reg) = op.writes() {
                set &= !(1 << reg.0);
            }
            op.reads(&mut |reg| set |= 1 << reg.0);
            changed |= set != live[pc];
            live[pc] = set;
        }
        if !changed {
            return live;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::program::text;

    #[test]
    fn a_loaded_value_matters_until_it_is_stored() {
        let text = "x = 0\ndef f():\n    global x\n    t = x\n    x = t + 1\n    x = 5\nthreads(f)\n";
        let program = text::parse("test", text).unwrap();
        let code = &program.codes[0];
        let t = code.registers.iter().position(|register| register.name == "t").unwrap();
        let live: Vec<bool> = super::live(code).iter().map(|set| set >> t & 1 == 1).collect();
        let store = code.sites.iter().position(|site| matches!(site.op, super::Op::Store(..))).unwrap();
        assert!(live[store], "needed by the first store");
        assert!(!live[store + 1], "and by nothing after it");
    }

    #[test]
    fn a_value_that_one_branch_reads_matters_before_the_branch() {
        let text = "x = 0\ndef f():\n    global x\n    t = x\n    u = x\n    if x == 0:\n        x = t\n    else:\n        \
                    x = u\nthreads(f)\n";
        let program = text::parse("test", text).unwrap();
        let code = &program.codes[0];
        let live = super::live(code);
        let branch = code.sites.iter().position(|site| matches!(site.op, super::Op::Unless(..))).unwrap();
        let lives = |name: &str, pc: usize| {
            let register =
                code.registers.iter().position(|register| register.name == name && !register.hidden);
            live[pc] >> register.unwrap() & 1 == 1
        };
        assert!(lives("t", branch) && lives("u", branch));
        assert!(lives("t", branch + 1) && !lives("u", branch + 1));
    }
}
