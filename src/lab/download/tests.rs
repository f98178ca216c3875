use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::client::{Blocking, Terms, Transfer};
use super::server::{Server, Setup};
use super::target::Target;
use crate::event::download::{Bytes, Fate, Fault, Stage};

/// Longer than anything that is not to be waited for.
const LONG: Duration = Duration::from_secs(60);

fn server(capacity: u16) -> Server {
    Server::start(Setup { delay: Duration::ZERO, capacity }).expect("loopback has a free port")
}

fn get(url: &str, limit: Duration) -> (Result<u64, Fault>, Vec<Stage>) {
    let mut stages = Vec::new();
    let target: Target = url.parse().expect("a URL");
    let mut transfer = Transfer::new(&target, Terms::of_our_own(limit));
    let client = Blocking::new().expect("a runtime");
    let got = client.block_on(transfer.go(&mut |stage| stages.push(stage)));
    (got, stages)
}

/// The same where there is plenty of time and nobody listens.
async fn get_quietly(target: &Target) -> Result<u64, Fault> {
    Transfer::new(target, Terms::of_our_own(LONG)).go(&mut |_| ()).await
}

/// The same, but it is left off when this is told.
async fn get_until(target: &Target, told: &Notify) -> Option<Result<u64, Fault>> {
    let mut transfer = Transfer::new(target, Terms::of_our_own(LONG));
    let mut nobody = |_| ();
    let got = tokio::select! {
        got = transfer.go(&mut nobody) => Some(got),
        () = told.notified() => None,
    };
    transfer.leave_off().await;
    got
}

/// Waits for a condition that others bring about; the test's own time-out is the only clock.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

#[test]
fn each_cause_can_be_asked_for_and_is_told() {
    let server = server(2);
    let short = Duration::from_millis(150);
    let all = [Stage::Connecting, Stage::Asking, Stage::Receiving];
    let nothing = Bytes { got: 0, of: None };
    for (fate, bytes, limit, expected, stages) in [
        (Fate::Whole, 100_000, LONG, Ok(100_000), &all[..]),
        (Fate::Whole, 0, LONG, Ok(0), &all),
        (Fate::Whole, 1, LONG, Ok(1), &all),
        (Fate::Refused, 10, LONG, Err(Fault::Refused), &all[..1]),
        (Fate::Status, 10, LONG, Err(Fault::Status(500)), &all[..2]),
        (Fate::Broken, 50_000, LONG, Err(Fault::Broken(Bytes { got: 25_000, of: Some(50_000) })), &all),
        (Fate::Broken, 0, LONG, Err(Fault::Broken(Bytes { got: 0, of: Some(1) })), &all),
        (Fate::Silent, 10, short, Err(Fault::TimedOut(Stage::Asking, nothing)), &all[..2]),
    ] {
        let (got, told) = get(&server.url(fate, bytes, 0), limit);
        assert_eq!(got, expected, "{fate:?}, {bytes} bytes");
        assert_eq!(told, stages, "{fate:?}, {bytes} bytes");
    }
    let (got, _) = get(&server.url(Fate::Slow, 5_000, 0), short);
    let Err(Fault::TimedOut(Stage::Receiving, Bytes { got, of: Some(5_000) })) = got else {
        panic!("{got:?}");
    };
    assert!((100..5_000).contains(&got), "{got}");
    let served = server.served();
    assert_eq!(served.ended, [3, 0, 1, 2, 0, 0]);
    assert_eq!((served.requests, served.left, served.now, served.queued), (8, 2, 0, 0));
    assert_eq!(served.most, 1, "one after another: whoever gives up waits until the server knows");
}

#[test]
fn the_server_serves_as_many_as_it_can_and_the_others_queue() {
    let server = server(2);
    let told = Notify::new();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..5)
            .map(|number| {
                let (target, told) = (server.target(Fate::Silent, 1, number), &told);
                scope.spawn(move || Blocking::new().unwrap().block_on(get_until(&target, told)))
            })
            .collect();
        until(|| server.served().requests == 5 && server.served().queued == 3);
        assert_eq!((server.served().now, server.served().most), (2, 2));
        let began = Instant::now();
        told.notify_waiters();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), None);
        }
        assert!(began.elapsed() < LONG, "cancelling takes no time-out");
    });
    until(|| server.served().left == 5);
    let served = server.served();
    assert_eq!((served.now, served.queued, served.most_queued), (0, 0, 3));
    assert!(served.most <= 2);
}

