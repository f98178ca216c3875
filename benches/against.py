#!/usr/bin/env python3
"""Racescope beside other explorers, in one run: whole processes, processor time (user and system), medians.

    cargo bench --no-run --bench search        # once, so that nothing is compiled while others are measured
    benches/against.py [--tuned FILE] [--harmony-explore FILE] [--harmony-outcomes FILE] [--loom PROGRAM] [--only PATTERN]

Spin (with gcc) and Harmony are used where they are installed. `--tuned` is a second Promela model of the counter, taking
-DN and -DK, beside `spin/counter.pml`; the Harmony models take the constants N and K; the loom program takes
`N K relaxed SECONDS`. What is missing is skipped, and a line says so. `--ours` measures a program other than the `search`
benchmark: one called racescope is asked for `explore … --json`.

Spin is measured in its parts: `spin -a` and `gcc -O2 -DSAFETY` are its compile step, the search is what they make,
through to the end of all states (-c0). Everyone is also asked what was found: outcomes and verdicts must agree.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = [
    "withdraw", "flag-lock", "peterson", "test-and-set", "ticket-lock", "deadlock", "deadlock-ordered",
    "philosophers", "philosophers-ordered", "buffer-if", "buffer-while", "rendezvous", "barrier-broken", "barrier",
    "multiplex", "readers-writers", "start-join", "tasks", "tasks-await", "tasks-lock", "tasks-busy", "processes",
    "processes-shared",
]
# Sizes of the counter: required against Spin with and without its compile step, `None` where nothing is required.
SPIN = {(3, 3): (500, None), (4, 3): (500, None), (5, 2): (500, None), (3, 10): (200, 100), (2, 50): (200, 100)}
LIBRARY = (100, 1)
HARMONY_EXPLORE = {(4, 3): 50, (3, 5): 50, (3, 10): 10, (2, 50): 10}
HARMONY_OUTCOMES = {(4, 3): 300, (3, 5): 300}
LOOM = {(2, 3): 1000}
COUNTS = [(3, 10), (2, 50), (4, 4)]
# What pan is given: a hash table and a stack that are large enough from the start, and what most users would choose.
HASH, DEPTH = "-w20", "-m20000"
# The smallest that does for a program of the library. Only for the last column.
TINY = ["-w10", "-m500"]


class Run:
    """What a command printed and what it cost, once."""

    def __init__(self, command, folder):
        here = os.getcwd()
        with tempfile.TemporaryFile() as output:
            os.chdir(folder or here)
            actions = [(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)]
            process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
            os.chdir(here)
            _, status, usage = os.wait4(process, 0)
            output.seek(0)
            self.text = output.read().decode(errors="replace")
        self.code = os.waitstatus_to_exitcode(status)
        self.seconds = usage.ru_utime + usage.ru_stime
        # At least what this interpreter takes: the kernel counts a child from before it becomes another program.
        self.megabytes = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def measure(command, folder=None, runs=None):
    """The median over several runs: short ones are repeated more often. Gives the last run, with the median's time."""
    first = Run(command, folder)
    if runs is None:
        runs = 41 if first.seconds < 0.02 else 11 if first.seconds < 0.2 else 5 if first.seconds < 5 else 3
    all_runs = [first] + [Run(command, folder) for _ in range(runs - 1)]
    last = all_runs[-1]
    last.seconds = statistics.median(run.seconds for run in all_runs)
    last.megabytes = max(run.megabytes for run in all_runs)
    return last


def time(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms" if seconds < 0.1 else f"{seconds * 1e3:.0f} ms"


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


class Table:
    """A table with a required ratio in every line; remembers what was not met."""

    missed = []

    def judge(self, name, ratio, required):
        if required is None:
            return "", ""
        if ratio < required:
            self.missed.append(f"{name}: {ratio:.1f}×, required {required}×")
        return f"{required}×", "yes" if ratio >= required else "**NO**"


class Ours:
    def __init__(self, program):
        self.program = program
        self.is_cli = Path(program).name.startswith("racescope")

    def command(self, name, sizes=None, counts=False):
        if not self.is_cli:
            words = ["none", *map(str, sizes)] if sizes else [name]
            return [self.program, *words] + (["--counts"] if counts else [])
        what = (
            ["--threads", str(sizes[0]), "--iterations", str(sizes[1]), "--protection", "none"]
            if sizes else ["--program", name]
        )
        return [self.program, "explore", *what, "--counts" if counts else "--outcomes", "--json"]

    def run(self, name, sizes=None, counts=False):
        run = measure(self.command(name, sizes, counts))
        if run.code not in (0, 1):
            sys.exit(f"{self.program} failed: {run.text}")
        return run


def build():
    """The `search` benchmark, built if it has to be."""
    command = ["cargo", "bench", "--no-run", "--bench", "search", "--message-format", "json"]
    built = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, check=True, text=True).stdout
    messages = [json.loads(line) for line in built.splitlines() if line.startswith("{")]
    return next(m["executable"] for m in messages if m.get("target", {}).get("name") == "search" and m.get("executable"))


