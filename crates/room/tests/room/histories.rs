//! Random histories: honest members and members with modified clients commit whatever they like.
//!
//! After each try the hub and every honest member have the same verdict, which is the one that the
//! rules in words give; after each history all honest members agree on everything.

use std::sync::Arc;

use entente_delivery::Input;
use entente_protocol::{CommitBundle, Delivery, DeviceId, MessageKind};
use entente_room::{CharterChange, CommitWish, Identity, Session, SessionError};
use entente_trust::{Charter, CharterHistory, RevocationList, Role, SignedCharter, check_roster};
use openmls::prelude::LeafNodeIndex;
use proptest::prelude::*;

use crate::support::rogue::{Rogue, Wish, accredited};
use crate::support::{Country, NOW, World};
use crate::{CLASSIC, assert_agreement, say, target};

const HOUR: u64 = 3_600_000;

/// Countries by number; the charter names the first three.
const COUNTRIES: [&str; 4] = ["JO", "AE", "CI", "FR"];

#[derive(Debug, Clone)]
enum Act {
    /// An honest member says something or puts something on the board.
    Say { by: usize, seed: u8 },
    /// An honest member wants new keys.
    Update { by: usize },
    /// An honest member admits a device of a country.
    Admit { by: usize, country: usize, seed: u8 },
    /// A rogue adds a device of a country, valid now, no longer, or not yet.
    RogueAdds {
        by: usize,
        country: usize,
        seed: u8,
        valid: i64,
    },
    /// A rogue removes the seat at some place of the roster.
    RogueRemoves { by: usize, place: usize },
    /// A rogue signs a later end by itself, and puts it in force.
    RogueExtends { by: usize, beyond: bool },
    /// A rogue takes a certificate of another role for its leaf.
    RogueRises { by: usize },
    /// A rogue does nothing but renew its keys.
    RogueUpdates { by: usize },
    /// The rogues' authority revokes one of them.
    Revoke { rogue: usize },
    /// An honest member takes the seats of the revoked, if it may.
    Evict { by: usize },
    /// An honest member has lost the way and comes back.
    Resync { by: usize },
    /// An honest member's process ends and starts again.
    Restart { by: usize },
    /// An honest member but the coordinator asks to leave, and is let go.
    Leave { by: usize },
    /// The honest coordinator wants amendments signed by two, or by one.
    Quorum { two: bool },
    /// The honest coordinator has the rogue coordinate no more, or again.
    Coordinate { rogue: bool },
    /// The honest coordinator withdraws the rogues' country.
    Withdraw,
}

/// Weights: what ends a history's tension comes seldom.
fn act() -> impl Strategy<Value = Act> {
    let honest = 0..3_usize;
    let rogue = 0..3_usize;
    prop_oneof![
        4 => (honest.clone(), any::<u8>()).prop_map(|(by, seed)| Act::Say { by, seed }),
        2 => honest.clone().prop_map(|by| Act::Update { by }),
        3 => (honest.clone(), 0..4_usize, any::<u8>()).prop_map(|(by, country, seed)| Act::Admit {
            by,
            country,
            seed
        }),
        3 => (rogue.clone(), 0..4_usize, any::<u8>(), -1..2_i64).prop_map(
            |(by, country, seed, valid)| Act::RogueAdds {
                by,
                country,
                seed,
                valid
            }
        ),
        2 => (rogue.clone(), 0..10_usize).prop_map(|(by, place)| Act::RogueRemoves { by, place }),
        3 => (rogue.clone(), any::<bool>()).prop_map(|(by, beyond)| Act::RogueExtends { by, beyond }),
        2 => rogue.clone().prop_map(|by| Act::RogueRises { by }),
        2 => rogue.clone().prop_map(|by| Act::RogueUpdates { by }),
        1 => rogue.prop_map(|rogue| Act::Revoke { rogue }),
        2 => honest.clone().prop_map(|by| Act::Evict { by }),
        2 => honest.clone().prop_map(|by| Act::Resync { by }),
        2 => honest.prop_map(|by| Act::Restart { by }),
        1 => (1..3_usize).prop_map(|by| Act::Leave { by }),
        1 => any::<bool>().prop_map(|two| Act::Quorum { two }),
        1 => any::<bool>().prop_map(|rogue| Act::Coordinate { rogue }),
        1 => Just(Act::Withdraw),
    ]
}

