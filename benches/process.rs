//! What the whole program costs on a terminal: `cargo bench --bench process`. Linux, because it reads `/proc`.
//!
//! The real program in a real pseudo-terminal: time to the first frame, processor time while it shows slow motion and
//! while it is paused, and the most memory it took.

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("this benchmark reads /proc, which only Linux has");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::io::{Read, Write};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{Duration, Instant};

    use racescope::experiment::{Gap, Kind, Settings};
    use racescope::lab::batch::{Batch, Record};
    use racescope::platform::process::set_executable;

    use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

    struct Program {
        child: Box<dyn Child + Send + Sync>,
        input: Box<dyn Write + Send>,
        pid: u32,
        /// Microseconds from start to the end of the first frame's output.
        first_frame: Arc<AtomicU64>,
    }

    impl Program {
        fn start(columns: u16, rows: u16, arguments: &[&str]) -> Self {
            let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
            let pty = native_pty_system().openpty(size).expect("a pty");
            let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_racescope"));
            command.args(arguments);
            command.env("TERM", "xterm-256color");
            command.env("COLORTERM", "truecolor");
            let began = Instant::now();
            let child = pty.slave.spawn_command(command).expect("the program starts");
            let pid = child.process_id().expect("it has a number");
            let mut output = pty.master.try_clone_reader().expect("its output");
            let input = pty.master.take_writer().expect("its input");
            let first_frame = Arc::new(AtomicU64::new(0));
            let first = Arc::clone(&first_frame);
            std::thread::spawn(move || {
                // The master stays open as long as its output is read.
                let _pty = pty;
                let (mut seen, mut chunk) = (Vec::new(), [0; 1 << 16]);
                while let Ok(read @ 1..) = output.read(&mut chunk) {
                    if first.load(Ordering::Relaxed) == 0 {
                        seen.extend_from_slice(&chunk[..read]);
                        // The footer's last hint is the last thing a frame draws.
                        if seen.windows(4).any(|part| part == b"quit") {
                            first.store(began.elapsed().as_micros() as u64, Ordering::Relaxed);
                        }
                    }
                }
            });
            Program { child, input, pid, first_frame }
        }

        /// Processor time of all its threads.
        fn processor(&self) -> Duration {
            let threads = fs::read_dir(format!("/proc/{}/task", self.pid)).expect("it runs");
            let nanos = threads.flatten().filter_map(|thread| {
                let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
                text.split(' ').next()?.parse::<u64>().ok()
            });
            Duration::from_nanos(nanos.sum())
        }

        fn share(&self, length: Duration) -> f64 {
            let (before, began) = (self.processor(), Instant::now());
            std::thread::sleep(length);
            (self.processor() - before).as_secs_f64() / began.elapsed().as_secs_f64() * 100.0
        }

        fn peak_memory(&self) -> f64 {
            let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).expect("it runs");
            let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("Linux says");
            line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).expect("a number") / 1024.0
        }

        fn press(&mut self, keys: &str) {
            self.input.write_all(keys.as_bytes()).expect("it listens");
        }

        fn end(mut self) -> Duration {
            let began = Instant::now();
            self.press("q");
            self.child.wait().expect("it ends");
            began.elapsed()
        }
    }

    /// From starting a worker's process to its first increment and the news of it, in microseconds.
    fn start_worker() -> u64 {
        let settings = Settings {
            kind: Kind::Process { shared: true },
            threads: 1,
            iterations: 1,
            gap: Gap::NONE,
            ..Settings::default()
        };
        let began = Instant::now();
        let mut batch = Batch::new(settings, Record::Off).expect("a process can be had");
        let run = batch.run().expect("it makes its increment");
        let took = began.elapsed().as_micros() as u64;
        assert_eq!(run.counts.completed, 1);
        took
    }

    pub(super) fn main() {
        set_executable(env!("CARGO_BIN_EXE_racescope"));
        let mut starts: Vec<u64> = (0..50).map(|_| start_worker()).collect();
        starts.sort_unstable();
        println!(
            "worker's process     {:.2} ms to its first increment (median of 50)",
            starts[25] as f64 / 1e3
        );

        let settle = Duration::from_secs(1);
        let mut firsts = Vec::new();
        for _ in 0..21 {
            let program = Program::start(80, 24, &[]);
            while program.first_frame.load(Ordering::Relaxed) == 0 {
                std::thread::yield_now();
            }
            firsts.push(program.first_frame.load(Ordering::Relaxed));
            program.end();
        }
        firsts.sort_unstable();
        println!(
            "first frame          {:.1} ms (median of {})",
            firsts[firsts.len() / 2] as f64 / 1e3,
            firsts.len()
        );

        let mut slow = Program::start(80, 24, &[]);
        std::thread::sleep(settle);
        println!("slow motion 80x24    {:.2} % of a core", slow.share(Duration::from_secs(5)));
        slow.press(" ");
        std::thread::sleep(settle);
        println!("paused               {:.2} % of a core", slow.share(Duration::from_secs(5)));
        println!("peak memory          {:.1} MB (slow motion, 4 workers)", slow.peak_memory());
        println!("quit                 {:.0} ms", slow.end().as_secs_f64() * 1e3);

        let full = ["--threads", "8", "--iterations", "60000000", "--pace", "full", "--gap", "none"];
        let full = Program::start(200, 50, &full);
        std::thread::sleep(Duration::from_secs(5));
        println!("peak memory          {:.1} MB (full speed, 8 workers, after 5 s)", full.peak_memory());
        std::thread::sleep(Duration::from_secs(20));
        println!("                     {:.1} MB (after 25 s)", full.peak_memory());
        println!("quit                 {:.0} ms", full.end().as_secs_f64() * 1e3);
    }
}
