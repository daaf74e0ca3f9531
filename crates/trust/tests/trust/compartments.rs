//! Compartments: what their context may say, and who may do what in them.

use entente_protocol::{DeviceId, RoomId};
use entente_trust::{
    CertificateError, Charter, CharterHistory, CommitFacts, Committer, Compartment,
    CompartmentError, MembershipChange, PolicyRefusal, Removal, Revocations, Role, Roster,
    Standing, check_compartment_commit, check_compartment_invitation, check_compartment_opening,
    check_compartment_roster, mls, outsiders,
};
use proptest::prelude::*;

use crate::people::{self, Country, DAY, Device, HOUR, NOW, charter, roster, signed};

const ROOM: RoomId = RoomId::from_bytes([7; 16]);
const COMPARTMENT: RoomId = RoomId::from_bytes([8; 16]);
const SALT: [u8; 16] = [3; 16];

fn compartment(countries: &[&str]) -> Result<Compartment, CompartmentError> {
    let countries = countries.iter().map(|code| code.parse().unwrap());
    Compartment::new((ROOM, COMPARTMENT), countries, 5, SALT)
}

#[test]
fn a_context_comes_back_as_it_went() {
    let made = compartment(&["JO", "AE", "JO"]).unwrap();
    assert_eq!(made.countries.len(), 2);
    assert!(made.names("AE".parse().unwrap()) && !made.names("CI".parse().unwrap()));
    assert_eq!(Compartment::decode(&made.encode()), Ok(made.clone()));
    let extensions = mls::compartment_extensions(&made).unwrap();
    assert_eq!(mls::compartment_of(&extensions), Ok(made));
    assert!(mls::charter_of(&extensions).is_err());
}

#[test]
fn a_context_out_of_its_bounds_is_refused() {
    assert_eq!(
        compartment(&["JO"]),
        Err(CompartmentError::Field("list of countries"))
    );
    let same = Compartment::new(
        (ROOM, ROOM),
        ["JO", "AE"].map(|code| code.parse().unwrap()),
        5,
        SALT,
    );
    assert_eq!(same, Err(CompartmentError::Field("room")));
    let good = compartment(&["AE", "JO"]).unwrap();
    let many = (b'A'..=b'Z').flat_map(|one| (b'A'..=b'C').map(move |two| [one, two]));
    let many = many.map(|code| core::str::from_utf8(&code).unwrap().parse().unwrap());
    assert_eq!(
        Compartment::new((ROOM, COMPARTMENT), many, 5, SALT),
        Err(CompartmentError::Field("list of countries"))
    );
    let malformed = |spoil: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.encode();
        spoil(&mut bytes);
        Compartment::decode(&bytes)
    };
    // Version, order of the countries, their letters, the place, the length.
    assert_eq!(
        malformed(&|bytes| bytes[1] = 2),
        Err(CompartmentError::Malformed)
    );
    assert!(malformed(&|bytes| bytes[35..39].copy_from_slice(b"JOAE")).is_err());
    assert!(malformed(&|bytes| bytes[35..39].copy_from_slice(b"JOJO")).is_err());
    assert!(malformed(&|bytes| bytes[35..37].copy_from_slice(b"a1")).is_err());
    assert!(malformed(&|bytes| bytes[39..47].fill(0)).is_err());
    assert!(malformed(&|bytes| bytes.push(0)).is_err());
    assert!(malformed(&|bytes| bytes.truncate(bytes.len() - 1)).is_err());
    assert!(malformed(&|_| ()).is_ok());
}

#[test]
fn a_commitment_stands_for_one_compartment_and_does_not_show_it() {
    let one = compartment(&["JO", "AE"]).unwrap();
    let other = compartment(&["JO", "CI"]).unwrap();
    assert_ne!(one.commitment(), other.commitment());
    let mut salted = one.clone();
    salted.salt = [4; 16];
    assert_ne!(one.commitment(), salted.commitment());
    // Where it was announced can't be in what is announced.
    let mut elsewhere = one.clone();
    elsewhere.announced = 9;
    assert_eq!(one.commitment(), elsewhere.commitment());
}

const LIAISON_JO: usize = 0;
const FIELD_JO: usize = 1;
const LIAISON_AE: usize = 2;
const FIELD_AE: usize = 3;
const SECOND_AE: usize = 4;
const COORDINATOR_CI: usize = 5;
const COORDINATOR_JO: usize = 6;
const AGENT_AE: usize = 7;
const LATE_JO: usize = 8;
const EVERYBODY: usize = 9;