/// Honest: coordinator of JO, liaison of AE, officer of JO. Rogue: coordinator, liaison and officer
/// of CI.
struct Play {
    world: World,
    countries: Vec<Country>,
    rogues: Vec<Rogue>,
    /// How far each rogue has read the log.
    read: Vec<usize>,
    /// Whom the rogues' authority has revoked.
    revoked: Vec<DeviceId>,
}

const ROGUE_ROLES: [Role; 3] = [Role::Coordinator, Role::Liaison, Role::Field];

impl Play {
    fn open() -> Self {
        let countries: Vec<Country> = COUNTRIES
            .iter()
            .zip(1_u8..)
            .map(|(code, seed)| Country::new(code, seed, *NOW))
            .collect();
        let petra = countries[0].device("Petra", Role::Coordinator, 11, *NOW);
        let rogues: Vec<Rogue> = ROGUE_ROLES
            .iter()
            .map(|role| Rogue::new(Arc::new(rogue_identity(&countries[2], *role, *role))))
            .collect();
        let named: Vec<&Country> = countries[..3].iter().collect();
        let corrupt = rogues[0].device();
        let mut world = World::open_with(CLASSIC, &named, petra, *NOW, |charter| {
            charter.coordinators.push(corrupt);
        });
        world.add_member(countries[1].device("Dune", Role::Liaison, 12, *NOW));
        world.add_member(countries[0].device("Falcon", Role::Field, 13, *NOW));
        world.admit(0, &[1, 2]).unwrap();
        world.settle();
        let wanted = rogues
            .iter()
            .map(|rogue| (rogue.device(), rogue.key_package()));
        let wish = CommitWish::Admit(wanted.collect());
        world.commit(0, wish).unwrap();
        let mut play = Self {
            world,
            countries,
            rogues,
            read: vec![0; 3],
            revoked: Vec::new(),
        };
        for (rogue, read) in play.rogues.iter_mut().zip(&mut play.read) {
            let welcome = play
                .world
                .welcomes
                .iter()
                .find(|(device, _)| *device == rogue.device());
            rogue.join(&welcome.unwrap().1);
            *read = play.world.log.len();
        }
        play.world.welcomes.clear();
        play.world.settle();
        play
    }

    /// Everybody has read everything; rogues whose seat is gone read no more.
    fn settle(&mut self) {
        self.world.settle();
        for (rogue, read) in self.rogues.iter_mut().zip(&mut self.read) {
            if self.world.hub.seat(rogue.device()).is_none() {
                continue;
            }
            for message in &self.world.log[*read..] {
                let is_own = message.sender == rogue.device();
                let is_handshake =
                    matches!(message.kind, MessageKind::Commit | MessageKind::Proposal);
                if !is_own && is_handshake {
                    assert!(rogue.take(&message.message), "a rogue reads every commit");
                }
            }
            *read = self.world.log.len();
        }
    }