class Spin:
    """Models compiled in a folder of their own."""

    def __init__(self, folder):
        self.folder = folder

    def compile(self, model, sizes=None, runs=None):
        """Both halves of the compile step; leaves the search in the folder."""
        defines = [f"-DN={sizes[0]}", f"-DK={sizes[1]}"] if sizes else []
        parts = [
            ["spin", *defines, "-a", str(model)],
            ["gcc", "-O2", "-w", "-DSAFETY", "-DMEMLIM=8000", "-o", "pan", "pan.c"],
        ]
        seconds = 0
        for part in parts:
            run = measure(part, self.folder, runs)
            if run.code != 0:
                sys.exit(f"{' '.join(part)}: {run.text}")
            seconds += run.seconds
        return seconds

    def search(self, model, options, runs=None):
        ignore = ["-E"] if "run with -E" in model.read_text() else []
        run = measure([str(Path(self.folder) / "pan"), *options, "-c0", *ignore], runs=runs)
        if "search was stopped" in run.text or "max search depth too small" in run.text or "out of memory" in run.text:
            sys.exit(f"{model}: the search did not end: {run.text}")
        found = re.search(r"(\d+) states, stored", run.text)
        run.states = int(found[1]) if found else 0
        return run


def outcomes(text):
    """The outcomes, and whether it can fail and deadlock, as our search and the models print them."""
    lines = re.findall(r"^(outcome[^:\n]*|failed[^:\n]*)", text, re.MULTILINE | re.IGNORECASE)
    fails = re.search(r"^(pan:\d+: assertion violated|can fail)", text, re.MULTILINE) is not None
    deadlocks = re.search(r"^(pan:\d+: invalid end state|deadlock|can deadlock)", text, re.MULTILINE) is not None
    lines = [line.strip().lower().replace("true", "1").replace("false", "0") for line in lines]
    return set(lines), fails, deadlocks


def agree(name, ours, theirs, only_values=False):
    mine, yours = outcomes(ours), outcomes(theirs)
    if only_values:
        mine, yours = mine[0], yours[0]
    if mine != yours:
        sys.exit(f"{name}: what was found differs\nours: {mine}\ntheirs: {yours}")


def states(text):
    found = re.search(r"(\d+) states", text)
    return found[1] if found else ""


def against_spin(ours, arguments, table):
    print("\n## Spin: the unprotected counter, all outcomes each with a witness\n")
    models = [("counter.pml", HERE / "spin/counter.pml")]
    if arguments.tuned:
        models.append(("tuned", Path(arguments.tuned).resolve()))
    row("model", "ours", "Spin compile + search", "Spin search only", "states ours / Spin", "ratio with compile", "required",
        "met", "ratio search only", "required", "met")
    row(*["---"] * 11)
    peaks = []
    for sizes, (whole, alone) in SPIN.items():
        name = f"({sizes[0]},{sizes[1]})"
        if not re.search(arguments.only, name):
            continue
        for label, model in models:
            mine = ours.run("none", sizes)
            with tempfile.TemporaryDirectory() as folder:
                spin = Spin(folder)
                compile_seconds = spin.compile(model, sizes)
                search = spin.search(model, [DEPTH, HASH])
            if not ours.is_cli:
                agree(name, mine.text, search.text, only_values=True)
            full, bare = (compile_seconds + search.seconds) / mine.seconds, search.seconds / mine.seconds
            what = f"{name} {label}"
            row(what, time(mine.seconds), time(compile_seconds + search.seconds), time(search.seconds),
                f"{states(mine.text)} / {search.states}", f"{full:.0f}×", *table.judge(what, full, whole),
                f"{bare:.1f}×", *table.judge(what + ", search alone", bare, alone))
            if sizes == (3, 10):
                peaks.append((what, mine.megabytes, search.megabytes))
    for what, mine, yours in peaks:
        _, met = table.judge(f"memory at {what}", yours / mine, 20)
        print(f"\nMemory at {what}: ours {mine:.0f} MB, Spin {yours:.0f} MB: 1/{yours / mine:.0f}; required 1/20: {met}")
    print("\n## Spin: the other programs shipped\n")
    row("model", "ours", "Spin compile + search", "Spin search only", "states ours / Spin", "ratio with compile", "required",
        "met", "ratio search only", "required", "met", "search with the smallest tables")
    row(*["---"] * 12)
    for name in PROGRAMS:
        if not re.search(arguments.only, name):
            continue
        model = HERE / "spin" / f"{name}.pml"
        mine = ours.run(name)
        with tempfile.TemporaryDirectory() as folder:
            spin = Spin(folder)
            compile_seconds = spin.compile(model, runs=3)
            search = spin.search(model, [DEPTH, HASH])
            tiny = spin.search(model, TINY)
        if not ours.is_cli:
            agree(name, mine.text, search.text)
        full, bare = (compile_seconds + search.seconds) / mine.seconds, search.seconds / mine.seconds
        row(name, time(mine.seconds), time(compile_seconds + search.seconds), time(search.seconds),
            f"{states(mine.text)} / {search.states}", f"{full:.0f}×", *table.judge(name, full, LIBRARY[0]),
            f"{bare:.1f}×", *table.judge(name + ", search alone", bare, LIBRARY[1]),
            f"{time(tiny.seconds)}, {tiny.seconds / mine.seconds:.2f}×")


