//! Who may do what: the rules as a table.

use entente_protocol::limits;
use entente_trust::{
    Accreditation, CertificateError, Charter, CharterError, CharterHistory, CommitFacts, Committer,
    MembershipChange, PolicyRefusal, Removal, Revocations, Role, Roster, check_commit,
    check_invitation, check_roster,
};

use crate::people::{Country, DAY, Device, HOUR, NOW, charter, roster, signed};

const COORDINATOR: u32 = 0;
const LIAISON_JO: u32 = 1;
const FIELD_JO: u32 = 2;
const LIAISON_AE: u32 = 3;
const FIELD_AE: u32 = 4;
const OBSERVER: u32 = 5;
const AGENT: u32 = 6;

struct Scene {
    jordan: Country,
    emirates: Country,
    stranger: Country,
    devices: Vec<Device>,
    roster: Roster,
    charter: Charter,
    history: CharterHistory,
    revocations: Revocations,
}

fn scene() -> Scene {
    let jordan = Country::new("JO", 1);
    let emirates = Country::new("AE", 2);
    let stranger = Country::new("XX", 3);
    let devices = vec![
        jordan.device(Role::Coordinator, 10),
        jordan.device(Role::Liaison, 11),
        jordan.device(Role::Field, 12),
        emirates.device(Role::Liaison, 13),
        emirates.device(Role::Field, 14),
        emirates.device(Role::Observer, 15),
        emirates.device(Role::Agent, 16),
    ];
    let roster = roster(&devices.iter().collect::<Vec<_>>());
    let charter = charter(
        &[(&jordan, Role::Coordinator), (&emirates, Role::Liaison)],
        &[&devices[0]],
        1,
    );
    let history = CharterHistory::opened(signed(&charter, &[&devices[0]]));
    Scene {
        history,
        revocations: Revocations::default(),
        jordan,
        emirates,
        stranger,
        devices,
        roster,
        charter,
    }
}

impl Scene {
    fn by(&self, leaf: u32) -> CommitFacts {
        CommitFacts {
            committer: Committer::Member(leaf),
            made_at_ms: NOW,
            adds: Vec::new(),
            removals: Vec::new(),
            path_leaf: Some(self.at(leaf)),
            charter: None,
        }
    }

    fn at(&self, leaf: u32) -> Accreditation {
        self.devices[leaf as usize].accreditation.clone()
    }

    fn check(&self, facts: &CommitFacts) -> Result<MembershipChange, PolicyRefusal> {
        check_commit(&self.roster, &self.history, &self.revocations, facts, NOW)
    }

    fn opened(&self, charter: &Charter) -> CharterHistory {
        CharterHistory::opened(signed(charter, &[&self.devices[0]]))
    }

    fn add(&self, leaf: u32, added: &Device) -> Result<MembershipChange, PolicyRefusal> {
        let mut facts = self.by(leaf);
        facts.adds.push(added.accreditation.clone());
        self.check(&facts)
    }

    fn remove(&self, leaf: u32, removed: u32) -> Result<MembershipChange, PolicyRefusal> {
        let mut facts = self.by(leaf);
        facts.removals.push(Removal {
            leaf: removed,
            proposer: Some(leaf),
        });
        self.check(&facts)
    }
}

#[test]
fn who_may_admit_whom() {
    let s = scene();
    let own = s.jordan.device(Role::Field, 30);
    let other = s.emirates.device(Role::Field, 31);
    for (committer, added, is_allowed) in [
        (COORDINATOR, &own, true),
        (COORDINATOR, &other, true),
        (LIAISON_JO, &own, true),
        (LIAISON_JO, &other, false),
        (LIAISON_AE, &own, false),
        (LIAISON_AE, &other, true),
        (FIELD_JO, &own, false),
        (FIELD_AE, &other, false),
        (OBSERVER, &other, false),
        (AGENT, &other, false),
    ] {
        let verdict = s.add(committer, added);
        assert_eq!(verdict.is_ok(), is_allowed, "{committer}: {verdict:?}");
        if let Ok(change) = verdict {
            assert_eq!(change.added, [added.accreditation.device()]);
            assert_eq!(change.removed, []);
        }
    }
}

