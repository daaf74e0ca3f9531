//! Compartments of the played room: their hub, who is in them, and dossiers with them.

use std::collections::BTreeMap;

use entente_delivery::{Effect, Input, Room, StoredMessage};
use entente_dossier::{Beside, Clearance, enclose, export};
use entente_protocol::{Delivery, RoomId, Statement, WelcomeDelivery};
use entente_room::{CommitWish, Event, Evidence, NewCompartment, Session};
use entente_trust::{DeviceSigner, digest_of_seats, recorded_content};

use crate::stage::{CACAO, DUNE, FALCON, PETRA, evidence, played, seen, target};
use crate::support::World;

pub(crate) const INNER: RoomId = RoomId::from_bytes([0x5c; 16]);
pub(crate) const SHIP: &str = "a ship of which nobody knows";

/// A compartment of a world's room.
pub(crate) struct Inner {
    id: RoomId,
    hub: Room,
    log: Vec<StoredMessage>,
    welcomes: BTreeMap<usize, WelcomeDelivery>,
    sessions: BTreeMap<usize, Session>,
}

/// The played room with a compartment of Jordan and the Emirates: Petra opened it, Dune speaks for the second, Falcon is
/// in it too, and Cacao is not.
pub(crate) fn nested() -> (World, Inner) {
    let mut world = played();
    let mut inner = opened(&mut world, INNER, &["JO", "AE"]);
    inner.admit(&mut world, PETRA, DUNE);
    inner.admit(&mut world, PETRA, FALCON);
    for (by, event) in [
        (DUNE, target(21, SHIP, entente_room::Handling::H2)),
        (FALCON, seen(21, "alongside at berth nine")),
        (PETRA, crate::stage::say("keep it here")),
        (DUNE, crate::stage::say("as agreed")),
    ] {
        world.now += 1_000;
        inner.say(&mut world, by, event);
    }
    world.say(CACAO, crate::stage::say("nothing new"));
    world.settle();
    (world, inner)
}

/// Announced and opened by Petra.
pub(crate) fn opened(world: &mut World, id: RoomId, countries: &[&str]) -> Inner {
    let new = NewCompartment {
        compartment: id,
        countries: countries.iter().map(|code| code.parse().unwrap()).collect(),
        salt: [5; 16],
    };
    let announced = announce(world, &new);
    let room = world.members[PETRA].session.as_ref().unwrap();
    let (session, request) = Session::create_compartment(room, &new, announced, world.now).unwrap();
    let founder = world.members[PETRA].identity.accreditation();
    let above = world.hub.as_above();
    let (hub, effects) = Room::open_compartment(founder, request, &above, world.now).unwrap();
    let mut inner = Inner {
        id,
        hub,
        log: Vec::new(),
        welcomes: BTreeMap::new(),
        sessions: BTreeMap::from([(PETRA, session)]),
    };
    inner.carry_out(world, effects);
    inner.settle(world);
    inner
}

/// Says in the room that there is one more; returns the place.
pub(crate) fn announce(world: &mut World, new: &NewCompartment) -> u64 {
    let petra = world.members[PETRA].session.as_ref().unwrap();
    let announcement = new.announcement(petra, world.now).unwrap();
    world.say(PETRA, announcement);
    world.settle();
    let petra = world.members[PETRA].session();
    let announced = petra.board().compartments().last();
    announced.unwrap().stamp.seq
}

impl Inner {
    fn carry_out(&mut self, world: &World, effects: Vec<Effect>) {
        let mut tree = Vec::new();
        for effect in effects {
            match effect {
                Effect::Append(message) => self.log.push(message),
                Effect::Group { ratchet_tree, .. } => tree = ratchet_tree,
                Effect::Welcome {
                    device,
                    seq,
                    welcome,
                } => {
                    let mut members = world.members.iter();
                    let member = members.position(|it| it.identity.device() == device);
                    let welcome = WelcomeDelivery {
                        room: self.id,
                        seq,
                        welcome: welcome.into(),
                        ratchet_tree: tree.clone().into(),
                    };
                    self.welcomes.insert(member.unwrap(), welcome);
                }
                _ => {}
            }
        }
    }