    fn play(&mut self, act: &Act) {
        match *act {
            Act::Say { by, seed } => {
                if self.is_active(by) {
                    let event = if seed % 2 == 0 {
                        target(seed, "a lorry")
                    } else {
                        say("a word")
                    };
                    self.world.say(by, event);
                }
            }
            Act::Update { by } => {
                if self.is_active(by) {
                    self.world.commit(by, CommitWish::Update).unwrap();
                }
            }
            Act::Admit { by, country, seed } => self.admit(by, country, seed),
            Act::RogueAdds {
                by,
                country,
                seed,
                valid,
            } => {
                let added = self.newcomer(country, seed, valid);
                let is_seated = self.world.hub.seat(added.device()).is_some();
                let may = match self.role_of(by) {
                    Role::Coordinator => true,
                    Role::Liaison => country == 2,
                    _ => false,
                };
                let allowed = may && self.is_named(country) && valid == 0 && !is_seated;
                if !is_seated {
                    let wish = Wish {
                        adds: vec![Rogue::new(added).key_package()],
                        ..Wish::default()
                    };
                    self.try_commit(by, &wish, allowed);
                }
            }
            Act::RogueRemoves { by, place } => self.rogue_removes(by, place),
            Act::RogueExtends { by, beyond } => self.rogue_extends(by, beyond),
            Act::RogueRises { by } => {
                let other = match ROGUE_ROLES[by] {
                    Role::Coordinator => Role::Field,
                    _ => Role::Coordinator,
                };
                let identity = rogue_identity(&self.countries[2], ROGUE_ROLES[by], other);
                let wish = Wish {
                    own_leaf: Some(Arc::new(identity)),
                    ..Wish::default()
                };
                self.try_commit(by, &wish, false);
            }
            Act::RogueUpdates { by } => self.try_commit(by, &Wish::default(), true),
            Act::Revoke { rogue } => self.revoke(rogue),
            Act::Evict { by } => {
                if self.is_active(by)
                    && let Some((devices, _)) = self.world.members[by].session().evictions()
                {
                    self.world.commit(by, CommitWish::Remove(devices)).unwrap();
                }
            }
            Act::Resync { by } => self.resync(by),
            Act::Restart { by } => self.world.members[by].restart(),
            Act::Leave { by } => self.leave(by),
            Act::Quorum { two } => {
                let quorum = if two { 2 } else { 1 };
                self.amend(&CharterChange {
                    quorum: Some(quorum),
                    ..CharterChange::default()
                });
            }
            Act::Coordinate { rogue } => {
                let device = vec![self.rogues[0].device()];
                self.amend(&if rogue {
                    CharterChange {
                        coordinators_added: device,
                        ..CharterChange::default()
                    }
                } else {
                    CharterChange {
                        coordinators_removed: device,
                        ..CharterChange::default()
                    }
                });
            }
            Act::Withdraw => {
                if self.is_named(2) {
                    self.amend(&CharterChange {
                        withdrawn: vec![self.countries[2].authority.fingerprint()],
                        ..CharterChange::default()
                    });
                }
            }
        }
        self.settle();
    }

    fn charter(&mut self) -> Charter {
        self.world.members[0].session().charter().clone()
    }

    /// A rogue's role in this room: without the charter's word nobody coordinates.
    fn role_of(&mut self, rogue: usize) -> Role {
        let identity = self.rogues[rogue].identity.clone();
        self.charter().role_of(identity.accreditation())
    }

    fn is_named(&mut self, country: usize) -> bool {
        let root = self.countries[country].authority.fingerprint();
        self.charter().authority(root).is_some()
    }

    fn revoke(&mut self, rogue: usize) {
        let device = self.rogues[rogue].device();
        if self.revoked.contains(&device) {
            return;
        }
        self.revoked.push(device);
        let authority = &self.countries[2];
        let list = RevocationList {
            version: RevocationList::VERSION,
            authority: authority.authority.fingerprint(),
            number: u32::try_from(self.revoked.len()).unwrap(),
            issued_at_ms: self.world.now,
            devices: self.revoked.clone(),
        }
        .sign(&authority.key, &authority.authority);
        let now = self.world.now;
        let effects = self.world.hub.revoke(&list, now);
        self.world.carry_out(effects);
    }

    /// The state that the hub has is taken unless a revoked device still sits in it.
    fn resync(&mut self, by: usize) {
        let others = (0..3).filter(|other| *other != by);
        let gives_board = others.into_iter().any(|other| self.is_active(other));
        if !self.is_active(by) || !gives_board {
            return;
        }
        let revoked_sits = self
            .revoked
            .iter()
            .any(|device| self.world.hub.roster().seat(*device).is_some());
        let (reply, now) = (self.world.group_info(), self.world.now);
        let member = &mut self.world.members[by];
        let mut old = member.session.take().unwrap();
        let (mut next, bundle) = match old.resync(&reply, now) {
            Ok(resynced) => resynced,
            Err(error) => {
                assert!(
                    revoked_sits && matches!(error, SessionError::GoneSeat(_)),
                    "{error}"
                );
                member.session = Some(old);
                return;
            }
        };
        assert!(!revoked_sits);
        let device = member.identity.device();
        for (key, _) in old.forget_mls() {
            member.records.remove(&key);
        }
        self.world.give(device, Input::Commit(bundle)).unwrap();
        next.resynced(self.world.hub.head(), &mut old);
        self.world.members[by].session = Some(next);
        // Devices that are off are asked too, and do not answer.
        for _ in 0..2 * self.world.hub.roster().len() {
            self.settle();
            let session = self.world.members[by].session();
            if session.is_board_ready() {
                return;
            }
            session.ask_for_snapshot().unwrap();
        }
        panic!("nobody gave it the board");
    }