/// A room of three countries; the compartment names two of them, and not the one that coordinates.
struct Scene {
    countries: [Country; 3],
    devices: Vec<Device>,
    charter: Charter,
    history: CharterHistory,
    compartment: Compartment,
}

fn scene() -> Scene {
    let countries = [
        Country::new("JO", 1),
        Country::new("AE", 2),
        Country::new("CI", 3),
    ];
    let [jordan, emirates, ivory] = &countries;
    let devices = vec![
        jordan.device(Role::Liaison, 10),
        jordan.device(Role::Field, 11),
        emirates.device(Role::Liaison, 12),
        emirates.device(Role::Field, 13),
        emirates.device(Role::Liaison, 14),
        ivory.device(Role::Coordinator, 15),
        jordan.device(Role::Coordinator, 16),
        emirates.device(Role::Agent, 17),
        jordan.device_valid(Role::Field, 18, NOW - DAY, NOW - HOUR),
    ];
    let charter = charter(
        &[
            (jordan, Role::Coordinator),
            (emirates, Role::Coordinator),
            (ivory, Role::Coordinator),
        ],
        &[&devices[COORDINATOR_CI], &devices[COORDINATOR_JO]],
        1,
    );
    let history = CharterHistory::opened(signed(&charter, &[&devices[COORDINATOR_CI]]));
    Scene {
        countries,
        devices,
        charter,
        history,
        compartment: compartment(&["JO", "AE"]).unwrap(),
    }
}

impl Scene {
    fn roster(&self, devices: &[usize]) -> Roster {
        roster(
            &devices
                .iter()
                .map(|it| &self.devices[*it])
                .collect::<Vec<_>>(),
        )
    }

    /// The room when these sit in it.
    fn room(&self, devices: &[usize]) -> Standing {
        Standing::of(
            &self.history,
            &self.roster(devices),
            &Revocations::default(),
        )
    }

    fn all(&self) -> Standing {
        self.room(&(0..EVERYBODY).collect::<Vec<_>>())
    }

    fn id(&self, device: usize) -> DeviceId {
        self.devices[device].accreditation.device()
    }

    fn facts(&self, sit: &[usize], by: usize, adds: &[usize], removes: &[usize]) -> CommitFacts {
        let leaf = |device| sit.iter().zip(0_u32..).find(|(it, _)| **it == device);
        let committer = leaf(by).unwrap().1;
        let removals = removes.iter().map(|device| Removal {
            leaf: leaf(*device).map_or(99, |(_, leaf)| leaf),
            proposer: Some(committer),
        });
        let adds = adds
            .iter()
            .map(|it| self.devices[*it].accreditation.clone());
        CommitFacts {
            committer: Committer::Member(committer),
            made_at_ms: NOW,
            adds: adds.collect(),
            removals: removals.collect(),
            path_leaf: Some(self.devices[by].accreditation.clone()),
            charter: None,
        }
    }

    fn check(
        &self,
        room: &Standing,
        sit: &[usize],
        facts: &CommitFacts,
    ) -> Result<MembershipChange, PolicyRefusal> {
        check_compartment_commit((&self.compartment, &self.roster(sit)), room, facts, NOW)
    }

    fn add(
        &self,
        sit: &[usize],
        by: usize,
        added: usize,
    ) -> Result<MembershipChange, PolicyRefusal> {
        self.check(&self.all(), sit, &self.facts(sit, by, &[added], &[]))
    }

    fn remove(
        &self,
        sit: &[usize],
        by: usize,
        out: usize,
    ) -> Result<MembershipChange, PolicyRefusal> {
        self.check(&self.all(), sit, &self.facts(sit, by, &[], &[out]))
    }
}

