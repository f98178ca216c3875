//! The server: an HTTP/1.1 server on the loopback interface that does what its URLs say, well or badly.
//!
//! It reads every request at once, but serves only so many together; the others wait in order of arrival. What it
//! does with a request stands in the request's path, so that nothing here is left to chance: see [`Server::url`].
//!
//! A request is *being served* from when it is let in until the last of its answer goes to the system, or until the
//! server notices that the client has gone. It leaves the count before that last piece is sent: a client that has it
//! all can't find itself still counted.

mod answer;
mod house;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

use super::target::Target;
use crate::event::download::{Fate, Served};
use house::House;

/// Clients whose connection may wait to be accepted; the system may allow fewer.
const BACKLOG: u32 = 4_096;
/// How long to wait before accepting again after the system refused, for instance because too many files are open.
const BREATH: Duration = Duration::from_millis(5);
/// The name of the server's thread.
pub const THREAD: &str = "server";

/// What the server is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// From a request's being let in to the first byte of its answer.
    pub delay: Duration,
    /// How many requests are served at once.
    pub capacity: u16,
}

/// A server; it is gone when it is closed, or when this goes.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    /// A socket that has an address of its own and never listens, so that whoever comes is refused by the system.
    closed: TcpSocket,
    house: Arc<House>,
    stop: Arc<Notify>,
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

/// Equal is only what is the same server.
impl PartialEq for Server {
    fn eq(&self, other: &Server) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Why there is no server: what the system said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoServer(pub String);

impl From<std::io::Error> for NoServer {
    fn from(why: std::io::Error) -> Self {
        NoServer(why.to_string())
    }
}

impl Server {
    /// Starts a server on a free port of the loopback interface.
    ///
    /// # Errors
    /// No socket or no thread can be had.
    pub fn start(setup: Setup) -> Result<Server, NoServer> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let (listener, closed) = {
            let _here = runtime.enter();
            (loopback()?.listen(BACKLOG)?, loopback()?)
        };
        let house = Arc::new(House::new(setup));
        let stop = Arc::new(Notify::new());
        let address = listener.local_addr()?;
        let (inside, leave) = (Arc::clone(&house), Arc::clone(&stop));
        let thread = thread::Builder::new()
            .name(THREAD.to_owned())
            .spawn(move || serve(&runtime, &listener, &inside, &leave))?;
        Ok(Server { address, closed, house, stop, thread: Mutex::new(Some(thread)) })
    }

    /// Where so many bytes are to be had under this number, and what is to become of whoever asks for them.
    #[must_use]
    pub fn url(&self, fate: Fate, bytes: u64, number: u32) -> String {
        let address = match fate {
            Fate::Refused => self.closed.local_addr().unwrap_or(self.address),
            _ => self.address,
        };
        format!("http://{address}/{}/{bytes}/{number}", fate.name())
    }

    /// The same, taken apart.
    #[must_use]
    pub fn target(&self, fate: Fate, bytes: u32, number: u32) -> Target {
        self.url(fate, bytes.into(), number).parse().expect("the server's own URLs are URLs")
    }

    /// Ends it. Whoever it has not answered by then has left; what it has counted stays.
    pub fn close(&self) {
        self.stop.notify_one();
        if let Some(thread) = self.thread.lock().take() {
            // A server that crashed has nothing to give back.
            let _ = thread.join();
        }
    }

    /// What the server has counted so far.
    #[must_use]
    pub fn served(&self) -> Served {
        self.house.served()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.close();
    }
}

/// A socket on the loopback interface, on a port that nobody else has.
fn loopback() -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    Ok(socket)
}

/// The server's thread.
fn serve(runtime: &Runtime, listener: &TcpListener, house: &Arc<House>, leave: &Notify) {
    runtime.block_on(async {
        loop {
            tokio::select! {
                biased;
                () = leave.notified() => return,
                next = listener.accept() => match next {
                    Ok((stream, _)) => {
                        let house = Arc::clone(house);
                        tokio::spawn(async move { answer::connection(stream, &house).await });
                    }
                    Err(_) => tokio::time::sleep(BREATH).await,
                },
            }
        }
    });
}