    fn leave(&mut self, by: usize) {
        if !self.is_active(by) {
            return;
        }
        let device = self.world.members[by].identity.device();
        let now = self.world.now;
        let proposal = self.world.members[by].session().leave(now).unwrap();
        self.world.give(device, Input::Propose(proposal)).unwrap();
        for member in 0..3 {
            self.world.catch_up(member);
        }
        self.world.commit(0, CommitWish::LetGo).unwrap();
    }

    /// The honest coordinator amends the charter: alone, or with the rogue's signature if two must
    /// sign. A draft that can't be signed any more is given up.
    fn amend(&mut self, change: &CharterChange) {
        let (quorum, now) = (self.charter().quorum, self.world.now);
        let session = self.world.members[0].session();
        let draft = session.draft(change, now);
        let alone = session.sign_alone(change, now);
        let signed = if quorum == 1 {
            let Ok(signed) = alone else {
                // Too few would be left to sign the next one, or the charter would be the same.
                assert!(draft.is_err());
                return;
            };
            signed
        } else {
            assert!(alone.is_err(), "one signature is not two");
            let rogue = &self.rogues[0].identity;
            let sits = self.world.hub.roster().seat(rogue.device()).is_some();
            let Ok(charter) = draft else { return };
            if !sits || self.revoked.contains(&rogue.device()) {
                return;
            }
            let petra = &self.world.members[0].identity;
            let signatures = [petra, rogue]
                .map(|by| charter.sign(by.signer(), by.accreditation()))
                .to_vec();
            SignedCharter {
                charter,
                signatures,
            }
        };
        self.world.commit(0, CommitWish::Amend(signed)).unwrap();
    }

    fn is_active(&mut self, member: usize) -> bool {
        let session = self.world.members[member].session();
        session.ended().is_none() && session.halted_at().is_none()
    }

    fn newcomer(&self, country: usize, seed: u8, valid: i64) -> Arc<Identity> {
        let (from, to) = match valid {
            0 => (-1, 1),
            past if past < 0 => (-1, 0),
            _ => (1, 2),
        };
        let country_of = &self.countries[country];
        // Of one country and validity there are as many devices as there are seeds.
        let mut bytes = [seed; 32];
        bytes[0] = u8::try_from(country).unwrap();
        bytes[1] = u8::try_from(valid + 1).unwrap();
        bytes[2] = 0xaa;
        Arc::new(accredited(
            &country_of.key,
            &country_of.authority,
            Role::Field,
            bytes,
            (from, to),
        ))
    }

    fn admit(&mut self, by: usize, country: usize, seed: u8) {
        if !self.is_active(by) {
            return;
        }
        let added = self.newcomer(country, seed, 0);
        let role = self.world.members[by].session().role();
        let may = match by {
            0 => true,
            1 => country == 1,
            _ => false,
        };
        let is_new = self.world.hub.seat(added.device()).is_none();
        let is_named = self.is_named(country);
        let device = added.device();
        let package = Rogue::new(added).key_package();
        let wish = CommitWish::Admit(vec![(device, package)]);
        let now = self.world.now;
        match self.world.members[by].session().commit(wish, now) {
            Ok(bundle) => {
                assert!(may && is_named && is_new, "{role:?} admitted");
                let sender = self.world.members[by].identity.device();
                self.world.give(sender, Input::Commit(bundle)).unwrap();
                // Nobody comes by this Welcome: the device is off.
                self.world.welcomes.clear();
            }
            Err(_) => assert!(!(may && is_named && is_new), "{role:?} may admit"),
        }
    }

    fn rogue_removes(&mut self, by: usize, place: usize) {
        let rogue = self.rogues[by].device();
        let seats: Vec<DeviceId> = self
            .world
            .hub
            .seats()
            .map(|seat| seat.device)
            .filter(|device| *device != rogue)
            .collect();
        let victim = seats[place % seats.len()];
        // One honest coordinator stays, so that there is somebody to agree.
        if victim == self.world.members[0].identity.device() {
            return;
        }
        let role = self.role_of(by);
        let seat = self.world.hub.roster().seat(victim).unwrap();
        let allowed = match role {
            Role::Coordinator => true,
            Role::Liaison => seat.accreditation.country().to_string() == "CI",
            _ => false,
        };
        let wish = Wish {
            removals: vec![LeafNodeIndex::new(seat.leaf)],
            ..Wish::default()
        };
        self.try_commit(by, &wish, allowed);
    }