#[test]
fn as_many_are_served_at_once_as_ask_at_once_and_no_more() {
    let server = server(64);
    for together in [1, 3, 8] {
        thread::scope(|scope| {
            for worker in 0..together {
                let server = &server;
                scope.spawn(move || {
                    let client = Blocking::new().unwrap();
                    for number in 0..20 {
                        let fate = [Fate::Whole, Fate::Broken, Fate::Status][number as usize % 3];
                        let target = server.url(fate, 20_000, worker * 100 + number).parse().unwrap();
                        let _ = client.block_on(get_quietly(&target));
                    }
                });
            }
        });
        assert!(server.served().most <= together, "{together}: {:?}", server.served());
    }
    assert_eq!(server.served().ended.iter().sum::<u64>(), 12 * 20);
    assert_eq!((server.served().now, server.served().left), (0, 0));
}

#[test]
fn tasks_await_the_same_transfer() {
    let server = server(8);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let got = runtime.block_on(async {
        let transfers: Vec<_> = (0..20)
            .map(|number| {
                let target: Target = server.url(Fate::Whole, 1_000, number).parse().unwrap();
                tokio::spawn(async move { get_quietly(&target).await })
            })
            .collect();
        let mut got = Vec::new();
        for transfer in transfers {
            got.push(transfer.await.unwrap());
        }
        got
    });
    assert_eq!(got, vec![Ok(1_000); 20]);
    assert_eq!(server.served().of(Fate::Whole), 20);
    assert!(server.served().most <= 8);
}

#[test]
fn a_server_that_is_stopped_breaks_off_what_it_served() {
    let server = server(1);
    let target: Target = server.url(Fate::Silent, 1, 0).parse().unwrap();
    thread::scope(|scope| {
        let thread = scope.spawn(move || Blocking::new().unwrap().block_on(get_quietly(&target)));
        until(|| server.served().now == 1);
        drop(server);
        let broken = Fault::Broken(Bytes::default());
        assert_eq!(thread.join().unwrap(), Err(broken));
    });
}

/// What a server of any kind says to one client, whatever it asks.
fn say_once(answer: &'static [u8]) -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            asked.push(byte[0]);
        }
        stream.write_all(answer).unwrap();
    });
    (url, thread)
}

#[test]
fn other_servers_answers_are_told_too() {
    for (answer, expected) in [
        (&b"SSH-2.0-something\r\n"[..], Err(Fault::NotHttp)),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", Ok(13)),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", Ok(5)),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            Err(Fault::Broken(Bytes { got: 3, of: None })),
        ),
        (b"HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", Err(Fault::Status(301))),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", Err(Fault::Status(404))),
    ] {
        let (url, thread) = say_once(answer);
        assert_eq!(get(&url, LONG).0, expected, "{}", answer.escape_ascii());
        thread.join().unwrap();
    }
    assert_eq!(get("http://name.invalid/", LONG).0, Err(Fault::NoSuchName));
}

#[test]
fn what_the_server_does_not_know_is_not_served() {
    let server = server(1);
    let address = server.url(Fate::Whole, 1, 1);
    let base = address.split("/whole").next().unwrap();
    for path in ["/", "/other/1/1", "/whole", "/whole/x/1", "/whole/-1/1", "/whole/99999999999/1"] {
        assert_eq!(get(&format!("{base}{path}"), LONG).0, Err(Fault::Status(404)), "{path}");
    }
    let mut raw = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
    raw.write_all(b"\r\n\r\nnothing that anyone knows\r\n\r\n").unwrap();
    until(|| server.served().not_understood == 7);
    assert_eq!((server.served().requests, server.served().most), (0, 0));
}