def against_harmony(ours, arguments, table):
    print("\n## Harmony: the unprotected counter\n")
    row("model", "ours", "Harmony", "ratio", "required", "met")
    row(*["---"] * 6)
    whats = [("exploring only", arguments.harmony_explore, HARMONY_EXPLORE),
             ("its outcome set", arguments.harmony_outcomes, HARMONY_OUTCOMES)]
    for what, model, required in whats:
        for sizes, least in required.items() if model else ():
            name = f"({sizes[0]},{sizes[1]}) {what}"
            if not re.search(arguments.only, name):
                continue
            mine = ours.run("none", sizes)
            with tempfile.TemporaryDirectory() as folder:
                # It writes its results beside the model.
                copy = shutil.copy(model, folder)
                constants = ["-c", f"N={sizes[0]}", "-c", f"K={sizes[1]}"]
                theirs = measure(["harmony", "--noweb", "-R", "-w", "1", *constants, copy], folder)
            if theirs.code != 0 or "No issues found" not in theirs.text:
                sys.exit(f"harmony: {theirs.text}")
            ratio = theirs.seconds / mine.seconds
            row(name, time(mine.seconds), time(theirs.seconds), f"{ratio:.0f}×", *table.judge(name, ratio, least))


def against_loom(ours, arguments, table):
    print("\n## loom: the unprotected counter, relaxed\n")
    row("model", "ours", "loom", "ratio", "required", "met")
    row(*["---"] * 6)
    for sizes, least in LOOM.items():
        name = f"({sizes[0]},{sizes[1]}) loom"
        if not re.search(arguments.only, name):
            continue
        mine = ours.run("none", sizes)
        theirs = measure([str(Path(arguments.loom).resolve()), *map(str, sizes), "relaxed", "120"])
        if theirs.code != 0 or "complete=true" not in theirs.text:
            sys.exit(f"loom: {theirs.text}")
        ratio = theirs.seconds / mine.seconds
        row(name, time(mine.seconds), time(theirs.seconds), f"{ratio:.0f}×", *table.judge(name, ratio, least))


def alone(ours, table, arguments):
    print("\n## Nobody else: exact counts and probabilities, and the outcomes beside them\n")
    row("model", "outcomes only", "with counts", "required", "met", "memory with counts")
    row(*["---"] * 6)
    for sizes in COUNTS:
        name = f"({sizes[0]},{sizes[1]}) counts"
        if not re.search(arguments.only, name):
            continue
        mine, counted = ours.run("none", sizes), ours.run("none", sizes, counts=True)
        limits = [(mine, 0.3), (counted, 1.0)]
        met = all(run.seconds < limit for run, limit in limits)
        if not met:
            table.missed.append(f"{name}: {time(mine.seconds)} and {time(counted.seconds)}")
        row(name, time(mine.seconds), time(counted.seconds), "0.3 s, 1 s", "yes" if met else "**NO**",
            f"{counted.megabytes:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tuned", metavar="FILE", help="another Promela model of the counter")
    parser.add_argument("--harmony-explore", metavar="FILE", help="a Harmony model that only explores")
    parser.add_argument("--harmony-outcomes", metavar="FILE", help="a Harmony model that prints the outcomes")
    parser.add_argument("--loom", metavar="PROGRAM", help="a loom program of the counter")
    parser.add_argument("--ours", metavar="PROGRAM", help="instead of the search benchmark")
    parser.add_argument("--only", metavar="PATTERN", default="", help="only rows whose name this regular expression is found in")
    arguments = parser.parse_args()
    ours, table = Ours(str(Path(arguments.ours).resolve()) if arguments.ours else build()), Table()
    alone(ours, table, arguments)
    if shutil.which("spin") and shutil.which("gcc"):
        against_spin(ours, arguments, table)
    else:
        print("\nSpin: skipped, spin or gcc is not installed")
    if shutil.which("harmony") and (arguments.harmony_explore or arguments.harmony_outcomes):
        against_harmony(ours, arguments, table)
    else:
        print("\nHarmony: skipped, it is not installed or no model was given (--harmony-explore, --harmony-outcomes)")
    if arguments.loom:
        against_loom(ours, arguments, table)
    else:
        print("\nloom: skipped, no program was given (--loom)")
    print("\nNot met: " + ("; ".join(table.missed) if table.missed else "nothing, everything required is met"))


if __name__ == "__main__":
    main()
