//! The floor: a bare broadcast loop over tokio-tungstenite. It asks for no identity, keeps nothing,
//! limits nobody, and writes what waits for a connection in one go.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// As the hub: 4 KiB to read; the library's default costs 128 KiB a connection.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// Frames of one flush at most, as the hub.
const MAX_FLUSH_FRAMES: usize = 64;

type Rooms = Arc<Mutex<HashMap<String, Vec<UnboundedSender<Message>>>>>;

fn lock(rooms: &Rooms) -> MutexGuard<'_, HashMap<String, Vec<UnboundedSender<Message>>>> {
    rooms.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(listen: SocketAddr) -> Result<()> {
    let listener = TcpListener::bind(listen).await?;
    let rooms = Rooms::default();
    loop {
        let (stream, _) = listener.accept().await?;
        let rooms = rooms.clone();
        tokio::spawn(async move {
            // A peer that is gone is of no interest to a floor.
            let _ = serve(stream, rooms).await;
        });
    }
}

#[allow(clippy::result_large_err)] // the library's callback
async fn serve(stream: TcpStream, rooms: Rooms) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut room = String::new();
    let note = |request: &Request, response: Response| {
        request.uri().path().clone_into(&mut room);
        Ok(response)
    };
    let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER_BYTES);
    let socket =
        tokio_tungstenite::accept_hdr_async_with_config(stream, note, Some(config)).await?;
    let (mut sink, mut source) = socket.split();
    let (sender, mut queue): (_, UnboundedReceiver<Message>) = mpsc::unbounded_channel();
    // Whoever is seated hears that they are.
    sender.send(Message::text("ready"))?;
    lock(&rooms).entry(room.clone()).or_default().push(sender);
    tokio::spawn(async move {
        let mut frames = Vec::with_capacity(MAX_FLUSH_FRAMES);
        while queue.recv_many(&mut frames, MAX_FLUSH_FRAMES).await > 0 {
            for frame in frames.drain(..) {
                sink.feed(frame).await?;
            }
            sink.flush().await?;
        }
        Ok::<(), tokio_tungstenite::tungstenite::Error>(())
    });
    while let Some(message) = source.next().await {
        let message = message?;
        if let (true, Some(members)) = (message.is_binary(), lock(&rooms).get_mut(&room)) {
            members.retain(|member| member.send(message.clone()).is_ok());
        }
    }
    Ok(())
}
