//! A compartment of a world's room, with the hub's real state machine for it too.

use std::collections::BTreeMap;

use entente_delivery::{Effect, Input, Refusal, Room, StoredMessage};
use entente_protocol::{Delivery, RoomId, WelcomeDelivery};
use entente_room::{
    CommitWish, Event, Evidence, NewCompartment, Notice, Rejected, SecurityEvent, Session,
    SessionError,
};

use super::{World, rejections};

/// What a member knows of the room above.
pub fn room(world: &World, member: usize) -> &Session {
    world.members[member].session.as_ref().unwrap()
}

/// Says in the room that there is one more; returns the place.
pub fn announce(world: &mut World, by: usize, new: &NewCompartment) -> u64 {
    let announcement = new.announcement(room(world, by), world.now).unwrap();
    world.say(by, announcement);
    world.settle();
    let announced = room(world, by).board().compartments().last();
    announced.unwrap().stamp.seq
}

/// A compartment: its hub, and who is in it.
pub struct Inner {
    pub id: RoomId,
    pub hub: Room,
    pub log: Vec<StoredMessage>,
    welcomes: BTreeMap<usize, WelcomeDelivery>,
    pub sessions: BTreeMap<usize, Session>,
    notices: BTreeMap<usize, Vec<Notice>>,
}

impl Inner {
    /// Announced and opened by a member.
    pub fn announced(world: &mut World, by: usize, new: &NewCompartment) -> Self {
        let place = announce(world, by, new);
        let mut inner = Self::open(world, by, new, place);
        inner.settle(world);
        inner
    }

    /// Opened by a member who says that it was announced at a place.
    pub fn open(world: &World, by: usize, new: &NewCompartment, place: u64) -> Self {
        let (session, request) =
            Session::create_compartment(room(world, by), new, place, world.now).unwrap();
        let founder = world.members[by].identity.accreditation();
        let above = world.hub.as_above();
        let (hub, effects) = Room::open_compartment(founder, request, &above, world.now).unwrap();
        let mut inner = Self {
            id: new.compartment,
            hub,
            log: Vec::new(),
            welcomes: BTreeMap::new(),
            sessions: BTreeMap::from([(by, session)]),
            notices: BTreeMap::new(),
        };
        inner.carry_out(world, effects);
        inner
    }

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
                    let members = &world.members;
                    let member = members.iter().position(|it| it.identity.device() == device);
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

    /// As a hub that knows the room as it is.
    pub fn give(&mut self, world: &World, by: usize, input: Input) -> Result<(), Refusal> {
        self.hub.look_up(&world.hub.as_above());
        self.give_blind(world, by, input)
    }

    /// As one that was not told of the room's last change.
    pub fn give_blind(&mut self, world: &World, by: usize, input: Input) -> Result<(), Refusal> {
        let device = world.members[by].identity.device();
        let effects = self.hub.handle(device, input, world.now)?;
        self.carry_out(world, effects);
        Ok(())
    }

    pub fn delivery(&self, seq: u64) -> Option<Delivery> {
        let message = self.log.get(usize::try_from(seq - 1).unwrap())?;
        Some(Delivery {
            room: self.id,
            seq: message.seq,
            kind: message.kind,
            sender: message.sender,
            number: message.number,
            epoch: message.epoch,
            time_ms: message.time_ms,
            message: message.message.clone().into(),
        })
    }

    pub fn join(&mut self, world: &mut World, member: usize) -> Result<(), SessionError> {
        let welcome = self.welcomes.remove(&member).unwrap();
        let now = world.now;
        let joiner = &mut world.members[member];
        let room = joiner.session.as_ref().unwrap();
        let (session, _) = Session::join_compartment(room, &mut joiner.keys, &welcome, now)?;
        self.sessions.insert(member, session);
        Ok(())
    }

