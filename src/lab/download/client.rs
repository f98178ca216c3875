//! The client: one transfer over one connection, under a time-out, that can be left off at any moment.
//!
//! Workers that are threads block on it ([`Blocking`]); tasks await it. It is the same transfer, so that
//! what differs between them is not the library.
//!
//! Whoever gives up closes its side and then waits until the server has closed the other, but for a little while only
//! where that is not our own or there is no more time: so nobody is still being served for a client that has already
//! gone on to something else.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use hyper::body::Body;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::target::Target;
use crate::event::download::{Bytes, Fault, Stage};

/// How long one who gives up waits for the server to close its side: any server if it is in a hurry; the server of our
/// own, which always does, as long as that takes on a machine that has other things to do.
const FAREWELL: Duration = Duration::from_millis(100);
const PATIENT_FAREWELL: Duration = Duration::from_secs(10);

/// What holds for a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How long it may take, waiting for a permit not included.
    limit: Duration,
    /// How long it waits, when that time is up, until the server knows.
    farewell: Duration,
}

impl Terms {
    /// For transfers from servers of others.
    #[must_use]
    pub fn of_others(limit: Duration) -> Self {
        Terms { limit, farewell: FAREWELL }
    }

    /// For transfers from the server of our own.
    #[must_use]
    pub fn of_our_own(limit: Duration) -> Self {
        Terms { limit, farewell: PATIENT_FAREWELL }
    }
}

/// A connection; it moves only when it is polled, and must not be polled once it has ended.
#[derive(Debug)]
struct Line {
    connection: http1::Connection<TokioIo<TcpStream>, String>,
    has_ended: bool,
}

/// A transfer as far as it is.
#[derive(Debug, Default)]
struct SoFar {
    stage: Stage,
    bytes: Bytes,
    /// Its connection, once there is one.
    line: Option<Line>,
}

/// One transfer.
#[derive(Debug)]
pub struct Transfer<'a> {
    target: &'a Target,
    terms: Terms,
    so_far: SoFar,
}

impl<'a> Transfer<'a> {
    /// One that has not begun.
    #[must_use]
    pub fn new(target: &'a Target, terms: Terms) -> Self {
        Transfer { target, terms, so_far: SoFar::default() }
    }

    /// Downloads what is there, looks at nothing of it, and comes back with how many bytes it was. `tell` hears when a
    /// stage begins, at the moment when it does. For once.
    ///
    /// # Errors
    /// What became of it instead.
    pub async fn go(&mut self, tell: &mut (dyn FnMut(Stage) + Send)) -> Result<u64, Fault> {
        tell(Stage::Connecting);
        let so_far = &mut self.so_far;
        match timeout(self.terms.limit, exchange(self.target, so_far, tell)).await {
            Ok(exchanged) => exchanged,
            Err(_) => {
                let fault = Fault::TimedOut(so_far.stage, so_far.bytes);
                self.leave(self.terms.farewell).await;
                Err(fault)
            }
        }
    }

    /// Leaves it off: for whoever has dropped what [`Transfer::go`] gave before that was over.
    pub async fn leave_off(mut self) {
        self.leave(FAREWELL).await;
    }

    /// Closes our side, and waits until the server has closed its own.
    async fn leave(&mut self, patience: Duration) {
        let Some(line) = self.so_far.line.take() else { return };
        let mut stream = line.connection.into_parts().io.into_inner();
        let _ = timeout(patience, async {
            if stream.shutdown().await.is_ok() {
                while stream.read(&mut [0; 4_096]).await.is_ok_and(|length| length > 0) {}
            }
        })
        .await;
    }
}

/// The client for a thread, which does nothing else until the transfer has ended.
#[derive(Debug)]
pub struct Blocking(Option<Runtime>);

impl Blocking {
    /// A client for this thread.
    ///
    /// # Errors
    /// The system has no more files to give.
    pub fn new() -> std::io::Result<Self> {
        Ok(Blocking(Some(Builder::new_current_thread().enable_io().enable_time().build()?)))
    }

    /// What this comes to, for instance a [`Transfer`]; the thread waits for it.
    ///
    /// # Panics
    /// With whatever the future panics with.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.as_ref().expect("it is taken only when the client goes").block_on(future)
    }
}

impl Drop for Blocking {
    fn drop(&mut self) {
        // A name that is still being looked up holds up nobody.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Connects, asks, and receives.
async fn exchange(
    target: &Target,
    so_far: &mut SoFar,
    tell: &mut (dyn FnMut(Stage) + Send),
) -> Result<u64, Fault> {
    let stream = connect(target).await?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|why| broken(&why, so_far.bytes))?;
    let line = so_far.line.insert(Line { connection, has_ended: false });
    so_far.stage = Stage::Asking;
    tell(Stage::Asking);
    let answer = beside(line, ask(&mut sender, target)?).await.map_err(|why| broken(&why, so_far.bytes))?;
    if !answer.status().is_success() {
        return Err(Fault::Status(answer.status().as_u16()));
    }
    so_far.stage = Stage::Receiving;
    tell(Stage::Receiving);
    let mut body = pin!(answer.into_body());
    so_far.bytes.of = body.size_hint().exact();
    loop {
        let next = std::future::poll_fn(|context| body.as_mut().poll_frame(context));
        match beside(line, next).await {
            None => break,
            Some(Err(why)) => return Err(broken(&why, so_far.bytes)),
            Some(Ok(frame)) => so_far.bytes.got += frame.data_ref().map_or(0, |data| data.len() as u64),
        }
    }
    Ok(so_far.bytes.got)
}

/// Finds the server's address, and connects to it.
async fn connect(target: &Target) -> Result<TcpStream, Fault> {
    let host = (target.host.as_str(), target.port);
    let addresses: Vec<_> = tokio::net::lookup_host(host).await.map_err(|_| Fault::NoSuchName)?.collect();
    let stream = TcpStream::connect(addresses.as_slice()).await.map_err(|why| refused(&why))?;
    // What is asked is short, and nothing comes after it that it could wait for.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// What is asked of the server.
fn ask<'a>(
    sender: &'a mut SendRequest<String>,
    target: &Target,
) -> Result<impl Future<Output = hyper::Result<hyper::Response<hyper::body::Incoming>>> + use<'a>, Fault> {
    let request = Request::get(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::USER_AGENT, concat!("racescope/", env!("CARGO_PKG_VERSION")))
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close")
        .body(String::new())
        // A target's path comes from a URL that was understood.
        .map_err(|_| Fault::NotHttp)?;
    Ok(sender.send_request(request))
}

/// What this future comes to, while the connection moves beside it.
async fn beside<F: Future>(line: &mut Line, future: F) -> F::Output {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(output);
        }
        // What the connection has to say of its end, it says to the future too.
        line.has_ended = line.has_ended || line.connection.poll_without_shutdown(context).is_ready();
        future.as_mut().poll(context)
    })
    .await
}

/// Why there is no connection.
fn refused(why: &std::io::Error) -> Fault {
    use std::io::ErrorKind;
    match why.kind() {
        ErrorKind::ConnectionRefused => Fault::Refused,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            Fault::Unreachable
        }
        ErrorKind::TimedOut => Fault::TimedOut(Stage::Connecting, Bytes::default()),
        _ => Fault::System(why.raw_os_error()),
    }
}

/// Why a connection came to nothing.
fn broken(why: &hyper::Error, bytes: Bytes) -> Fault {
    if why.is_parse() { Fault::NotHttp } else { Fault::Broken(bytes) }
}