#[test]
fn each_country_seats_its_own() {
    let s = scene();
    let (jo, ae) = ("JO".parse().unwrap(), "AE".parse().unwrap());
    let sit = [LIAISON_JO, FIELD_JO, LIAISON_AE];
    assert_eq!(
        s.add(&sit, LIAISON_AE, FIELD_AE).unwrap().added,
        [s.id(FIELD_AE)]
    );
    assert!(s.add(&sit, LIAISON_AE, SECOND_AE).is_ok());
    assert!(s.add(&sit, LIAISON_JO, COORDINATOR_JO).is_ok());
    let other = Err(PolicyRefusal::OtherCountry(jo, ae));
    assert_eq!(s.add(&sit, LIAISON_JO, FIELD_AE), other);
    // The Emirates are spoken for already.
    assert_eq!(s.add(&sit, LIAISON_JO, SECOND_AE), other);
    assert_eq!(
        s.add(&sit, FIELD_JO, COORDINATOR_JO),
        Err(PolicyRefusal::MayNotAdmit(Role::Field))
    );
    // Coordinators have no more to say here than liaisons.
    let led = [COORDINATOR_JO, LIAISON_AE];
    assert_eq!(s.add(&led, COORDINATOR_JO, FIELD_AE), other);
    assert_eq!(
        s.add(&sit, LIAISON_JO, COORDINATOR_CI),
        Err(PolicyRefusal::CountryNotNamed("CI".parse().unwrap()))
    );
    assert_eq!(
        s.add(&sit, LIAISON_JO, LATE_JO),
        Err(PolicyRefusal::Accreditation(CertificateError::Expired))
    );
    assert_eq!(
        s.add(&sit, LIAISON_JO, FIELD_JO),
        Err(PolicyRefusal::SeatTaken)
    );
}

#[test]
fn who_speaks_for_a_country_is_brought_in_by_another_and_brings_the_rest() {
    let s = scene();
    let (jo, ae) = ("JO".parse().unwrap(), "AE".parse().unwrap());
    let sit = [LIAISON_JO];
    assert!(s.add(&sit, LIAISON_JO, LIAISON_AE).is_ok());
    for added in [FIELD_AE, AGENT_AE] {
        let verdict = s.add(&sit, LIAISON_JO, added);
        assert_eq!(verdict, Err(PolicyRefusal::OtherCountry(jo, ae)));
    }
    // One of them, not two at once.
    let two = s.facts(&sit, LIAISON_JO, &[LIAISON_AE, SECOND_AE], &[]);
    assert_eq!(
        s.check(&s.all(), &sit, &two),
        Err(PolicyRefusal::OtherCountry(jo, ae))
    );
    // One who is out of the room does not speak any more.
    let sit = [LIAISON_JO, LIAISON_AE];
    let room = s.room(&[LIAISON_JO, SECOND_AE]);
    assert!(
        s.check(&room, &sit, &s.facts(&sit, LIAISON_JO, &[SECOND_AE], &[]))
            .is_ok()
    );
}

#[test]
fn who_is_out_of_the_room_is_let_go_by_anybody_and_does_nothing_itself() {
    let s = scene();
    let sit = [LIAISON_JO, FIELD_JO, LIAISON_AE, FIELD_AE];
    assert_eq!(
        s.remove(&sit, FIELD_JO, FIELD_AE),
        Err(PolicyRefusal::MayNotRemove(Role::Field))
    );
    assert!(matches!(
        s.remove(&sit, LIAISON_JO, FIELD_AE),
        Err(PolicyRefusal::OtherCountry(..))
    ));
    assert!(s.remove(&sit, LIAISON_AE, FIELD_AE).is_ok());
    let room = s.room(&[LIAISON_JO, FIELD_JO, FIELD_AE]);
    let out: Vec<_> = outsiders(&s.roster(&sit), &room).collect();
    assert_eq!(out, [s.id(LIAISON_AE)]);
    let change = s.check(&room, &sit, &s.facts(&sit, FIELD_JO, &[], &[LIAISON_AE]));
    assert_eq!(change.unwrap().removed, [s.id(LIAISON_AE)]);
    let by_the_removed = s.facts(&sit, LIAISON_AE, &[], &[FIELD_AE]);
    assert_eq!(
        s.check(&room, &sit, &by_the_removed),
        Err(PolicyRefusal::NotInRoom)
    );
    // Nor can it come back by itself, or be added.
    let mut back = by_the_removed.clone();
    back.committer = Committer::External(s.devices[LIAISON_AE].accreditation.clone());
    back.removals.truncate(1);
    back.removals[0].leaf = 2;
    assert_eq!(s.check(&room, &sit, &back), Err(PolicyRefusal::NotInRoom));
    assert!(s.check(&s.all(), &sit, &back).unwrap().resynced.is_some());
    let added = s.facts(&[LIAISON_JO], LIAISON_JO, &[LIAISON_AE], &[]);
    assert_eq!(
        s.check(&room, &[LIAISON_JO], &added),
        Err(PolicyRefusal::NotInRoom)
    );
}

