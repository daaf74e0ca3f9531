//! A hub of ours that lies: it keeps rooms as a hub does, checks nothing, and shows each device what
//! the test wants it to see.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use entente_client::{HubUrl, now_ms};
use entente_protocol::{
    Challenge, ClientControl, ClientFrame, CommitBundle, Delivery, DeviceId, Directory, ErrorCode,
    GroupInfoReply, HubControl, HubFrame, JoinRequest, KeyPackageOf, KeyPackagesReply, MessageKind,
    PROTOCOL_VERSION, RoomId, WelcomeDelivery,
};
use entente_trust::{Accreditation, mls};
use futures_util::{SinkExt as _, StreamExt as _};
use openmls::group::PublicGroup;
use openmls::prelude::{
    MlsMessageBodyIn, MlsMessageIn, ProcessedMessageContent, ProposalStore, ProtocolMessage,
    RatchetTreeIn,
};
use openmls_rust_crypto::{MemoryStorage, RustCrypto};
use tls_codec::{DeserializeBytes as _, Serialize as _, VLBytes};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

/// What a device is shown of one message: itself, others, or nothing. Places are given anew.
pub type Lie = Box<dyn FnMut(DeviceId, Delivery) -> Vec<Delivery> + Send>;

/// The hub.
#[derive(Clone)]
pub struct Liar {
    url: HubUrl,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    connections: HashMap<DeviceId, mpsc::UnboundedSender<Message>>,
    chains: HashMap<DeviceId, Vec<VLBytes>>,
    key_packages: HashMap<DeviceId, Vec<Vec<u8>>>,
    last_resorts: HashMap<DeviceId, Vec<Vec<u8>>>,
    /// Handed out instead of what a device has published, again and again.
    substitutes: HashMap<DeviceId, Vec<u8>>,
    welcomes: HashMap<DeviceId, Vec<WelcomeDelivery>>,
    every_welcome: HashMap<DeviceId, Vec<WelcomeDelivery>>,
    rooms: HashMap<RoomId, Room>,
    clock_offset_ms: i64,
    time_delay: Duration,
    lie: Option<Lie>,
    /// What devices are given as the room's present state, whatever it is.
    offers: HashMap<DeviceId, GroupInfoReply>,
    /// What such a device has committed on it; nobody else is shown that.
    committed: HashMap<DeviceId, Vec<CommitBundle>>,
}

struct Room {
    crypto: RustCrypto,
    group: PublicGroup,
    group_info: Vec<u8>,
    /// Every state that the room was in, as it could be had by whoever comes back.
    states: Vec<GroupInfoReply>,
    /// Everything as it came, in true order.
    log: Vec<Delivery>,
    /// What each device was shown: the place before its first, and all after.
    shown: HashMap<DeviceId, (u64, Vec<Delivery>)>,
    following: HashSet<DeviceId>,
    last_numbers: HashMap<DeviceId, u64>,
    /// Says so instead of the truth when somebody follows.
    head: Option<u64>,
}

