//! One connection: its request, and the answer that the request's path asks for.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{sleep, timeout};

use super::house::{House, Seat};
use crate::event::download::Fate;

/// Most bytes of a request.
const LONGEST_REQUEST: usize = 8_192;
/// Most header lines of a request.
const MOST_HEADERS: usize = 32;
/// How long a request may take to come in.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most bytes that are written at once.
const PIECE: usize = 16_384;
/// Into how many drops the body of [`Fate::Slow`] is divided, and how long each but the first is kept back.
const DROPS: u64 = 50;
/// See [`DROPS`].
const DROP_EVERY: Duration = Duration::from_millis(100);

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    fate: Fate,
    bytes: u64,
}

/// Serves one connection to its end.
pub(super) async fn connection(mut stream: TcpStream, house: &House) {
    // An answer's last piece is not to wait for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let Ok(Some(wanted)) = timeout(PATIENCE, request(&mut stream)).await else {
        house.not_understood();
        let _ = stream
            .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .await;
        return;
    };
    house.came();
    let (mut read, mut write) = stream.split();
    let seat = tokio::select! {
        biased;
        seat = house.let_in() => seat,
        () = gone(&mut read) => None,
    };
    let Some(seat) = seat else { return };
    // Whoever goes before the end takes the answer with it, and the seat with that.
    tokio::select! {
        biased;
        _ = answer(wanted, seat, &mut write, house.delay()) => {}
        () = gone(&mut read) => {}
    }
}

/// Reads the request; `None` if there is none, or none that is known here.
async fn request(stream: &mut TcpStream) -> Option<Wanted> {
    let mut bytes = Vec::with_capacity(512);
    while bytes.len() < LONGEST_REQUEST {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        if request.parse(&bytes).ok()?.is_complete() {
            return wanted(request.path?);
        }
    }
    None
}

/// What a path asks for: `/broken/65536/3`.
fn wanted(path: &str) -> Option<Wanted> {
    let mut parts = path.strip_prefix('/')?.split('/');
    let name = parts.next()?;
    let fate = Fate::ALL.into_iter().find(|fate| fate.name() == name)?;
    Some(Wanted { fate, bytes: parts.next()?.parse::<u32>().ok()?.into() })
}

/// Comes back when the client has closed its side, or the connection is broken.
async fn gone(read: &mut ReadHalf<'_>) {
    // What else it may have to say is of no interest.
    while read.read(&mut [0; 256]).await.is_ok_and(|length| length > 0) {}
}

/// Answers, and gives the seat back before the last piece is sent.
async fn answer(
    wanted: Wanted,
    seat: Seat<'_>,
    write: &mut WriteHalf<'_>,
    delay: Duration,
) -> io::Result<()> {
    sleep(delay).await;
    let Wanted { fate, bytes } = wanted;
    match fate {
        Fate::Whole | Fate::Refused => send(write, head("200 OK", bytes), bytes, || seat.end(fate)).await,
        Fate::Status => send(write, head("500 Internal Server Error", 0), 0, || seat.end(fate)).await,
        // An empty body has no middle, so one byte is announced that never comes.
        Fate::Broken => send(write, head("200 OK", bytes.max(1)), bytes / 2, || seat.end(fate)).await,
        Fate::Silent => std::future::pending().await,
        Fate::Slow => {
            let drop = |number: u64| bytes * (number + 1) / DROPS - bytes * number / DROPS;
            send(write, head("200 OK", bytes), drop(0), || ()).await?;
            for number in 1..DROPS - 1 {
                sleep(DROP_EVERY).await;
                send(write, Vec::new(), drop(number), || ()).await?;
            }
            sleep(DROP_EVERY).await;
            send(write, Vec::new(), drop(DROPS - 1), || seat.end(fate)).await
        }
    }
}

/// The head of an answer with so many bytes.
fn head(status: &str, bytes: u64) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/octet-stream\r\nContent-Length: {bytes}\r\n\
         Connection: close\r\n\r\n"
    )
    .into_bytes()
}

/// Sends this and so many bytes more; `last` is called before the last piece.
async fn send(
    write: &mut WriteHalf<'_>,
    mut piece: Vec<u8>,
    mut bytes: u64,
    last: impl FnOnce(),
) -> io::Result<()> {
    loop {
        let room = PIECE.saturating_sub(piece.len());
        let more = usize::try_from(bytes).unwrap_or(room).min(room);
        piece.resize(piece.len() + more, b'.');
        bytes -= more as u64;
        if bytes == 0 {
            last();
            return write.write_all(&piece).await;
        }
        write.write_all(&piece).await?;
        piece.clear();
    }
}
