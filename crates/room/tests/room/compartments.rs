//! Compartments of a room, with the hub's real state machines for both: what goes on inside, what the others see of it,
//! and what a hub can't do.

use std::collections::BTreeMap;

use entente_delivery::{Effect, Input, Refusal, Room, StoredMessage};
use entente_protocol::{Delivery, ErrorCode, MessageKind, RoomId, WelcomeDelivery};
use entente_room::{
    Boards, CommitWish, Ended, Event, NewCompartment, Notice, Rejected, SecurityEvent, Session,
    SessionError,
};
use entente_trust::PolicyRefusal;

use crate::support::{Country, NOW, World};
use crate::{CLASSIC, assert_agreement, say, target, world};

const INNER: RoomId = RoomId::from_bytes([8; 16]);

/// Members of [`world`].
pub(crate) const PETRA_JO: usize = 0;
pub(crate) const DUNE_AE: usize = 1;
pub(crate) const CACAO_CI: usize = 2;
pub(crate) const FALCON_JO: usize = 3;
pub(crate) const ORYX_AE: usize = 4;

/// A compartment of a world's room: its hub, and who is in it.
pub(crate) struct Inner {
    pub(crate) hub: Room,
    log: Vec<StoredMessage>,
    welcomes: BTreeMap<usize, WelcomeDelivery>,
    pub(crate) sessions: BTreeMap<usize, Session>,
    notices: BTreeMap<usize, Vec<Notice>>,
}

fn wanted() -> NewCompartment {
    NewCompartment {
        compartment: INNER,
        countries: ["JO", "AE"].map(|code| code.parse().unwrap()).to_vec(),
        salt: [5; 16],
    }
}

pub(crate) fn room(world: &World, member: usize) -> &Session {
    world.members[member].session.as_ref().unwrap()
}

/// A room of Jordan, the Emirates and Côte d'Ivoire with a compartment of the first two: opened by Petra, with Dune, who
/// brought Oryx.
pub(crate) fn nested() -> (World, Inner) {
    let mut world = world(CLASSIC);
    let mut inner = opened(&mut world);
    inner.admit(&mut world, PETRA_JO, DUNE_AE).unwrap();
    inner.settle(&world);
    inner.admit(&mut world, DUNE_AE, ORYX_AE).unwrap();
    inner.settle(&world);
    (world, inner)
}

