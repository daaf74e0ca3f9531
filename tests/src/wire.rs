//! A wire between devices and a hub that somebody listens to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

type Heard = Arc<Mutex<Vec<u8>>>;

/// A TCP relay that keeps every byte of both directions, each connection by itself.
pub struct Wire {
    /// Where devices connect to.
    pub address: SocketAddr,
    listener: Option<TcpListener>,
    connections: Arc<Mutex<Vec<(Heard, Heard)>>>,
}

impl Wire {
    /// Takes a free port; nothing is relayed yet.
    pub async fn lay() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        Self {
            address,
            listener: Some(listener),
            connections: Arc::default(),
        }
    }

    /// Relays everything to a hub from now on.
    pub fn connect(&mut self, hub: SocketAddr) {
        let listener = self.listener.take().unwrap();
        let connections = self.connections.clone();
        tokio::spawn(async move {
            while let Ok((device, _)) = listener.accept().await {
                let Ok(hub) = TcpStream::connect(hub).await else {
                    continue;
                };
                let (up, down) = (Heard::default(), Heard::default());
                connections.lock().unwrap().push((up.clone(), down.clone()));
                let (device_reads, device_writes) = device.into_split();
                let (hub_reads, hub_writes) = hub.into_split();
                tokio::spawn(relay(device_reads, hub_writes, up));
                tokio::spawn(relay(hub_reads, device_writes, down));
            }
        });
    }

    /// The payloads that devices sent, each connection by itself.
    #[must_use]
    pub fn from_devices(&self) -> Vec<Vec<Vec<u8>>> {
        let connections = self.connections.lock().unwrap();
        let up = connections.iter().map(|(up, _)| up.lock().unwrap());
        up.map(|bytes| payloads(&bytes).1).collect()
    }

    /// All that was heard, with the masks of WebSocket frames taken off (RFC 6455 §5.3): from
    /// devices, and from the hub.
    #[must_use]
    pub fn heard(&self) -> (Vec<u8>, Vec<u8>) {
        let connections = self.connections.lock().unwrap();
        let mut up = Vec::new();
        let mut down = Vec::new();
        for (from_device, from_hub) in connections.iter() {
            up.extend(unmask(&from_device.lock().unwrap()));
            down.extend_from_slice(&from_hub.lock().unwrap());
        }
        (up, down)
    }
}

async fn relay(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, heard: Heard) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count) = from.read(&mut buffer).await {
        if count == 0 {
            break;
        }
        heard.lock().unwrap().extend_from_slice(&buffer[..count]);
        if to.write_all(&buffer[..count]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

/// The HTTP head as it is, then the payloads of the frames; anything else as it is.
fn unmask(bytes: &[u8]) -> Vec<u8> {
    if !bytes.starts_with(b"GET /v1/connect") {
        return bytes.to_vec();
    }
    let (head, payloads) = payloads(bytes);
    [head.to_vec(), payloads.concat()].concat()
}

fn payloads(bytes: &[u8]) -> (&[u8], Vec<Vec<u8>>) {
    let head = bytes
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .map_or(bytes.len(), |at| at + 4);
    let (head, mut rest) = bytes.split_at(head);
    let mut payloads = Vec::new();
    while let Some((payload, after)) = frame(rest) {
        payloads.push(payload);
        rest = after;
    }
    (head, payloads)
}

fn frame(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (length, mask_at) = match bytes.get(1)? & 0x7f {
        126 => (
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
            4,
        ),
        127 => (
            usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?,
            10,
        ),
        short => (usize::from(short), 2),
    };
    let mask = bytes.get(mask_at..mask_at + 4)?;
    let payload = bytes.get(mask_at + 4..mask_at + 4 + length)?;
    let clear = payload
        .iter()
        .zip(mask.iter().cycle())
        .map(|(byte, mask)| byte ^ mask)
        .collect();
    Some((clear, &bytes[mask_at + 4 + length..]))
}