#[test]
fn who_may_remove_whom() {
    let s = scene();
    for (committer, removed, is_allowed) in [
        (COORDINATOR, FIELD_JO, true),
        (COORDINATOR, LIAISON_AE, true),
        (LIAISON_JO, FIELD_JO, true),
        (LIAISON_JO, FIELD_AE, false),
        (LIAISON_AE, AGENT, true),
        (LIAISON_AE, COORDINATOR, false),
        (FIELD_JO, FIELD_AE, false),
        (FIELD_JO, COORDINATOR, false),
        (OBSERVER, AGENT, false),
        (AGENT, OBSERVER, false),
    ] {
        let verdict = s.remove(committer, removed);
        assert_eq!(
            verdict.is_ok(),
            is_allowed,
            "{committer} removes {removed}: {verdict:?}"
        );
    }
}

#[test]
fn anyone_may_leave_and_anyone_may_let_them_go() {
    let s = scene();
    let mut facts = s.by(OBSERVER);
    facts.removals.push(Removal {
        leaf: FIELD_JO,
        proposer: Some(FIELD_JO),
    });
    assert_eq!(s.check(&facts).unwrap().removed, [s.at(FIELD_JO).device()]);
    // But nobody lets somebody go who did not ask.
    facts.removals[0].proposer = None;
    assert_eq!(
        s.check(&facts),
        Err(PolicyRefusal::MayNotRemove(Role::Observer))
    );
}

#[test]
fn an_added_device_must_be_accredited_by_the_charter_now_and_not_too_high() {
    let s = scene();
    assert_eq!(
        s.add(COORDINATOR, &s.stranger.device(Role::Field, 30)),
        Err(PolicyRefusal::UnknownAuthority)
    );
    // The charter lets the Emirates give liaisons at most; an unlisted coordinator is a liaison.
    assert!(
        s.add(COORDINATOR, &s.emirates.device(Role::Coordinator, 30))
            .is_ok()
    );
    let mut low = s.charter.clone();
    low.authorities[1].highest_role = Role::Field;
    let mut facts = s.by(COORDINATOR);
    facts
        .adds
        .push(s.emirates.device(Role::Liaison, 30).accreditation);
    assert_eq!(
        check_commit(&s.roster, &s.opened(&low), &s.revocations, &facts, NOW),
        Err(PolicyRefusal::RoleTooHigh)
    );
    for (from, to, error) in [
        (NOW - DAY, NOW - HOUR, CertificateError::Expired),
        (NOW + HOUR, NOW + DAY, CertificateError::NotYetValid),
    ] {
        assert_eq!(
            s.add(
                COORDINATOR,
                &s.jordan.device_valid(Role::Field, 30, from, to)
            ),
            Err(PolicyRefusal::Accreditation(error))
        );
    }
}

#[test]
fn one_device_one_seat() {
    let s = scene();
    let newcomer = s.jordan.device(Role::Field, 30);
    let mut twice = s.by(COORDINATOR);
    twice.adds = vec![
        newcomer.accreditation.clone(),
        newcomer.accreditation.clone(),
    ];
    assert_eq!(s.check(&twice), Err(PolicyRefusal::SeatTaken));
    assert_eq!(
        s.add(COORDINATOR, &s.devices[FIELD_JO as usize]),
        Err(PolicyRefusal::SeatTaken)
    );
    // Not even with a new certificate of a higher role for the same key.
    assert_eq!(
        s.add(COORDINATOR, &s.jordan.device(Role::Liaison, 12)),
        Err(PolicyRefusal::SeatTaken)
    );
    let mut removals = s.by(COORDINATOR);
    removals.removals = vec![
        Removal {
            leaf: FIELD_JO,
            proposer: Some(COORDINATOR),
        };
        2
    ];
    assert_eq!(s.check(&removals), Err(PolicyRefusal::NoSuchSeat));
    assert_eq!(s.remove(COORDINATOR, 99), Err(PolicyRefusal::NoSuchSeat));
}