impl Liar {
    /// Starts it on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let liar = Self {
            url: url.parse().unwrap(),
            state: Arc::default(),
        };
        let serving = liar.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        liar
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> HubUrl {
        self.url.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// From now on every message goes through this before a device sees it.
    pub fn lie(&self, lie: impl FnMut(DeviceId, Delivery) -> Vec<Delivery> + Send + 'static) {
        self.state().lie = Some(Box::new(lie));
    }

    /// Sets its clock wrong.
    pub fn set_clock(&self, offset_ms: i64) {
        self.state().clock_offset_ms = offset_ms;
    }

    /// Says what time it is this much after it was asked.
    pub fn delay_time(&self, delay: Duration) {
        self.state().time_delay = delay;
    }

    /// Ends all connections; devices come back by themselves.
    pub fn disconnect_all(&self) {
        self.state().connections.clear();
    }

    /// Hands out this key package whenever one of the device is wanted.
    pub fn substitute(&self, device: DeviceId, key_package: Vec<u8>) {
        self.state().substitutes.insert(device, key_package);
    }

    /// The key packages that a device has published.
    #[must_use]
    pub fn key_packages(&self, device: DeviceId) -> Vec<Vec<u8>> {
        self.state()
            .key_packages
            .get(&device)
            .cloned()
            .unwrap_or_default()
    }

    /// Its last-resort key packages.
    #[must_use]
    pub fn last_resorts(&self, device: DeviceId) -> Vec<Vec<u8>> {
        self.state()
            .last_resorts
            .get(&device)
            .cloned()
            .unwrap_or_default()
    }

    /// The Welcomes that wait for a device.
    #[must_use]
    pub fn welcomes(&self, device: DeviceId) -> Vec<WelcomeDelivery> {
        self.state()
            .welcomes
            .get(&device)
            .cloned()
            .unwrap_or_default()
    }

    /// All Welcomes that a device ever got.
    #[must_use]
    pub fn every_welcome(&self, device: DeviceId) -> Vec<WelcomeDelivery> {
        self.state()
            .every_welcome
            .get(&device)
            .cloned()
            .unwrap_or_default()
    }

    /// Ends one device's connection.
    pub fn disconnect(&self, device: DeviceId) {
        self.state().connections.remove(&device);
    }

    /// Sends a Welcome, whenever and as often as it likes.
    pub fn welcome(&self, device: DeviceId, welcome: &WelcomeDelivery) {
        let state = &mut *self.state();
        state
            .welcomes
            .entry(device)
            .or_default()
            .push(welcome.clone());
        state.send(device, &HubFrame::Welcome(welcome.clone()));
    }

    /// Shows a request to join.
    pub fn show(&self, device: DeviceId, join: JoinRequest) {
        self.state().send(device, &HubFrame::JoinRequest(join));
    }

    /// Everything of a room, as it came.
    #[must_use]
    pub fn log(&self, room: RoomId) -> Vec<Delivery> {
        self.state().rooms[&room].log.clone()
    }

    /// GroupInfo and tree as anybody may have them who asks such a hub.
    #[must_use]
    pub fn group_info(&self, room: RoomId) -> GroupInfoReply {
        self.state().rooms[&room].group_info_reply(0)
    }

    /// Every state that the room was ever in.
    #[must_use]
    pub fn states(&self, room: RoomId) -> Vec<GroupInfoReply> {
        self.state().rooms[&room].states.clone()
    }

    /// From now on a device that asks for the way back is given this, and what it commits on it is
    /// accepted and kept.
    pub fn offer(&self, device: DeviceId, state: GroupInfoReply) {
        self.state().offers.insert(device, state);
    }

    /// What a device has committed on the state that it was offered.
    #[must_use]
    pub fn committed(&self, device: DeviceId) -> Vec<CommitBundle> {
        let state = self.state();
        state.committed.get(&device).cloned().unwrap_or_default()
    }

    /// The next time somebody follows, the room's log is said to end there, and what they were shown
    /// above it is forgotten.
    pub fn roll_back(&self, room: RoomId, device: DeviceId, head: u64) {
        let state = &mut *self.state();
        let room = state.rooms.get_mut(&room).unwrap();
        room.head = Some(head);
        if let Some((before, shown)) = room.shown.get_mut(&device) {
            shown.truncate(usize::try_from(head.saturating_sub(*before)).unwrap());
        }
    }

    /// Puts a message into a room's order for all, as if `sender` had sent it.
    pub fn inject(&self, room: RoomId, kind: MessageKind, sender: DeviceId, message: Vec<u8>) {
        let state = &mut *self.state();
        let known = state.rooms.get_mut(&room).unwrap();
        let number = known.last_numbers.get(&sender).copied().unwrap_or(0) + 1;
        state.append(room, kind, (sender, number), message);
    }

    /// The same under any number, which is not remembered as used.
    pub fn inject_as(
        &self,
        room: RoomId,
        kind: MessageKind,
        (sender, number): (DeviceId, u64),
        message: Vec<u8>,
    ) {
        let state = &mut *self.state();
        let last = state.rooms[&room].last_numbers.get(&sender).copied();
        state.append(room, kind, (sender, number), message);
        let numbers = &mut state.rooms.get_mut(&room).unwrap().last_numbers;
        numbers.insert(sender, last.unwrap_or(0));
    }

    /// Takes a commit of a member with a modified client, as a hub does that checks nothing.
    pub fn commit(&self, sender: DeviceId, bundle: CommitBundle) {
        self.state().commit(sender, bundle);
    }

    async fn serve(self, stream: TcpStream) {
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

fn frame(frame: &HubFrame) -> Message {
    Message::Binary(frame.encode().unwrap().into())
}

impl Room {
    fn tree(&self) -> Vec<u8> {
        self.group
            .export_ratchet_tree()
            .tls_serialize_detached()
            .unwrap()
    }

    fn group_info_reply(&self, request: u32) -> GroupInfoReply {
        GroupInfoReply {
            request,
            room: RoomId::from_slice(self.group.group_id().as_slice()).unwrap(),
            seq: self.log.len() as u64,
            group_info: self.group_info.clone().into(),
            ratchet_tree: self.tree().into(),
        }
    }
}

impl State {
    fn now_ms(&self) -> u64 {
        now_ms().saturating_add_signed(self.clock_offset_ms)
    }

    fn send(&self, device: DeviceId, message: &HubFrame) {
        if let Some(connection) = self.connections.get(&device) {
            let _ = connection.send(frame(message));
        }
    }

    fn say(&self, device: DeviceId, control: &HubControl) {
        if let Some(connection) = self.connections.get(&device) {
            let _ = connection.send(Message::Text(control.encode().into()));
        }
    }

    fn frame(&mut self, device: DeviceId, frame: ClientFrame) {
        match frame {
            ClientFrame::OpenCompartment(open) => {
                let refused =
                    HubControl::refused(Some(open.request), Some(open.room), ErrorCode::NoSeat);
                self.say(device, &refused);
            }
            ClientFrame::PutBlob(put) => {
                let refused =
                    HubControl::refused(Some(put.request), Some(put.room), ErrorCode::Unavailable);
                self.say(device, &refused);
            }
            ClientFrame::PublishKeyPackages(publish) => {
                let stock = self.key_packages.entry(device).or_default();
                stock.extend(publish.key_packages.into_iter().map(Vec::from));
                let last = self.last_resorts.entry(device).or_default();
                last.extend(publish.last_resort.map(Vec::from));
                let request = publish.request;
                self.say(device, &HubControl::Done { request });
            }
            ClientFrame::TakeKeyPackages(take) => {
                let packages = take.devices.iter().filter_map(|wanted| {
                    let key_package = match self.substitutes.get(wanted) {
                        Some(substitute) => substitute.clone(),
                        None => self.key_packages.get_mut(wanted).and_then(|stock| {
                            let fits =
                                |bytes: &Vec<u8>| bytes[2..4] == take.ciphersuite.to_be_bytes();
                            stock.iter().position(fits).map(|at| stock.remove(at))
                        })?,
                    };
                    Some(KeyPackageOf {
                        device: *wanted,
                        key_package: key_package.into(),
                    })
                });
                let reply = KeyPackagesReply {
                    request: take.request,
                    key_packages: packages.collect(),
                };
                self.send(device, &HubFrame::KeyPackages(reply));
            }
            ClientFrame::OpenRoom(open) => {
                let (crypto, group) =
                    public_group(open.group_info.as_slice(), open.ratchet_tree.as_slice());
                let group_info: Vec<u8> = open.group_info.into();
                let room = Room {
                    crypto,
                    group,
                    group_info: group_info.clone(),
                    states: Vec::new(),
                    log: Vec::new(),
                    shown: HashMap::from([(device, (0, Vec::new()))]),
                    following: HashSet::new(),
                    last_numbers: HashMap::new(),
                    head: None,
                };
                self.rooms.insert(open.room, room);
                let who = (device, open.number);
                let seq = self.append(open.room, MessageKind::Opening, who, group_info);
                self.keep_state(open.room);
                self.accept(device, open.request, open.room, seq);
            }
            ClientFrame::Commit(bundle) => {
                let (request, room) = (bundle.request, bundle.room);
                if self.offers.contains_key(&device) {
                    self.committed.entry(device).or_default().push(bundle);
                    let seq = self.rooms[&room].log.len() as u64 + 1;
                    return self.accept(device, request, room, seq);
                }
                match self.commit(device, bundle) {
                    Some(seq) => self.accept(device, request, room, seq),
                    None => self.say(
                        device,
                        &HubControl::refused(Some(request), Some(room), ErrorCode::StaleEpoch),
                    ),
                }
            }
            ClientFrame::Propose(propose) => {
                let who = (device, propose.number);
                let message = propose.proposal.into();
                let seq = self.append(propose.room, MessageKind::Proposal, who, message);
                self.accept(device, propose.request, propose.room, seq);
            }
            ClientFrame::Send(send) => {
                let known = self.rooms.get(&send.room).map(|room| &room.last_numbers);
                let last = known.and_then(|numbers| numbers.get(&device)).copied();
                let seq = if last.is_some_and(|last| send.number <= last) {
                    0
                } else {
                    let who = (device, send.number);
                    self.append(
                        send.room,
                        MessageKind::Application,
                        who,
                        send.message.into(),
                    )
                };
                self.accept(device, send.request, send.room, seq);
            }
            ClientFrame::AskToJoin(ask) => {
                let request = ask.request;
                self.say(device, &HubControl::Done { request });
            }
            ClientFrame::Hello(_) | ClientFrame::Ephemeral(_) => {}
        }
    }

    fn accept(&self, device: DeviceId, request: u32, room: RoomId, seq: u64) {
        let accepted = HubControl::Accepted {
            request,
            room,
            seq,
            time_ms: self.now_ms(),
            duplicate: false,
        };
        self.say(device, &accepted);
    }

    fn control(&mut self, device: DeviceId, control: ClientControl) {
        match control {
            ClientControl::Follow {
                request,
                room: id,
                after,
            } => {
                let Some(room) = self.rooms.get_mut(&id) else {
                    let refused = HubControl::refused(Some(request), Some(id), ErrorCode::NoSeat);
                    return self.say(device, &refused);
                };
                room.following.insert(device);
                let (before, shown) = room.shown.entry(device).or_default().clone();
                let head = room.head.take().unwrap_or(before + shown.len() as u64);
                let following = HubControl::Following {
                    request,
                    room: id,
                    head,
                    epoch: room.group.group_context().epoch().as_u64(),
                    last_number: room.last_numbers.get(&device).copied().unwrap_or(0),
                };
                self.say(device, &following);
                for delivery in shown.into_iter().filter(|delivery| delivery.seq > after) {
                    self.send(device, &HubFrame::Delivery(delivery));
                }
                self.say(
                    device,
                    &HubControl::CaughtUp {
                        room: id,
                        seq: head,
                    },
                );
            }
            ClientControl::GroupInfo { request, room } => {
                let offered = self.offers.get(&device).cloned();
                let truth = self.rooms.get(&room).map(|it| it.group_info_reply(request));
                if let Some(mut reply) = offered.or(truth) {
                    reply.request = request;
                    self.send(device, &HubFrame::GroupInfo(reply));
                }
            }
            ClientControl::Welcomes { request } => {
                for welcome in self.welcomes.get(&device).cloned().unwrap_or_default() {
                    self.send(device, &HubFrame::Welcome(welcome));
                }
                self.say(device, &HubControl::Done { request });
            }
            ClientControl::Directory { request, .. } => {
                let chains = self.chains.values().cloned().collect();
                self.send(device, &HubFrame::Directory(Directory { request, chains }));
            }
            ClientControl::WelcomeTaken { request, room } => {
                if let Some(waiting) = self.welcomes.get_mut(&device) {
                    waiting.retain(|welcome| welcome.room != room);
                }
                self.say(device, &HubControl::Done { request });
            }
            ClientControl::Blob { request, .. } | ClientControl::GetBlob { request, .. } => {
                self.say(
                    device,
                    &HubControl::refused(Some(request), None, ErrorCode::NoBlob),
                );
            }
            ClientControl::Audit { request, room, .. } => {
                let refused = HubControl::refused(Some(request), Some(room), ErrorCode::NoSeat);
                self.say(device, &refused);
            }
            ClientControl::PushSubscribe { request, .. } => {
                self.say(device, &HubControl::Done { request });
            }
            ClientControl::Time { request } => {
                let time_ms = self.now_ms();
                let answer = HubControl::Time { request, time_ms };
                let Some(connection) = self.connections.get(&device).cloned() else {
                    return;
                };
                let delay = self.time_delay;
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    let _ = connection.send(Message::Text(answer.encode().into()));
                });
            }
            ClientControl::Unfollow { request, .. } | ClientControl::Rooms { request } => {
                self.say(device, &HubControl::Done { request });
            }
        }
    }

    fn keep_state(&mut self, room: RoomId) {
        let room = self.rooms.get_mut(&room).unwrap();
        let state = room.group_info_reply(0);
        room.states.push(state);
    }

    /// Any commit of the current epoch, whoever made it and whatever it does. None if it is stale.
    fn commit(&mut self, sender: DeviceId, bundle: CommitBundle) -> Option<u64> {
        let room = self.rooms.get_mut(&bundle.room).unwrap();
        let message = MlsMessageIn::tls_deserialize_exact_bytes(bundle.commit.as_slice()).unwrap();
        let MlsMessageBodyIn::PublicMessage(message) = message.extract() else {
            panic!("a commit is a PublicMessage");
        };
        let message = ProtocolMessage::from(message);
        if message.epoch() != room.group.group_context().epoch() {
            return None;
        }
        let processed = room.group.process_message(&room.crypto, message).unwrap();
        let ProcessedMessageContent::StagedCommitMessage(staged) = processed.into_content() else {
            panic!("not a commit");
        };
        let added: Vec<DeviceId> = staged
            .add_proposals()
            .filter_map(|add| {
                let leaf = add.add_proposal().key_package().leaf_node();
                mls::accreditation_of(leaf).ok()
            })
            .map(|accreditation| accreditation.device())
            .collect();
        room.group
            .merge_commit(&MemoryStorage::default(), *staged)
            .unwrap();
        room.group_info = bundle.group_info.clone().into();
        let tree = room.tree();
        let seq = self.append(
            bundle.room,
            MessageKind::Commit,
            (sender, bundle.number),
            bundle.commit.into(),
        );
        self.keep_state(bundle.room);
        let room = self.rooms.get_mut(&bundle.room).unwrap();
        let places: Vec<(DeviceId, u64)> = added
            .into_iter()
            .map(|device| {
                let place = room.log.len() as u64;
                room.shown.insert(device, (place, Vec::new()));
                (device, place)
            })
            .collect();
        for (device, place) in places {
            let welcome = WelcomeDelivery {
                room: bundle.room,
                seq: place,
                welcome: bundle.welcome.clone().unwrap(),
                ratchet_tree: tree.clone().into(),
            };
            for kept in [&mut self.welcomes, &mut self.every_welcome] {
                kept.entry(device).or_default().push(welcome.clone());
            }
            self.send(device, &HubFrame::Welcome(welcome));
        }
        Some(seq)
    }

    /// Gives a message its place and shows each device what the lie makes of it. Returns the place
    /// in the sender's own view.
    fn append(
        &mut self,
        id: RoomId,
        kind: MessageKind,
        (sender, number): (DeviceId, u64),
        message: Vec<u8>,
    ) -> u64 {
        let time_ms = self.now_ms();
        let room = self.rooms.get_mut(&id).unwrap();
        let epoch = room.group.group_context().epoch().as_u64();
        let delivery = Delivery {
            room: id,
            seq: room.log.len() as u64 + 1,
            kind,
            sender,
            number,
            epoch: match kind {
                MessageKind::Commit => epoch.saturating_sub(1),
                _ => epoch,
            },
            time_ms,
            message: message.into(),
        };
        room.log.push(delivery.clone());
        room.last_numbers.insert(sender, number);
        let mut news = Vec::new();
        for (device, (before, shown)) in &mut room.shown {
            let versions = match &mut self.lie {
                Some(lie) => lie(*device, delivery.clone()),
                None => vec![delivery.clone()],
            };
            for mut version in versions {
                version.seq = *before + shown.len() as u64 + 1;
                shown.push(version.clone());
                if room.following.contains(device) {
                    news.push((*device, version));
                }
            }
        }
        let place = room
            .shown
            .get(&sender)
            .map_or(0, |(before, shown)| before + shown.len() as u64);
        for (device, version) in news {
            self.send(device, &HubFrame::Delivery(version));
        }
        place
    }
}

fn public_group(group_info: &[u8], tree: &[u8]) -> (RustCrypto, PublicGroup) {
    let crypto = RustCrypto::default();
    let message = MlsMessageIn::tls_deserialize_exact_bytes(group_info).unwrap();
    let MlsMessageBodyIn::GroupInfo(info) = message.extract() else {
        panic!("not a GroupInfo");
    };
    let tree = RatchetTreeIn::tls_deserialize_exact_bytes(tree).unwrap();
    let storage = MemoryStorage::default();
    let (group, _) =
        PublicGroup::from_external(&crypto, &storage, tree, info, ProposalStore::new()).unwrap();
    (crypto, group)
}
