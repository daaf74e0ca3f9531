//! Wires that can be cut, and a balancer before several hubs.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A TCP relay that can swallow everything without a word, as a broken network does.
pub struct Link {
    /// Where to connect to instead.
    pub address: SocketAddr,
    is_cut: watch::Sender<bool>,
}

impl Link {
    /// Relays to a port of this machine.
    pub async fn to(port: u16) -> Self {
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let is_cut = watch::Sender::new(false);
        let state = is_cut.clone();
        tokio::spawn(async move {
            while let Ok((from, _)) = listener.accept().await {
                tokio::spawn(carry(from, target, state.subscribe()));
            }
        });
        Self { address, is_cut }
    }

    /// From now on nothing comes through, and no connection is ended.
    pub fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    /// New connections come through; those that were cut stay dead.
    pub fn mend(&self) {
        self.is_cut.send_replace(false);
    }
}

async fn carry(from: TcpStream, target: SocketAddr, mut is_cut: watch::Receiver<bool>) {
    let was_cut = *is_cut.borrow_and_update();
    let relayed = async {
        if was_cut {
            core::future::pending::<()>().await;
        }
        let Ok(to) = TcpStream::connect(target).await else {
            return;
        };
        relay(from, to).await;
    };
    tokio::select! {
        () = relayed => {}
        // Held open, and silent, until the wire is whole again.
        changed = is_cut.changed() => {
            if changed.is_ok() && *is_cut.borrow() {
                let _ = is_cut.wait_for(|cut| !*cut).await;
            }
        }
    }
}

async fn relay(from: TcpStream, to: TcpStream) {
    let (from_reads, from_writes) = from.into_split();
    let (to_reads, to_writes) = to.into_split();
    tokio::join!(pipe(from_reads, to_writes), pipe(to_reads, from_writes));
}

async fn pipe(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count) = from.read(&mut buffer).await {
        if count == 0 || to.write_all(&buffer[..count]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

/// A plain TCP balancer: each connection to the next hub that answers.
pub struct Balancer {
    /// Where devices connect to.
    pub address: SocketAddr,
    hubs: watch::Sender<Vec<SocketAddr>>,
}

impl Balancer {
    /// Takes a free port; there are no hubs behind it yet.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let hubs = watch::Sender::new(Vec::new());
        let behind = hubs.subscribe();
        let next = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((device, _)) = listener.accept().await {
                let hubs: Vec<SocketAddr> = behind.borrow().clone();
                let start = next.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    for turn in 0..hubs.len() {
                        let hub = hubs[(start + turn) % hubs.len()];
                        if let Ok(hub) = TcpStream::connect(hub).await {
                            let _ = device.set_nodelay(true);
                            let _ = hub.set_nodelay(true);
                            return relay(device, hub).await;
                        }
                    }
                });
            }
        });
        Self { address, hubs }
    }

    /// Sends new connections to these.
    pub fn serve(&self, hubs: Vec<SocketAddr>) {
        self.hubs.send_replace(hubs);
    }
}