#[test]
fn a_committer_keeps_its_seat_its_certificate_and_its_time() {
    let s = scene();
    let mut raised = s.by(FIELD_JO);
    raised.path_leaf = Some(s.jordan.device(Role::Liaison, 12).accreditation);
    assert_eq!(s.check(&raised), Err(PolicyRefusal::LeafChanged));
    let mut nobody = s.by(FIELD_JO);
    nobody.committer = Committer::Member(42);
    assert_eq!(s.check(&nobody), Err(PolicyRefusal::NoSeat));
    let at = |charters: &CharterHistory, now_ms| {
        let mut facts = s.by(FIELD_JO);
        facts.made_at_ms = now_ms;
        check_commit(&s.roster, charters, &s.revocations, &facts, now_ms)
    };
    assert_eq!(at(&s.history, NOW + 4 * HOUR), Err(PolicyRefusal::Closed));
    assert!(
        at(&s.history, NOW + 4 * HOUR - 1).is_ok(),
        "an empty commit until the last moment"
    );
    let mut long = s.charter.clone();
    long.closes_at_ms = NOW + 60 * DAY;
    assert_eq!(
        at(&s.opened(&long), NOW + 40 * DAY),
        Err(PolicyRefusal::Accreditation(CertificateError::Expired))
    );
}

#[test]
fn an_external_commit_brings_back_the_device_itself_and_does_nothing_else() {
    let s = scene();
    let back = |accreditation: &Accreditation, removed: &[u32]| {
        let facts = CommitFacts {
            committer: Committer::External(accreditation.clone()),
            made_at_ms: NOW,
            adds: Vec::new(),
            removals: removed
                .iter()
                .map(|leaf| Removal {
                    leaf: *leaf,
                    proposer: None,
                })
                .collect(),
            path_leaf: Some(accreditation.clone()),
            charter: None,
        };
        s.check(&facts)
    };
    let officer = s.at(FIELD_JO);
    let change = back(&officer, &[FIELD_JO]).unwrap();
    assert_eq!(change.resynced, Some(officer.device()));
    assert_eq!((change.added.len(), change.removed.len()), (0, 0));
    assert_eq!(back(&officer, &[]), Err(PolicyRefusal::NotAResync));
    assert_eq!(back(&officer, &[FIELD_AE]), Err(PolicyRefusal::NotAResync));
    assert_eq!(
        back(&officer, &[FIELD_JO, FIELD_AE]),
        Err(PolicyRefusal::NotAResync)
    );
    let outsider = s.jordan.device(Role::Field, 30).accreditation;
    assert_eq!(back(&outsider, &[FIELD_JO]), Err(PolicyRefusal::NoSeat));
    let promoted = s.jordan.device(Role::Liaison, 12).accreditation;
    assert_eq!(back(&promoted, &[FIELD_JO]), Err(PolicyRefusal::NotAResync));
}

#[test]
fn a_charter_moves_only_with_its_quorum_and_then_judges_what_is_added() {
    let s = scene();
    let mut amended = s.charter.clone();
    amended.amendment = 1;
    amended.previous = s.charter.fingerprint();
    let mut with_stranger = charter(
        &[
            (&s.jordan, Role::Coordinator),
            (&s.emirates, Role::Liaison),
            (&s.stranger, Role::Field),
        ],
        &[&s.devices[0]],
        1,
    );
    amended.authorities = std::mem::take(&mut with_stranger.authorities);
    let newcomer = s.stranger.device(Role::Field, 30).accreditation;
    let mut facts = s.by(COORDINATOR);
    facts.adds.push(newcomer.clone());
    let next = s.history.amended(signed(&amended, &[&s.devices[0]]));
    facts.charter = Some(next.clone());
    let change = s.check(&facts).unwrap();
    assert_eq!(change.charter, Some(next));
    assert_eq!(change.added, [newcomer.device()]);
    // Signed by a liaison, it moves nothing.
    let by_a_liaison = signed(&amended, &[&s.devices[LIAISON_JO as usize]]);
    facts.charter = Some(s.history.amended(by_a_liaison));
    assert!(matches!(s.check(&facts), Err(PolicyRefusal::Charter(_))));
}