#[test]
fn a_revocation_counts_as_being_out() {
    let s = scene();
    let mut revocations = Revocations::default();
    let list = people::revocations(&s.countries[1], 1, &[s.id(LIAISON_AE)]);
    revocations.insert(list).unwrap();
    let sit = [LIAISON_JO, LIAISON_AE];
    let room = Standing::of(&s.history, &s.roster(&sit), &revocations);
    assert!(!room.stands(&s.devices[LIAISON_AE].accreditation));
    let facts = s.facts(&sit, LIAISON_AE, &[], &[]);
    assert_eq!(s.check(&room, &sit, &facts), Err(PolicyRefusal::NotInRoom));
}

#[test]
fn time_keys_and_charter_are_the_rooms() {
    let s = scene();
    let sit = [LIAISON_JO, LIAISON_AE];
    let facts = s.facts(&sit, LIAISON_JO, &[FIELD_JO], &[]);
    let both = (&s.compartment, &s.roster(&sit));
    let at = |now_ms| check_compartment_commit(both, &s.all(), &facts, now_ms);
    assert_eq!(at(s.charter.closes_at_ms), Err(PolicyRefusal::Closed));
    assert_eq!(at(NOW + HOUR), Err(PolicyRefusal::Clock));
    let mut changed = facts.clone();
    changed.path_leaf = Some(s.devices[COORDINATOR_JO].accreditation.clone());
    assert_eq!(
        s.check(&s.all(), &sit, &changed),
        Err(PolicyRefusal::LeafChanged)
    );
    let mut changed = facts.clone();
    changed.charter = Some(s.history.clone());
    assert_eq!(
        s.check(&s.all(), &sit, &changed),
        Err(PolicyRefusal::Forbidden("a charter"))
    );
}

#[test]
fn who_may_open_one() {
    let s = scene();
    let open = |room: &Standing, founder: usize| {
        check_compartment_opening(&s.compartment, room, &s.devices[founder].accreditation, NOW)
    };
    assert_eq!(open(&s.all(), LIAISON_JO), Ok(()));
    assert_eq!(open(&s.all(), COORDINATOR_JO), Ok(()));
    assert_eq!(
        open(&s.all(), FIELD_JO),
        Err(PolicyRefusal::MayNotAdmit(Role::Field))
    );
    assert!(matches!(
        open(&s.all(), COORDINATOR_CI),
        Err(PolicyRefusal::CountryNotNamed(_))
    ));
    assert_eq!(
        open(&s.room(&[LIAISON_AE]), LIAISON_JO),
        Err(PolicyRefusal::NotInRoom)
    );
}

#[test]
fn a_joiner_asks_who_sits_and_who_invited_it() {
    let s = scene();
    let both = [LIAISON_JO, LIAISON_AE];
    assert_eq!(
        check_compartment_roster(&s.compartment, &s.roster(&both)),
        Ok(())
    );
    let strange = s.roster(&[LIAISON_JO, COORDINATOR_CI]);
    assert!(check_compartment_roster(&s.compartment, &strange).is_err());
    let invited = |sit: &[usize], leaf, device: usize| {
        let invited = &s.devices[device].accreditation;
        let seats = (&s.compartment, &s.roster(sit));
        check_compartment_invitation(seats, &s.all(), leaf, invited, NOW)
    };
    assert_eq!(invited(&both, 0, LIAISON_AE), Ok(()));
    assert!(invited(&[LIAISON_JO, LIAISON_AE, SECOND_AE], 0, SECOND_AE).is_err());
    assert!(invited(&[LIAISON_JO, FIELD_AE], 0, FIELD_AE).is_err());
    assert!(invited(&[FIELD_JO, FIELD_AE], 0, FIELD_AE).is_err());
}

#[derive(Debug, Clone)]
enum Act {
    Leaves(usize),
    Comes(usize),
    Revoked(usize),
    Commit {
        by: usize,
        adds: Vec<usize>,
        removes: Vec<usize>,
        is_external: bool,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let one = 0..EVERYBODY;
    let some = |most| proptest::collection::vec(0..EVERYBODY, 0..=most);
    prop_oneof![
        1 => one.clone().prop_map(Act::Leaves),
        2 => one.clone().prop_map(Act::Comes),
        1 => one.clone().prop_map(Act::Revoked),
        8 => (one, some(2), some(1), proptest::bool::weighted(0.2)).prop_map(
            |(by, adds, removes, is_external)| Act::Commit { by, adds, removes, is_external }
        ),
    ]
}

/// The rules in plain words, apart from the code under test.
struct Words<'a> {
    in_room: &'a [usize],
    revoked: &'a [usize],
    sit: &'a [usize],
}