    fn give(&mut self, world: &World, by: usize, input: Input) {
        self.hub.look_up(&world.hub.as_above());
        let device = world.members[by].identity.device();
        let effects = self.hub.handle(device, input, world.now).unwrap();
        self.carry_out(world, effects);
    }

    pub(crate) fn admit(&mut self, world: &mut World, by: usize, who: usize) {
        let (suite, now) = (world.suite, world.now);
        let member = &mut world.members[who];
        let identity = member.identity.clone();
        let made = member.keys.generate(&identity, suite, 1, false, now);
        let package = made.unwrap().once[0].clone();
        let wish = CommitWish::Admit(vec![(identity.device(), package)]);
        let room = world.members[by].session.as_ref().unwrap();
        let session = self.sessions.get_mut(&by).unwrap();
        session.look_up(room).unwrap();
        let bundle = session.commit(wish, now).unwrap();
        self.give(world, by, Input::Commit(bundle));
        let welcome = self.welcomes.remove(&who).unwrap();
        let joiner = &mut world.members[who];
        let room = joiner.session.as_ref().unwrap();
        let joined = Session::join_compartment(room, &mut joiner.keys, &welcome, now);
        self.sessions.insert(who, joined.unwrap().0);
        self.settle(world);
    }

    pub(crate) fn say(&mut self, world: &mut World, by: usize, event: Event) {
        self.sessions.get_mut(&by).unwrap().enqueue(&event).unwrap();
        self.settle(world);
    }

    fn settle(&mut self, world: &World) {
        loop {
            let before = self.log.len();
            for member in self.sessions.keys().copied().collect::<Vec<_>>() {
                let room = world.members[member].session.as_ref().unwrap();
                let session = self.sessions.get_mut(&member).unwrap();
                while let Some(message) = self.log.get(session.cursor() as usize) {
                    let delivery = Delivery {
                        room: self.id,
                        seq: message.seq,
                        kind: message.kind,
                        sender: message.sender,
                        number: message.number,
                        epoch: message.epoch,
                        time_ms: message.time_ms,
                        message: message.message.clone().into(),
                    };
                    session.receive_within(room, &delivery).unwrap();
                }
                session.look_up(room).unwrap();
                for send in session.outgoing(100, world.now).unwrap() {
                    self.give(world, member, Input::Send(send));
                }
            }
            if before == self.log.len() {
                return;
            }
        }
    }

    pub(crate) fn evidence(&self, member: usize) -> Evidence {
        self.sessions[&member].evidence()
    }

    pub(crate) fn session(&self, member: usize) -> &Session {
        &self.sessions[&member]
    }
}

/// A member's dossier of the room and of a compartment of which this was kept.
pub(crate) fn file(
    world: &mut World,
    member: usize,
    inner: &[&Evidence],
    clearance: Option<&Clearance>,
) -> Vec<u8> {
    let room = evidence(world, member);
    let (identity, now) = (&world.members[member].identity, world.now);
    let beside = Beside::default();
    let mut file = export(identity, &room, &beside, clearance, now).unwrap();
    for inner in inner {
        enclose(&mut file, identity, (&room, inner), &beside, clearance, now).unwrap();
    }
    file
}

/// Signs an event anew with the key of its author, after it was changed: what a member of a compartment can do that lies.
pub(crate) fn sign_again(kept: &mut Evidence, place: usize, signer: &DeviceSigner) {
    let head = kept.entries[place].head;
    let steps = kept.sittings.iter().filter(|step| step.seq < head.seq);
    let mut seats = BTreeMap::new();
    let mut epoch = 0;
    for step in steps {
        step.follow(&mut seats);
        epoch = step.epoch;
    }
    let compartment = kept.compartment.as_ref().unwrap();
    let said = kept.entries[place].said.as_mut().unwrap();
    let statement = Statement {
        version: Statement::VERSION,
        charter: kept.charters.in_force().fingerprint(),
        roster: compartment.digest_of_seats(digest_of_seats(&seats)),
        epoch,
        device: head.sender,
        authenticated: entente_protocol::Authenticated {
            room: compartment.compartment,
            number: head.number,
            seen_seq: said.seen_seq,
            seen_hash: said.seen_hash,
            time_ms: said.sent_ms,
            above: said.above,
        },
        content: recorded_content(&said.salt, &said.event),
    };
    said.signature = signer.sign_statement(&statement).to_vec();
}
