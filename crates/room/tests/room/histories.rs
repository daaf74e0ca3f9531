//! Random histories: honest members and members with modified clients commit whatever they like.
//!
//! After each try the hub and every honest member have the same verdict, which is the one that the
//! rules in words give; after each history all honest members agree on everything.

use std::sync::Arc;

use entente_delivery::Input;
use entente_protocol::{CommitBundle, Delivery, DeviceId, MessageKind};
use entente_room::{CommitWish, Identity, Session};
use entente_trust::{CharterHistory, Role, SignedCharter, check_roster};
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
}

fn act() -> impl Strategy<Value = Act> {
    let honest = 0..3_usize;
    let rogue = 0..3_usize;
    prop_oneof![
        (honest.clone(), any::<u8>()).prop_map(|(by, seed)| Act::Say { by, seed }),
        honest.clone().prop_map(|by| Act::Update { by }),
        (honest, 0..4_usize, any::<u8>()).prop_map(|(by, country, seed)| Act::Admit {
            by,
            country,
            seed
        }),
        (rogue.clone(), 0..4_usize, any::<u8>(), -1..2_i64).prop_map(
            |(by, country, seed, valid)| Act::RogueAdds {
                by,
                country,
                seed,
                valid
            }
        ),
        (rogue.clone(), 0..10_usize).prop_map(|(by, place)| Act::RogueRemoves { by, place }),
        (rogue.clone(), any::<bool>()).prop_map(|(by, beyond)| Act::RogueExtends { by, beyond }),
        rogue.clone().prop_map(|by| Act::RogueRises { by }),
        rogue.prop_map(|by| Act::RogueUpdates { by }),
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
                if !is_own && message.kind == MessageKind::Commit {
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
                let may = match ROGUE_ROLES[by] {
                    Role::Coordinator => true,
                    Role::Liaison => country == 2,
                    _ => false,
                };
                let allowed = may && country < 3 && valid == 0 && !is_seated;
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
        }
        self.settle();
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
        let device = added.device();
        let package = Rogue::new(added).key_package();
        let wish = CommitWish::Admit(vec![(device, package)]);
        let now = self.world.now;
        match self.world.members[by].session().commit(wish, now) {
            Ok(bundle) => {
                assert!(may && country < 3 && is_new, "{role:?} admitted");
                let sender = self.world.members[by].identity.device();
                self.world.give(sender, Input::Commit(bundle)).unwrap();
                // Nobody comes by this Welcome: the device is off.
                self.world.welcomes.clear();
            }
            Err(_) => assert!(!(may && country < 3 && is_new), "{role:?} may admit"),
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
        let seat = self.world.hub.roster().seat(victim).unwrap();
        let allowed = match ROGUE_ROLES[by] {
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
        let allowed = ROGUE_ROLES[by] == Role::Coordinator && is_within;
        self.try_commit(by, &wish, allowed);
    }

    /// The hub and all honest members judge a rogue's commit.
    fn try_commit(&mut self, by: usize, wish: &Wish, allowed: bool) {
        let device = self.rogues[by].device();
        if self.world.hub.seat(device).is_none() {
            return;
        }
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
        acts in prop::collection::vec(act(), 1..12)
    ) {
        let mut play = Play::open();
        for act in &acts {
            play.play(act);
        }
        play.check();
    }
}
