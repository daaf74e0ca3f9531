//! Rooms as members open them, and a message to send in each.
//!
//! One member encrypts one text. All send that same ciphertext, each time with a new message number:
//! to the hub it is as good as any, for it can't look inside, and the generator's core is left for the load.

use anyhow::{Context as _, Result, bail, ensure};
use entente_protocol::{
    ClientControl, ClientFrame, HubControl, HubFrame, RoomId, SendMessage, Wake,
};
use entente_room::{CommitWish, Event, KeyStore, Say, Session};

use super::Hub;
use crate::clock::now_ms;
use crate::deframer::{self, BINARY, TEXT};
use crate::servers::Peer as _;
use crate::upgrade::Link;
use crate::world::SUITE;

/// A text whose message has about the bytes of the other servers' payloads.
const TEXT_BYTES: usize = 660;
const SIZES: std::ops::Range<usize> = 1_000..1_200;

/// Members whom one commit admits: the welcomes of more do not fit into a frame.
const MOST_ADMITTED: usize = 250;

/// Where a masked frame of middle length has the number of the message in it: after header and mask,
/// type, request, room.
const NUMBER_AT: usize = 8 + 1 + 4 + 16;

/// A message of one room, ready but for its number.
pub(super) struct Template {
    pub(super) room: RoomId,
    /// The room's last sequence number when it was made.
    pub(super) head: u64,
    frame: Vec<u8>,
}

impl Template {
    /// Appends the frame of message number `tag`.
    pub(super) fn write(&self, tag: u64, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.frame);
        let number = start + NUMBER_AT;
        if let Some(place) = out.get_mut(number..number + 8) {
            place.copy_from_slice(&tag.to_be_bytes());
        }
    }
}

/// Opens a room, admits its members, and seals a text in it.
pub(super) fn open(hub: &Hub, number: usize) -> Result<Template> {
    let members = hub.layout.members_of(number);
    let founder = hub.world.device(members.start)?.clone();
    let mut link = hub.connect(members.start)?;
    let new = hub.world.new_room(number, members.start)?;
    let (mut session, request) = Session::create(founder, new, now_ms())?;
    let room = request.room;
    link.send(BINARY, &ClientFrame::OpenRoom(request).encode()?)?;
    Hub::await_control(&mut link, |control| {
        matches!(control, HubControl::Accepted { .. }).then_some(())
    })?;
    let follow = ClientControl::Follow {
        request: 1,
        room,
        after: 0,
    };
    link.send(TEXT, follow.encode().as_bytes())?;
    receive_until(&mut link, &mut session, 1)?;
    let others: Vec<usize> = members.skip(1).collect();
    for (count, some) in others.chunks(MOST_ADMITTED).enumerate() {
        let devices = some
            .iter()
            .map(|member| {
                let identity = hub.world.device(*member)?;
                let made = KeyStore::default().generate(identity, SUITE, 1, false, now_ms())?;
                let package = made.once.into_iter().next().context("key package")?;
                Ok((identity.device(), package))
            })
            .collect::<Result<_>>()?;
        let bundle = session.commit(CommitWish::Admit(devices), now_ms())?;
        link.send(BINARY, &ClientFrame::Commit(bundle).encode()?)?;
        receive_until(&mut link, &mut session, count as u64 + 2)?;
    }
    template(&mut session)
}

fn receive_until(link: &mut Link, session: &mut Session, seq: u64) -> Result<()> {
    while session.cursor() < seq {
        let (opcode, bytes) = link.next()?;
        if opcode == TEXT {
            let control = HubControl::decode(std::str::from_utf8(&bytes)?)?;
            if let HubControl::Refused { code, detail, .. } = control {
                bail!("refused: {code} {detail:?}");
            }
        } else if let Ok(HubFrame::Delivery(delivery)) = HubFrame::decode(&bytes) {
            session.receive(&delivery)?;
        }
    }
    Ok(())
}

fn template(session: &mut Session) -> Result<Template> {
    let say = Event::Say(Say {
        text: "x".repeat(TEXT_BYTES),
        urgent: false,
        reply_to: None,
    });
    session.enqueue(&say)?;
    // What a founder says by itself comes first, and is not sent here.
    let sealed = session.outgoing(usize::MAX, now_ms())?;
    let message = sealed.into_iter().next_back().context("the text")?.message;
    let size_bytes = message.as_slice().len();
    ensure!(
        SIZES.contains(&size_bytes),
        "a message has {size_bytes} bytes"
    );
    let send = ClientFrame::Send(SendMessage {
        request: 1,
        room: session.room(),
        number: 0,
        message,
        wake: Wake::No,
    });
    let mut frame = Vec::new();
    deframer::frame(BINARY, &send.encode()?, &mut frame);
    Ok(Template {
        room: session.room(),
        head: session.cursor(),
        frame,
    })
}