/// A listed coordinator whose device was taken: removed, or revoked, or accredited anew.
#[test]
fn only_coordinators_who_sit_sign_an_amendment() {
    let mut s = scene();
    let second = s.jordan.device(Role::Coordinator, 20);
    s.charter.coordinators.push(second.accreditation.device());
    s.charter.quorum = 2;
    s.history = s.opened(&s.charter);
    let mut amended = s.charter.clone();
    amended.amendment = 1;
    amended.previous = s.charter.fingerprint();
    amended.closes_at_ms += HOUR;
    let by_both = |s: &Scene, second: &Device| {
        let mut facts = s.by(COORDINATOR);
        facts.charter = Some(
            s.history
                .amended(signed(&amended, &[&s.devices[0], second])),
        );
        s.check(&facts)
    };
    let not_a_signer = Err(PolicyRefusal::Charter(CharterError::Signer));
    assert_eq!(by_both(&s, &second), not_a_signer, "no seat");

    let mut seats: Vec<&Device> = s.devices.iter().collect();
    seats.push(&second);
    s.roster = roster(&seats);
    assert!(by_both(&s, &second).is_ok());
    // Its key, with another certificate than the one that sits.
    let renewed = s
        .jordan
        .device_valid(Role::Coordinator, 20, NOW - DAY, NOW + 60 * DAY);
    assert_eq!(
        renewed.accreditation.device(),
        second.accreditation.device()
    );
    assert_eq!(by_both(&s, &renewed), not_a_signer, "another certificate");

    let list = crate::people::revocations(&s.jordan, 1, &[second.accreditation.device()]);
    s.revocations.insert(list).unwrap();
    assert_eq!(by_both(&s, &second), Err(PolicyRefusal::Revoked));
}

#[test]
fn a_joiner_asks_the_same_questions() {
    let s = scene();
    assert_eq!(check_roster(&s.roster, &s.charter), Ok(()));
    let ghost = s.stranger.device(Role::Field, 30);
    let mut seats: Vec<&Device> = s.devices.iter().collect();
    seats.push(&ghost);
    assert_eq!(
        check_roster(&roster(&seats), &s.charter),
        Err(PolicyRefusal::UnknownAuthority)
    );
    let invited = s.jordan.device(Role::Field, 31).accreditation;
    let invitation = |leaf| check_invitation(&s.roster, &s.charter, leaf, &invited, NOW);
    assert_eq!(invitation(COORDINATOR), Ok(()));
    assert_eq!(invitation(LIAISON_JO), Ok(()));
    assert!(matches!(
        invitation(LIAISON_AE),
        Err(PolicyRefusal::OtherCountry(..))
    ));
    assert_eq!(
        invitation(FIELD_JO),
        Err(PolicyRefusal::MayNotAdmit(Role::Field))
    );
    assert_eq!(invitation(42), Err(PolicyRefusal::NoSeat));
}

/// Withdrawing a country: its seats go with the very commit that strikes its authority.
#[test]
fn nobody_stays_whom_the_new_charter_does_not_know() {
    let s = scene();
    let mut amended = s.charter.clone();
    amended.amendment = 1;
    amended.previous = s.charter.fingerprint();
    amended.authorities.truncate(1);
    let mut facts = s.by(COORDINATOR);
    facts.charter = Some(s.history.amended(signed(&amended, &[&s.devices[0]])));
    assert_eq!(s.check(&facts), Err(PolicyRefusal::SeatLeft));
    for leaf in [LIAISON_AE, FIELD_AE, OBSERVER] {
        facts.removals.push(Removal {
            leaf,
            proposer: Some(COORDINATOR),
        });
    }
    assert_eq!(
        s.check(&facts),
        Err(PolicyRefusal::SeatLeft),
        "the agent is left"
    );
    facts.removals.push(Removal {
        leaf: AGENT,
        proposer: Some(COORDINATOR),
    });
    assert_eq!(s.check(&facts).unwrap().removed.len(), 4);
    // And once it is out, nobody of it comes in again.
    let after = s.history.amended(signed(&amended, &[&s.devices[0]]));
    let left = roster(&s.devices[..3].iter().collect::<Vec<_>>());
    let mut again = s.by(COORDINATOR);
    again.adds.push(s.at(FIELD_AE));
    assert_eq!(
        check_commit(&left, &after, &s.revocations, &again, NOW),
        Err(PolicyRefusal::UnknownAuthority)
    );
}