    pub fn bundle(
        &mut self,
        world: &World,
        by: usize,
        wish: CommitWish,
    ) -> Result<Input, SessionError> {
        let session = self.sessions.get_mut(&by).unwrap();
        session.look_up(room(world, by))?;
        session.commit(wish, world.now).map(Input::Commit)
    }

    pub fn wish_for(&self, world: &mut World, who: usize) -> CommitWish {
        let (suite, now) = (world.suite, world.now);
        let member = &mut world.members[who];
        let identity = member.identity.clone();
        let made = member.keys.generate(&identity, suite, 1, false, now);
        let package = made.unwrap().once[0].clone();
        CommitWish::Admit(vec![(identity.device(), package)])
    }

    pub fn admit(&mut self, world: &mut World, by: usize, who: usize) -> Result<(), Refusal> {
        let wish = self.wish_for(world, who);
        let bundle = self.bundle(world, by, wish).unwrap();
        self.give(world, by, bundle)?;
        self.join(world, who).unwrap();
        Ok(())
    }

    pub fn say(&mut self, by: usize, event: Event) {
        self.sessions.get_mut(&by).unwrap().enqueue(&event).unwrap();
    }

    /// Seals what waits and gives it to the hub.
    pub fn flush(&mut self, world: &World, by: usize) -> Result<(), SessionError> {
        let session = self.sessions.get_mut(&by).unwrap();
        session.look_up(room(world, by))?;
        if session.ended().is_some() {
            return Ok(());
        }
        for send in session.outgoing(100, world.now)? {
            self.give(world, by, Input::Send(send)).unwrap();
        }
        Ok(())
    }

    pub fn catch_up(&mut self, world: &World, member: usize) -> Result<(), SessionError> {
        let mut next = self.sessions[&member].cursor() + 1;
        while let Some(delivery) = self.delivery(next) {
            let session = self.sessions.get_mut(&member).unwrap();
            if session.ended().is_some() || session.halted_at().is_some() {
                break;
            }
            let notices = session.receive_within(room(world, member), &delivery)?;
            next = session.cursor() + 1;
            self.notices.entry(member).or_default().extend(notices);
        }
        Ok(())
    }

    pub fn settle(&mut self, world: &World) {
        loop {
            let before = self.log.len();
            for member in self.sessions.keys().copied().collect::<Vec<_>>() {
                self.catch_up(world, member).unwrap();
                self.flush(world, member).unwrap();
            }
            if before == self.log.len() {
                return;
            }
        }
    }

    /// A process that has stored nothing before ends and starts again.
    pub fn restart(&mut self, world: &World, member: usize) {
        let session = self.sessions.get_mut(&member).unwrap();
        let mut records = BTreeMap::new();
        for (key, value) in session.take_changes() {
            match value {
                Some(value) => records.insert(key, value),
                None => records.remove(&key),
            };
        }
        let identity = world.members[member].identity.clone();
        let loaded = Session::load(identity, records).unwrap();
        self.sessions.insert(member, loaded);
    }

    /// Why the board refused things, as a member heard it.
    pub fn rejections(&self, member: usize) -> Vec<Rejected> {
        self.notices
            .get(&member)
            .map_or_else(Vec::new, |notices| rejections(notices))
    }

    pub fn alarms(&self, member: usize) -> Vec<&SecurityEvent> {
        let notices = self.notices.get(&member).into_iter().flatten();
        let alarms = notices.filter_map(|notice| match notice {
            Notice::Security { security, .. } => Some(security),
            _ => None,
        });
        alarms.collect()
    }

    pub fn agree(&self, members: &[usize]) {
        let of = |member: &usize| {
            let session = &self.sessions[member];
            (
                session.epoch_authenticator(),
                session.board().digest(),
                session.transcript_hash(),
                session.cursor(),
            )
        };
        for member in members {
            assert!(self.sessions[member].is_board_ready(), "{member}");
            assert_eq!(of(member), of(&members[0]), "{member}");
        }
    }

    pub fn evidence(&self, member: usize) -> Evidence {
        self.sessions[&member].evidence()
    }
}