    fn rogue_extends(&mut self, by: usize, beyond: bool) {
        let history: CharterHistory = self.world.members[0].session().charters().clone();
        let current = history.in_force();
        let mut next = current.clone();
        next.amendment += 1;
        next.previous = current.fingerprint();
        next.closes_at_ms += HOUR;
        if beyond {
            next.closes_at_ms = next.latest_close_ms + HOUR;
            next.latest_close_ms = next.closes_at_ms;
        }
        let quorum = current.quorum;
        let is_within = next.closes_at_ms <= current.latest_close_ms;
        let identity = self.rogues[by].identity.clone();
        let signature = next.sign(identity.signer(), identity.accreditation());
        let wish = Wish {
            charters: Some(history.amended(SignedCharter {
                charter: next,
                signatures: vec![signature],
            })),
            ..Wish::default()
        };
        let allowed = self.role_of(by) == Role::Coordinator && is_within && quorum == 1;
        self.try_commit(by, &wish, allowed);
    }

    /// The hub and all honest members judge a rogue's commit.
    fn try_commit(&mut self, by: usize, wish: &Wish, allowed: bool) {
        let device = self.rogues[by].device();
        if self.world.hub.seat(device).is_none() {
            return;
        }
        let allowed = allowed && !self.revoked.contains(&device);
        let room = self.world.room;
        let bundle = self.rogues[by].commit(room, wish);
        let members = self.verdicts(device, &bundle);
        let before = (self.world.hub.head(), self.world.hub.epoch());
        let hub = self.world.give(device, Input::Commit(bundle));
        assert_eq!(hub.is_ok(), allowed, "{hub:?}");
        for (member, verdict) in members {
            assert_eq!(
                verdict, allowed,
                "member {member} and the hub disagree: {hub:?}"
            );
        }
        if hub.is_ok() {
            self.rogues[by].merge_commit();
            self.world.welcomes.clear();
        } else {
            assert_eq!((self.world.hub.head(), self.world.hub.epoch()), before);
            self.rogues[by].drop_commit();
        }
    }

    /// What each honest member would make of the commit, had the hub ordered it: asked of a copy.
    fn verdicts(&mut self, sender: DeviceId, bundle: &CommitBundle) -> Vec<(usize, bool)> {
        let delivery = Delivery {
            room: self.world.room,
            seq: self.world.hub.head() + 1,
            kind: MessageKind::Commit,
            sender,
            number: bundle.number,
            epoch: self.world.hub.epoch(),
            time_ms: self.world.now,
            message: bundle.commit.clone(),
        };
        let mut verdicts = Vec::new();
        for index in 0..self.world.members.len() {
            if !self.is_active(index) {
                continue;
            }
            self.world.members[index].persist();
            let member = &self.world.members[index];
            let mut copy = Session::load(member.identity.clone(), member.records.clone()).unwrap();
            copy.receive(&delivery).unwrap();
            verdicts.push((index, copy.halted_at().is_none()));
        }
        verdicts
    }

    /// Whatever has happened, this holds.
    fn check(&mut self) {
        let charter = self.world.members[0].session().charter().clone();
        assert_eq!(check_roster(self.world.hub.roster(), &charter), Ok(()));
        assert!(charter.closes_at_ms <= charter.latest_close_ms);
        for (_, seat) in self.world.hub.roster().seats() {
            let country = seat.accreditation.country().to_string();
            assert!(
                COUNTRIES[..3].contains(&country.as_str()),
                "a ghost of {country}"
            );
        }
        let active: Vec<usize> = (0..3).filter(|member| self.is_active(*member)).collect();
        assert!(active.contains(&0));
        assert_agreement(&mut self.world, &active);
        let rosters: Vec<_> = active
            .iter()
            .map(|member| self.world.members[*member].session().roster().clone())
            .collect();
        assert!(
            rosters
                .iter()
                .all(|roster| roster == self.world.hub.roster())
        );
    }
}

/// The rogue's one key, with a certificate of some role.
fn rogue_identity(country: &Country, seed: Role, role: Role) -> Identity {
    accredited(
        &country.key,
        &country.authority,
        role,
        [150 + seed as u8; 32],
        (-1, 1),
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn hub_and_members_have_one_verdict_and_agree_in_the_end(
        acts in prop::collection::vec(act(), 1..25)
    ) {
        let mut play = Play::open();
        for act in &acts {
            play.play(act);
        }
        play.check();
    }
}