/// A hub can't bring an expired accreditation back to life by saying that it is yesterday, nor can
/// a committer alone.
#[test]
fn a_commit_is_of_its_time_by_both_clocks() {
    let s = scene();
    let check = |made_at_ms, now_ms| {
        let mut facts = s.by(COORDINATOR);
        facts.made_at_ms = made_at_ms;
        check_commit(&s.roster, &s.history, &s.revocations, &facts, now_ms)
    };
    let tolerance = entente_protocol::limits::CLOCK_TOLERANCE_MS;
    assert!(check(NOW + tolerance, NOW).is_ok());
    assert!(check(NOW - tolerance, NOW).is_ok());
    assert_eq!(check(NOW + tolerance + 1, NOW), Err(PolicyRefusal::Clock));
    assert_eq!(check(NOW, NOW + tolerance + 1), Err(PolicyRefusal::Clock));
}

#[test]
fn a_revoked_device_neither_commits_nor_comes_back_nor_is_added() {
    let mut s = scene();
    let officer = s.at(FIELD_JO);
    let newcomer = s.jordan.device(Role::Field, 30);
    let list = crate::people::revocations(
        &s.jordan,
        1,
        &[officer.device(), newcomer.accreditation.device()],
    );
    s.revocations.insert(list).unwrap();
    assert_eq!(s.check(&s.by(FIELD_JO)), Err(PolicyRefusal::Revoked));
    assert_eq!(s.add(COORDINATOR, &newcomer), Err(PolicyRefusal::Revoked));
    let back = CommitFacts {
        committer: Committer::External(officer.clone()),
        made_at_ms: NOW,
        adds: Vec::new(),
        removals: vec![Removal {
            leaf: FIELD_JO,
            proposer: None,
        }],
        path_leaf: Some(officer),
        charter: None,
    };
    assert_eq!(s.check(&back), Err(PolicyRefusal::Revoked));
    assert!(s.remove(LIAISON_JO, FIELD_JO).is_ok(), "it can be removed");
    // Another authority's word counts nothing against it.
    let mut others = Revocations::default();
    let foreign = crate::people::revocations(&s.emirates, 1, &[s.at(FIELD_JO).device()]);
    others.insert(foreign).unwrap();
    assert!(check_commit(&s.roster, &s.history, &others, &s.by(FIELD_JO), NOW).is_ok());
}

/// A room of as many seats as there may be takes nobody in, unless somebody goes with the same commit.
#[test]
fn a_full_room_takes_nobody_in() {
    let mut s = scene();
    let more = limits::MAX_SEATS - s.devices.len();
    let crowd: Vec<Device> = (0..u16::try_from(more).unwrap())
        .map(|number| s.jordan.numbered(Role::Field, number))
        .collect();
    let seats: Vec<&Device> = s.devices.iter().chain(&crowd).collect();
    let [.., last] = seats[..] else {
        unreachable!();
    };
    let last = last.accreditation.clone();
    let one = s.jordan.device(Role::Field, 200).accreditation;
    let two = s.jordan.device(Role::Field, 201).accreditation;
    let almost = roster(&seats[..seats.len() - 1]);
    let full = roster(&seats);
    let mut add = |roster: Roster, added: &[&Accreditation], removed: Option<u32>| {
        s.roster = roster;
        let mut facts = s.by(COORDINATOR);
        facts.adds = added.iter().map(|it| (*it).clone()).collect();
        facts.removals.extend(removed.map(|leaf| Removal {
            leaf,
            proposer: Some(COORDINATOR),
        }));
        s.check(&facts).map(|change| change.added.len())
    };
    assert_eq!(add(almost.clone(), &[&one], None), Ok(1));
    assert_eq!(
        add(almost, &[&one, &two], None),
        Err(PolicyRefusal::RoomFull)
    );
    assert_eq!(
        add(full.clone(), &[&one], None),
        Err(PolicyRefusal::RoomFull)
    );
    let leaf = full.seat(last.device()).unwrap().leaf;
    assert_eq!(add(full.clone(), &[&one], Some(leaf)), Ok(1));
    // It can still be led.
    assert_eq!(add(full, &[], None), Ok(0));
}
