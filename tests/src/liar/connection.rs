//! A device's connection: a hello that is believed, then whatever comes.

use entente_protocol::{
    Challenge, ClientControl, ClientFrame, HubControl, HubFrame, PROTOCOL_VERSION,
};
use entente_trust::Accreditation;
use futures_util::{SinkExt as _, StreamExt as _};
use tls_codec::VLBytes;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

use super::Liar;
use super::state::frame;

impl Liar {
    pub(super) async fn serve(self, stream: TcpStream) {
        #[allow(clippy::result_large_err)] // the library's own signature
        let protocol = |_: &Request, mut response: Response| {
            let name = "entente.v1".parse().unwrap();
            response
                .headers_mut()
                .insert("sec-websocket-protocol", name);
            Ok(response)
        };
        let Ok(socket) = tokio_tungstenite::accept_hdr_async(stream, protocol).await else {
            return;
        };
        let (mut sink, mut stream) = socket.split();
        let challenge = HubFrame::Challenge(Challenge {
            version: PROTOCOL_VERSION,
            nonce: [7; 32],
        });
        if sink.send(frame(&challenge)).await.is_err() {
            return;
        }
        let Some(Ok(Message::Binary(hello))) = stream.next().await else {
            return;
        };
        let Ok(ClientFrame::Hello(hello)) = ClientFrame::decode(&hello) else {
            return;
        };
        let chain: Vec<&[u8]> = hello.chain.iter().map(VLBytes::as_slice).collect();
        let device = Accreditation::from_chain(&chain).unwrap().device();
        let (queue, mut queued) = mpsc::unbounded_channel();
        {
            let state = &mut *self.state();
            state.chains.insert(device, hello.chain.clone());
            let ready = HubControl::Ready {
                device,
                time_ms: state.now_ms(),
                key_packages: u32::try_from(state.key_packages.get(&device).map_or(0, Vec::len))
                    .unwrap(),
                welcomes: u32::try_from(state.welcomes.get(&device).map_or(0, Vec::len)).unwrap(),
            };
            let _ = queue.send(Message::Text(ready.encode().into()));
            state.connections.insert(device, queue);
            for room in state.rooms.values_mut() {
                room.following.remove(&device);
            }
        }
        loop {
            tokio::select! {
                message = queued.recv() => match message {
                    Some(message) => if sink.send(message).await.is_err() { return },
                    None => return,
                },
                received = stream.next() => match received {
                    Some(Ok(Message::Binary(bytes))) => {
                        if let Ok(frame) = ClientFrame::decode(&bytes) {
                            self.state().frame(device, frame);
                        }
                    }
                    Some(Ok(Message::Text(text))) => {
                        if let Ok(control) = ClientControl::decode(&text) {
                            self.state().control(device, control);
                        }
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return,
                },
            }
        }
    }
}