fn opened(world: &mut World) -> Inner {
    let announcement = wanted().announcement(room(world, PETRA_JO), *NOW).unwrap();
    world.say(PETRA_JO, announcement);
    world.settle();
    let announced = world.hub.head();
    let petra = room(world, PETRA_JO);
    let (session, request) =
        Session::create_compartment(petra, &wanted(), announced, *NOW).unwrap();
    let founder = world.members[PETRA_JO].identity.accreditation();
    let above = world.hub.as_above();
    let (hub, effects) = Room::open_compartment(founder, request, &above, *NOW).unwrap();
    let mut inner = Inner {
        hub,
        log: Vec::new(),
        welcomes: BTreeMap::new(),
        sessions: BTreeMap::from([(PETRA_JO, session)]),
        notices: BTreeMap::new(),
    };
    inner.carry_out(world, effects);
    inner.settle(world);
    inner
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
                    let members = &world.members;
                    let member = members.iter().position(|it| it.identity.device() == device);
                    let welcome = WelcomeDelivery {
                        room: INNER,
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
    pub(crate) fn give(&mut self, world: &World, by: usize, input: Input) -> Result<(), Refusal> {
        self.hub.look_up(&world.hub.as_above());
        self.give_blind(world, by, input)
    }

    /// As one that was not told of the room's last change.
    pub(crate) fn give_blind(
        &mut self,
        world: &World,
        by: usize,
        input: Input,
    ) -> Result<(), Refusal> {
        let device = world.members[by].identity.device();
        let effects = self.hub.handle(device, input, *NOW)?;
        self.carry_out(world, effects);
        Ok(())
    }

    fn delivery(&self, seq: u64) -> Option<Delivery> {
        let message = self.log.get(usize::try_from(seq - 1).unwrap())?;
        Some(Delivery {
            room: INNER,
            seq: message.seq,
            kind: message.kind,
            sender: message.sender,
            number: message.number,
            epoch: message.epoch,
            time_ms: message.time_ms,
            message: message.message.clone().into(),
        })
    }

    fn join(&mut self, world: &mut World, member: usize) -> Result<(), SessionError> {
        let welcome = self.welcomes.remove(&member).unwrap();
        let joiner = &mut world.members[member];
        let room = joiner.session.as_ref().unwrap();
        let (session, _) = Session::join_compartment(room, &mut joiner.keys, &welcome, *NOW)?;
        self.sessions.insert(member, session);
        Ok(())
    }

    fn bundle(
        &mut self,
        world: &World,
        by: usize,
        wish: CommitWish,
    ) -> Result<Input, SessionError> {
        let session = self.sessions.get_mut(&by).unwrap();
        session.look_up(room(world, by))?;
        session.commit(wish, *NOW).map(Input::Commit)
    }

    fn wish_for(&self, world: &mut World, who: usize) -> CommitWish {
        let suite = world.suite;
        let member = &mut world.members[who];
        let identity = member.identity.clone();
        let made = member.keys.generate(&identity, suite, 1, false, *NOW);
        let package = made.unwrap().once[0].clone();
        CommitWish::Admit(vec![(identity.device(), package)])
    }

    pub(crate) fn admit(
        &mut self,
        world: &mut World,
        by: usize,
        who: usize,
    ) -> Result<(), Refusal> {
        let wish = self.wish_for(world, who);
        let bundle = self.bundle(world, by, wish).unwrap();
        self.give(world, by, bundle)?;
        self.join(world, who).unwrap();
        Ok(())
    }

    pub(crate) fn say(&mut self, by: usize, event: Event) {
        self.sessions.get_mut(&by).unwrap().enqueue(&event).unwrap();
    }

    /// Seals what waits and gives it to the hub.
    pub(crate) fn flush(&mut self, world: &World, by: usize) -> Result<(), SessionError> {
        let session = self.sessions.get_mut(&by).unwrap();
        session.look_up(room(world, by))?;
        if session.ended().is_some() {
            return Ok(());
        }
        for send in session.outgoing(100, *NOW)? {
            self.give(world, by, Input::Send(send)).unwrap();
        }
        Ok(())
    }

    pub(crate) fn catch_up(&mut self, world: &World, member: usize) -> Result<(), SessionError> {
        let session = self.sessions.get_mut(&member).unwrap();
        while session.ended().is_none() && session.halted_at().is_none() {
            let next = session.cursor() + 1;
            let message = self.log.get(usize::try_from(next - 1).unwrap());
            let Some(message) = message else {
                return Ok(());
            };
            let delivery = Delivery {
                room: INNER,
                seq: message.seq,
                kind: message.kind,
                sender: message.sender,
                number: message.number,
                epoch: message.epoch,
                time_ms: message.time_ms,
                message: message.message.clone().into(),
            };
            let notices = session.receive_within(room(world, member), &delivery)?;
            self.notices.entry(member).or_default().extend(notices);
        }
        Ok(())
    }

    pub(crate) fn settle(&mut self, world: &World) {
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
    pub(crate) fn restart(&mut self, world: &World, member: usize) {
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
    pub(crate) fn rejections(&self, member: usize) -> Vec<Rejected> {
        let notices = self.notices.get(&member).into_iter().flatten();
        let reasons = notices.filter_map(|notice| match notice {
            Notice::Rejected { reason, .. } => Some(*reason),
            _ => None,
        });
        reasons.collect()
    }

    pub(crate) fn alarms(&self, member: usize) -> Vec<&SecurityEvent> {
        let notices = self.notices.get(&member).into_iter().flatten();
        let alarms = notices.filter_map(|notice| match notice {
            Notice::Security { security, .. } => Some(security),
            _ => None,
        });
        alarms.collect()
    }

    pub(crate) fn agree(&self, members: &[usize]) {
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
}

#[test]
fn what_is_said_inside_stays_inside_and_is_one_view_for_those_who_sit_there() {
    let (mut world, mut inner) = nested();
    inner.say(ORYX_AE, target(1, "the ship of which nobody knows"));
    inner.say(PETRA_JO, say("keep it here"));
    world.say(CACAO_CI, target(2, "the lorry"));
    world.settle();
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    assert_agreement(&mut world, &[0, 1, 2, 3, 4]);
    for member in [PETRA_JO, DUNE_AE, ORYX_AE] {
        let alarms = inner.alarms(member);
        assert!(alarms.is_empty(), "{alarms:?}");
        let boards = Boards::of(room(&world, member), vec![&inner.sessions[&member]]);
        assert_eq!(boards.targets().count(), 2);
        let inside = entente_room::TargetId::from_bytes([1; 16]);
        let mark: Vec<String> = boards
            .mark(inside)
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(mark, ["AE", "JO"]);
        assert_eq!(
            boards.mark(entente_room::TargetId::from_bytes([2; 16])),
            None
        );
        let plate = "plate:JO-12 3456".parse().unwrap();
        assert_eq!(boards.with_identifier(&plate).count(), 2);
        assert_eq!(boards.unseen(), 0);
    }
    // The others count one, and that is all.
    for member in [CACAO_CI, FALCON_JO] {
        let boards = Boards::of(room(&world, member), Vec::new());
        assert_eq!(boards.unseen(), 1);
        assert_eq!(boards.targets().count(), 1);
    }
    let seen: Vec<u8> = world.log.iter().flat_map(|it| it.message.clone()).collect();
    assert!(!seen.windows(16).any(|it| it == INNER.as_bytes()));
    let ciphertext: Vec<u8> = inner.log.iter().flat_map(|it| it.message.clone()).collect();
    assert!(!ciphertext.windows(8).any(|it| it == b"the ship"));
}

#[test]
fn it_comes_back_after_a_restart() {
    let (world, mut inner) = nested();
    inner.say(DUNE_AE, target(1, "ship"));
    inner.settle(&world);
    let before = inner.sessions[&DUNE_AE].compartment().cloned();
    inner.restart(&world, DUNE_AE);
    assert_eq!(inner.sessions[&DUNE_AE].compartment(), before.as_ref());
    // Before the room is looked at nothing goes out.
    let session = inner.sessions.get_mut(&DUNE_AE).unwrap();
    session.enqueue(&say("back")).unwrap();
    assert_eq!(
        session.outgoing(1, *NOW).err(),
        Some(SessionError::NotLookedUp)
    );
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
}

#[test]
fn nobody_is_seated_who_is_not_in_the_room_or_of_a_named_country() {
    let (mut world, mut inner) = nested();
    let of = |refusal: PolicyRefusal| Some(SessionError::Policy(refusal));
    let wish = inner.wish_for(&mut world, CACAO_CI);
    let refused = inner.bundle(&world, PETRA_JO, wish).err();
    let ci = "CI".parse().unwrap();
    assert_eq!(refused, of(PolicyRefusal::CountryNotNamed(ci)));
    let jordan = Country::new("JO", 1, *NOW);
    let stranger = jordan.device("Wadi", entente_trust::Role::Field, 77, *NOW);
    let stranger = world.add_member(stranger);
    let wish = inner.wish_for(&mut world, stranger);
    let refused = inner.bundle(&world, PETRA_JO, wish).err();
    assert_eq!(refused, of(PolicyRefusal::NotInRoom));
    // Whoever is outside can't open one either, nor in the name of others.
    let cacao = room(&world, CACAO_CI);
    let refused = wanted().announcement(cacao, *NOW).err();
    assert_eq!(refused, of(PolicyRefusal::CountryNotNamed(ci)));
    let falcon = room(&world, FALCON_JO);
    assert!(matches!(
        wanted().announcement(falcon, *NOW),
        Err(SessionError::Policy(PolicyRefusal::MayNotAdmit(_)))
    ));
    let unknown = NewCompartment {
        countries: ["JO", "FR"].map(|code| code.parse().unwrap()).to_vec(),
        ..wanted()
    };
    assert!(unknown.announcement(room(&world, PETRA_JO), *NOW).is_err());
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
}

#[test]
fn out_of_the_room_is_out_of_the_compartment() {
    let (mut world, mut inner) = nested();
    let oryx = world.members[ORYX_AE].identity.device();
    inner.say(ORYX_AE, say("last words"));
    inner.settle(&world);
    world
        .commit(PETRA_JO, CommitWish::Remove(vec![oryx]))
        .unwrap();
    world.settle();
    // The hub takes nothing from it, and nothing from others that it could read.
    inner.hub.look_up(&world.hub.as_above());
    assert_eq!(inner.hub.bars(oryx), Some(ErrorCode::NoSeat));
    let before = inner.hub.head();
    let input = {
        // One who does not know of it yet: the place is that of before.
        let session = inner.sessions.get_mut(&DUNE_AE).unwrap();
        session.enqueue(&say("did you hear?")).unwrap();
        Input::Send(session.outgoing(1, *NOW).unwrap().remove(0))
    };
    let refused = inner.give(&world, DUNE_AE, input).unwrap_err();
    assert_eq!(refused.code, ErrorCode::StaleEpoch);
    assert_eq!(inner.hub.head(), before);
    // Nor does an honest member say anything, whatever the hub wants.
    inner.say(PETRA_JO, say("only for those who are in"));
    let refused = inner.flush(&world, PETRA_JO);
    assert_eq!(refused, Err(SessionError::Outsider(oryx)));
    // Its own keys are gone with the room's.
    let session = inner.sessions.get_mut(&ORYX_AE).unwrap();
    session.look_up(room(&world, ORYX_AE)).unwrap();
    assert!(matches!(session.ended(), Some(Ended::Removed { .. })));
    // Anybody takes its seat, whatever their country.
    let session = inner.sessions.get_mut(&PETRA_JO).unwrap();
    assert_eq!(session.evictions(), Some((vec![oryx], 0)));
    let bundle = inner.bundle(&world, PETRA_JO, CommitWish::Remove(vec![oryx]));
    inner.give(&world, PETRA_JO, bundle.unwrap()).unwrap();
    let session = inner.sessions.get_mut(&DUNE_AE).unwrap();
    session.connection_lost();
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE]);
    assert_eq!(inner.hub.roster().len(), 2);
    assert!(inner.log.len() as u64 > before + 2);
}

#[test]
fn a_removed_member_with_the_hubs_help_changes_nothing_that_others_take() {
    let (mut world, mut inner) = nested();
    let dune = world.members[DUNE_AE].identity.device();
    let blind = inner.bundle(&world, DUNE_AE, CommitWish::Update).unwrap();
    world
        .commit(PETRA_JO, CommitWish::Remove(vec![dune]))
        .unwrap();
    world.settle();
    // The hub behaves as if it had not heard of it.
    inner.give_blind(&world, DUNE_AE, blind).unwrap();
    // Where nobody has spoken since it might have been in time; but it sits there, and nothing more is said.
    inner.catch_up(&world, PETRA_JO).unwrap();
    inner.say(PETRA_JO, say("is it gone?"));
    assert_eq!(
        inner.flush(&world, PETRA_JO),
        Err(SessionError::Outsider(dune))
    );
}

#[test]
fn a_commit_by_an_older_room_than_one_before_it_is_refused_by_all() {
    let (mut world, mut inner) = nested();
    world.say(CACAO_CI, say("something"));
    world.settle();
    // Dune has not looked since; Petra has, and spoke.
    let session = inner.sessions.get_mut(&DUNE_AE).unwrap();
    let old = session.commit(CommitWish::Update, *NOW).unwrap();
    inner.say(PETRA_JO, say("from further on"));
    inner.flush(&world, PETRA_JO).unwrap();
    inner
        .give_blind(&world, DUNE_AE, Input::Commit(old))
        .unwrap();
    for member in [PETRA_JO, ORYX_AE] {
        inner.catch_up(&world, member).unwrap();
        let session = &inner.sessions[&member];
        assert_eq!(session.halted_at(), Some(inner.hub.head()));
        assert!(matches!(
            inner.alarms(member)[..],
            [SecurityEvent::CommitRefused { code, .. }] if code == "old-room"
        ));
    }
}

#[test]
fn the_hub_refuses_a_commit_by_an_older_room() {
    let (mut world, mut inner) = nested();
    let old = inner.bundle(&world, DUNE_AE, CommitWish::Update).unwrap();
    world.commit(CACAO_CI, CommitWish::Update).unwrap();
    world.settle();
    let refused = inner.give(&world, DUNE_AE, old).unwrap_err();
    assert_eq!(refused.code, ErrorCode::Busy);
    inner.sessions.get_mut(&DUNE_AE).unwrap().drop_commit();
    let new = inner.bundle(&world, DUNE_AE, CommitWish::Update).unwrap();
    inner.give(&world, DUNE_AE, new).unwrap();
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
}

#[test]
fn who_is_shown_less_of_the_room_waits_and_who_is_shown_another_room_is_told() {
    let (mut world, mut inner) = nested();
    // The hub keeps the room's last word from Oryx, and gives it the compartment's.
    world.say(CACAO_CI, say("last"));
    let outgoing = |world: &mut World, member| {
        world.flush(member);
        world.hub.head()
    };
    let head = outgoing(&mut world, CACAO_CI);
    for member in [PETRA_JO, DUNE_AE, CACAO_CI] {
        world.catch_up(member);
    }
    inner.say(PETRA_JO, say("by the whole room"));
    inner.flush(&world, PETRA_JO).unwrap();
    let before = inner.sessions[&ORYX_AE].cursor();
    let waits = inner.catch_up(&world, ORYX_AE);
    assert_eq!(waits, Err(SessionError::RoomBehind { wanted: head }));
    assert_eq!(inner.sessions[&ORYX_AE].cursor(), before);
    // Then it is shown another one.
    let mut other = world.delivery(usize::try_from(head).unwrap() - 1);
    other.time_ms += 1;
    world.members[ORYX_AE].session().receive(&other).unwrap();
    inner.catch_up(&world, ORYX_AE).unwrap();
    assert_eq!(
        inner.alarms(ORYX_AE),
        [&SecurityEvent::RoomFork { seen_seq: head }]
    );
    // Said once.
    inner.say(PETRA_JO, say("again"));
    inner.flush(&world, PETRA_JO).unwrap();
    inner.catch_up(&world, ORYX_AE).unwrap();
    assert_eq!(inner.alarms(ORYX_AE).len(), 1);
}

#[test]
fn one_that_was_never_announced_is_an_alarm() {
    let mut world = world(CLASSIC);
    // The hub shows the announcement to its author alone.
    let announcement = wanted().announcement(room(&world, PETRA_JO), *NOW).unwrap();
    let petra = world.members[PETRA_JO].session();
    petra.enqueue(&announcement).unwrap();
    let send = petra.outgoing(1, *NOW).unwrap().remove(0);
    let announced = petra.cursor() + 1;
    let shown = Delivery {
        room: world.room,
        seq: announced,
        kind: MessageKind::Application,
        sender: petra.device(),
        number: send.number,
        epoch: petra.epoch().unwrap(),
        time_ms: *NOW,
        message: send.message,
    };
    petra.receive(&shown).unwrap();
    let (session, request) =
        Session::create_compartment(room(&world, PETRA_JO), &wanted(), announced, *NOW).unwrap();
    let founder = world.members[PETRA_JO].identity.accreditation();
    let above = world.hub.as_above();
    let (hub, effects) = Room::open_compartment(founder, request, &above, *NOW).unwrap();
    let mut inner = Inner {
        hub,
        log: Vec::new(),
        welcomes: BTreeMap::new(),
        sessions: BTreeMap::from([(PETRA_JO, session)]),
        notices: BTreeMap::new(),
    };
    inner.carry_out(&world, effects);
    inner.catch_up(&world, PETRA_JO).unwrap();
    let wish = inner.wish_for(&mut world, DUNE_AE);
    let bundle = inner.bundle(&world, PETRA_JO, wish).unwrap();
    inner.give(&world, PETRA_JO, bundle).unwrap();
    inner.join(&mut world, DUNE_AE).unwrap();
    let dune = inner.sessions.get_mut(&DUNE_AE).unwrap();
    // Until the room has come so far nobody knows.
    let room_of_dune = world.members[DUNE_AE].session.as_ref().unwrap();
    assert_eq!(dune.seek_announcement(room_of_dune), None);
    world.say(CACAO_CI, say("at that very place"));
    world.flush(CACAO_CI);
    world.catch_up(DUNE_AE);
    let notice = dune.seek_announcement(room(&world, DUNE_AE)).unwrap();
    assert!(matches!(
        notice,
        Notice::Security {
            security: SecurityEvent::Unannounced,
            ..
        }
    ));
    assert_eq!(dune.seek_announcement(room(&world, DUNE_AE)), None);
}

#[test]
fn an_announced_one_is_no_alarm_and_is_counted_once() {
    let (mut world, mut inner) = nested();
    let dune = inner.sessions.get_mut(&DUNE_AE).unwrap();
    assert_eq!(dune.seek_announcement(room(&world, DUNE_AE)), None);
    // Again, by somebody who may not, and by somebody who may: neither counts.
    let commitment = *dune.compartment().unwrap().commitment().as_bytes();
    let event = Event::Compartment(entente_room::CompartmentAnnounced { commitment });
    world.say(FALCON_JO, event.clone());
    world.say(CACAO_CI, event);
    world.settle();
    let rejected = |member: usize| {
        let notices = world.members[member].notices.iter();
        let reasons = notices.filter_map(|notice| match notice {
            Notice::Rejected { reason, .. } => Some(*reason),
            _ => None,
        });
        reasons.collect::<Vec<_>>()
    };
    let mut reasons = rejected(PETRA_JO);
    reasons.sort_by_key(|reason| format!("{reason:?}"));
    assert_eq!(reasons, [Rejected::Role, Rejected::Taken]);
    assert_eq!(room(&world, PETRA_JO).board().compartments().len(), 1);
}

#[test]
fn a_device_that_has_lost_the_way_comes_back() {
    let (world, mut inner) = nested();
    inner.say(PETRA_JO, target(1, "ship"));
    inner.settle(&world);
    let reply = entente_protocol::GroupInfoReply {
        request: 0,
        room: INNER,
        seq: inner.hub.head(),
        group_info: inner.hub.group_info().to_vec().into(),
        ratchet_tree: inner.hub.ratchet_tree().to_vec().into(),
    };
    let session = inner.sessions.get_mut(&ORYX_AE).unwrap();
    let (mut next, bundle) = session
        .resync_within(room(&world, ORYX_AE), &reply, *NOW)
        .unwrap();
    inner.give(&world, ORYX_AE, Input::Commit(bundle)).unwrap();
    let old = inner.sessions.get_mut(&ORYX_AE).unwrap();
    next.resynced(inner.hub.head(), old);
    next.ask_for_snapshot().unwrap();
    inner.sessions.insert(ORYX_AE, next);
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    assert!(inner.delivery(1).is_some());
}

#[test]
fn plan_and_votes_are_the_rooms_alone() {
    let (world, mut inner) = nested();
    let before = inner.sessions[&PETRA_JO].board().digest();
    let commitment = [3; 32];
    for event in [
        Event::Abort(entente_room::Abort {
            reason: "not here".into(),
        }),
        Event::Compartment(entente_room::CompartmentAnnounced { commitment }),
    ] {
        inner.say(PETRA_JO, event);
    }
    inner.settle(&world);
    inner.agree(&[PETRA_JO, DUNE_AE, ORYX_AE]);
    for member in [PETRA_JO, DUNE_AE, ORYX_AE] {
        let notices = inner.notices[&member].iter();
        let reasons: Vec<_> = notices
            .filter_map(|notice| match notice {
                Notice::Rejected { reason, .. } => Some(*reason),
                _ => None,
            })
            .collect();
        assert_eq!(reasons, [Rejected::RoomOnly; 2]);
    }
    assert_eq!(inner.sessions[&PETRA_JO].board().digest(), before);
}