const JO: [usize; 4] = [LIAISON_JO, FIELD_JO, COORDINATOR_JO, LATE_JO];
const SPEAKERS: [usize; 5] = [
    LIAISON_JO,
    COORDINATOR_JO,
    LIAISON_AE,
    SECOND_AE,
    COORDINATOR_CI,
];

impl Words<'_> {
    fn stands(&self, who: usize) -> bool {
        self.in_room.contains(&who) && !self.revoked.contains(&who)
    }

    fn same_country(one: usize, other: usize) -> bool {
        let country = |who| match who {
            COORDINATOR_CI => 2,
            who if JO.contains(&who) => 0,
            _ => 1,
        };
        country(one) == country(other)
    }

    fn allows(&self, by: usize, adds: &[usize], removes: &[usize], is_external: bool) -> bool {
        if !self.sit.contains(&by) || !self.stands(by) || by == LATE_JO {
            return false;
        }
        if is_external {
            return adds.is_empty() && removes == [by];
        }
        let speaks = |who| SPEAKERS.contains(&who);
        let removes_are_good = removes.iter().all(|out| {
            self.sit.contains(out)
                && *out != by
                && (!self.stands(*out) || (speaks(by) && Self::same_country(by, *out)))
        });
        let mut there: Vec<usize> = self.sit.to_vec();
        there.retain(|it| !removes.contains(it));
        let mut adds_are_good = true;
        for added in adds {
            let is_spoken_for = there
                .iter()
                .any(|it| Self::same_country(*it, *added) && speaks(*it) && self.stands(*it));
            let may_seat = Self::same_country(by, *added) || (!is_spoken_for && speaks(*added));
            adds_are_good &= speaks(by)
                && may_seat
                && *added != COORDINATOR_CI
                && *added != LATE_JO
                && self.stands(*added)
                && !self.sit.contains(added)
                && !there.contains(added);
            there.push(*added);
        }
        removes_are_good && adds_are_good
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// Whatever is tried in whatever order: the verdict is that of the rules in words, nobody gets in who does not sit
    /// in the room or is of another country, and whoever is out of the room changes nothing.
    #[test]
    fn the_verdict_is_that_of_the_rules(acts in proptest::collection::vec(act(), 1..40)) {
        let s = scene();
        let mut in_room: Vec<usize> = (0..EVERYBODY).collect();
        let mut revoked: Vec<usize> = Vec::new();
        let mut sit = vec![LIAISON_JO];
        for act in acts {
            match act {
                Act::Leaves(who) => in_room.retain(|it| *it != who),
                Act::Comes(who) => if !in_room.contains(&who) { in_room.push(who) },
                Act::Revoked(who) => revoked.push(who),
                Act::Commit { by, adds, removes, is_external } => {
                    let words = Words { in_room: &in_room, revoked: &revoked, sit: &sit };
                    let removes = if is_external && removes.is_empty() { vec![by] } else { removes };
                    // MLS itself lets nobody remove itself, nor commit without a leaf.
                    let is_mls = sit.contains(&by) && (is_external || !removes.contains(&by));
                    if !is_mls {
                        continue;
                    }
                    let mut facts = s.facts(&sit, by, &adds, &removes);
                    if is_external {
                        facts.committer = Committer::External(s.devices[by].accreditation.clone());
                        facts.removals.iter_mut().for_each(|it| it.proposer = None);
                    }
                    let standing: Vec<usize> =
                        in_room.iter().copied().filter(|it| !revoked.contains(it)).collect();
                    let verdict = s.check(&s.room(&standing), &sit, &facts);
                    let is_allowed = words.allows(by, &adds, &removes, is_external);
                    prop_assert_eq!(verdict.is_ok(), is_allowed, "{:?}", verdict);
                    if let Ok(change) = verdict {
                        prop_assert!(standing.contains(&by));
                        sit.retain(|it| !change.removed.contains(&s.id(*it)));
                        for added in adds {
                            prop_assert!(standing.contains(&added) && added != COORDINATOR_CI);
                            sit.push(added);
                        }
                    }
                }
            }
        }
    }
}
