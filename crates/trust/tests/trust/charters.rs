//! What opens a room and what may follow on it.

use entente_protocol::{Fingerprint, RoomId, limits};
use entente_trust::{Charter, CharterError, CharterHistory, Consents, Role, SignedCharter, Terms};

use crate::people::{Country, DAY, Device, HOUR, NOW, charter, signed};

struct Opening {
    history: CharterHistory,
    jordan: Country,
    emirates: Country,
    first: Device,
    second: Device,
    officer: Device,
    charter: Charter,
}

/// Jordan and the Emirates, a coordinator each, both of whom must sign amendments.
fn opening() -> Opening {
    let jordan = Country::new("JO", 1);
    let emirates = Country::new("AE", 2);
    let first = jordan.device(Role::Coordinator, 10);
    let second = emirates.device(Role::Coordinator, 20);
    let officer = jordan.device(Role::Field, 11);
    let charter = charter(
        &[(&jordan, Role::Coordinator), (&emirates, Role::Coordinator)],
        &[&first, &second],
        2,
    );
    Opening {
        history: CharterHistory::opened(signed(&charter, &[&first])),
        jordan,
        emirates,
        first,
        second,
        officer,
        charter,
    }
}

/// The history that a signed charter opens, checked; and whether it may follow on another.
trait Check {
    fn opens(&self) -> Result<(), CharterError>;
    fn follows(&self, current: &CharterHistory) -> Result<(), CharterError>;
}

impl Check for SignedCharter {
    fn opens(&self) -> Result<(), CharterError> {
        let history = CharterHistory::opened(self.clone());
        let checked = history.check_opening(NOW);
        if checked.is_ok() {
            assert_eq!(history.check_standing(), Ok(()));
        }
        checked
    }

    fn follows(&self, current: &CharterHistory) -> Result<(), CharterError> {
        let next = current.amended(self.clone());
        let checked = next.check_follows(current, NOW);
        // Whoever joins later finds the same.
        if checked.is_ok() {
            assert_eq!(next.check_standing(), Ok(()));
            assert!(next.continues(current) && !current.continues(&next));
        }
        checked
    }
}

fn next(charter: &Charter) -> Charter {
    Charter {
        amendment: charter.amendment + 1,
        previous: charter.fingerprint(),
        ..charter.clone()
    }
}

#[test]
fn a_coordinator_of_the_charter_opens_it_and_nobody_else() {
    let o = opening();
    assert_eq!(signed(&o.charter, &[&o.first]).opens(), Ok(()));
    assert_eq!(signed(&o.charter, &[&o.second]).opens(), Ok(()));
    assert_eq!(signed(&o.charter, &[]).opens(), Err(CharterError::Quorum));
    assert_eq!(
        signed(&o.charter, &[&o.officer]).opens(),
        Err(CharterError::Signer)
    );
    // Accredited as coordinator, but not one of this room's.
    let unlisted = o.jordan.device(Role::Coordinator, 12);
    assert_eq!(
        signed(&o.charter, &[&unlisted]).opens(),
        Err(CharterError::Signer)
    );
    // Listed, but its authority may give no coordinator.
    let mut low = o.charter.clone();
    low.authorities[0].highest_role = Role::Liaison;
    assert_eq!(signed(&low, &[&o.first]).opens(), Err(CharterError::Signer));
    // Listed, but accredited as a field officer only.
    let mut lists_officer = o.charter.clone();
    lists_officer.coordinators[0] = o.officer.accreditation.device();
    assert_eq!(
        signed(&lists_officer, &[&o.officer]).opens(),
        Err(CharterError::Signer)
    );
}

#[test]
fn a_signature_is_over_this_charter_by_this_device() {
    let o = opening();
    let mut moved = signed(&o.charter, &[&o.first]);
    moved.charter.closes_at_ms += 1;
    assert!(matches!(moved.opens(), Err(CharterError::Certificate(_))));
    let mut borrowed = signed(&o.charter, &[&o.second]);
    borrowed.signatures[0].chain = signed(&o.charter, &[&o.first]).signatures[0].chain.clone();
    assert!(matches!(
        borrowed.opens(),
        Err(CharterError::Certificate(_))
    ));
    let expired = o
        .jordan
        .device_valid(Role::Coordinator, 10, NOW - DAY, NOW - HOUR);
    assert!(matches!(
        signed(&o.charter, &[&expired]).opens(),
        Err(CharterError::Certificate(_))
    ));
}

#[test]
fn fields_out_of_range_open_nothing() {
    let o = opening();
    let refused = |change: &dyn Fn(&mut Charter)| {
        let mut charter = o.charter.clone();
        change(&mut charter);
        signed(&charter, &[&o.first]).opens().unwrap_err()
    };
    let time = CharterError::Field("time box");
    let authorities = CharterError::Field("list of authorities");
    let coordinators = CharterError::Field("list of coordinators");
    let quorum = CharterError::Field("quorum");
    assert_eq!(refused(&|c| c.closes_at_ms = c.opens_at_ms - 1), time);
    assert_eq!(refused(&|c| c.closes_at_ms = c.latest_close_ms + 1), time);
    assert_eq!(
        refused(&|c| c.latest_close_ms = c.opens_at_ms + limits::MAX_TIME_BOX_MS + 1),
        time
    );
    assert_eq!(refused(&|c| c.authorities.clear()), authorities);
    assert_eq!(
        refused(&|c| c.authorities.push(c.authorities[0].clone())),
        authorities
    );
    assert_eq!(refused(&|c| c.coordinators.clear()), coordinators);
    assert_eq!(
        refused(&|c| c.coordinators.push(c.coordinators[0])),
        coordinators
    );
    assert_eq!(refused(&|c| c.quorum = 0), quorum);
    assert_eq!(refused(&|c| c.quorum = 3), quorum);
    assert_eq!(refused(&|c| c.amendment = 1), CharterError::NotNext);
    assert_eq!(
        refused(&|c| c.previous = Fingerprint::from_bytes([1; 32])),
        CharterError::NotNext
    );
}

#[test]
fn an_amendment_needs_its_whole_quorum() {
    let o = opening();
    let longer = Charter {
        closes_at_ms: o.charter.closes_at_ms + HOUR,
        ..next(&o.charter)
    };
    let check = |signers: &[&Device]| signed(&longer, signers).follows(&o.history);
    assert_eq!(check(&[&o.first, &o.second]), Ok(()));
    assert_eq!(check(&[]), Err(CharterError::Quorum));
    assert_eq!(check(&[&o.first]), Err(CharterError::Quorum));
    assert_eq!(check(&[&o.first, &o.first]), Err(CharterError::Signer));
    assert_eq!(check(&[&o.first, &o.officer]), Err(CharterError::Signer));
    // Who comes in with the amendment has no say in it.
    let newcomer = o.jordan.device(Role::Coordinator, 13);
    let mut self_made = longer.clone();
    self_made.coordinators.push(newcomer.accreditation.device());
    assert_eq!(
        signed(&self_made, &[&o.first, &newcomer]).follows(&o.history),
        Err(CharterError::Signer)
    );
    // Nor does an amendment lower the bar for itself.
    let lower = Charter {
        quorum: 1,
        ..next(&o.charter)
    };
    assert_eq!(
        signed(&lower, &[&o.first]).follows(&o.history),
        Err(CharterError::Quorum)
    );
}

#[test]
fn an_amendment_follows_on_the_charter_in_force_and_no_other() {
    let o = opening();
    let both = [&o.first, &o.second];
    let first = next(&o.charter);
    let second = next(&first);
    assert_eq!(signed(&first, &both).follows(&o.history), Ok(()));
    let amended = o.history.amended(signed(&first, &both));
    assert_eq!(signed(&second, &both).follows(&amended), Ok(()));
    // Skipped, repeated, or the opening again.
    for (wrong, current) in [
        (&second, &o.history),
        (&first, &amended),
        (&o.charter, &amended),
    ] {
        assert_eq!(
            signed(wrong, &both).follows(current),
            Err(CharterError::NotNext)
        );
    }
    // On a fork: another opening, the same amendment.
    let fork = Charter {
        closes_at_ms: o.charter.closes_at_ms - HOUR,
        ..o.charter.clone()
    };
    let fork = CharterHistory::opened(signed(&fork, &[&o.first]));
    assert_eq!(
        signed(&first, &both).follows(&fork),
        Err(CharterError::NotNext)
    );
    assert!(!amended.continues(&fork));
    // Two at once, one rewritten, or one taken back.
    let both_at_once = amended.amended(signed(&second, &both));
    assert_eq!(
        both_at_once.check_follows(&o.history, NOW),
        Err(CharterError::NotNext)
    );
    let rewritten = Charter {
        closes_at_ms: first.closes_at_ms + HOUR,
        ..first.clone()
    };
    let rewritten = o.history.amended(signed(&rewritten, &both));
    assert_eq!(
        rewritten
            .amended(signed(&second, &both))
            .check_follows(&amended, NOW),
        Err(CharterError::NotNext)
    );
    assert_eq!(
        o.history.check_follows(&amended, NOW),
        Err(CharterError::NotNext)
    );
}

/// A joiner that is shown a history with a hole, or one that a coordinator of today wrote for
/// yesterday, does not believe it.
#[test]
fn a_joiner_checks_the_whole_way() {
    let o = opening();
    let both = [&o.first, &o.second];
    let newcomer = o.jordan.device(Role::Coordinator, 13);
    let mut seized = next(&o.charter);
    seized.coordinators = vec![newcomer.accreditation.device()];
    seized.quorum = 1;
    let by_itself = o.history.amended(signed(&seized, &[&newcomer]));
    assert_eq!(by_itself.check_standing(), Err(CharterError::Signer));
    let lawful = o.history.amended(signed(&seized, &both));
    assert_eq!(lawful.check_standing(), Ok(()));
    let then = next(&seized);
    let on_top = lawful.amended(signed(&then, &[&newcomer]));
    assert_eq!(on_top.check_standing(), Ok(()));
    // The same end of the story, its middle left out.
    let with_a_hole = o.history.amended(signed(&then, &[&newcomer]));
    assert_eq!(with_a_hole.check_standing(), Err(CharterError::NotNext));
}

#[test]
fn an_amendment_can_not_touch_what_is_fixed_nor_pass_the_maximum() {
    let o = opening();
    let refused = |change: &dyn Fn(&mut Charter)| {
        let mut amended = next(&o.charter);
        change(&mut amended);
        signed(&amended, &[&o.first, &o.second])
            .follows(&o.history)
            .unwrap_err()
    };
    assert_eq!(
        refused(&|c| c.room = RoomId::from_bytes([8; 16])),
        CharterError::Fixed("room")
    );
    assert_eq!(
        refused(&|c| c.ciphersuite = 1),
        CharterError::Fixed("ciphersuite")
    );
    assert_eq!(
        refused(&|c| c.opens_at_ms -= 1),
        CharterError::Fixed("opening time")
    );
    assert_eq!(
        refused(&|c| c.latest_close_ms += 1),
        CharterError::Fixed("hard maximum")
    );
    assert_eq!(
        refused(&|c| c.text_digest = Fingerprint::from_bytes([1; 32])),
        CharterError::Fixed("secret text")
    );
    assert_eq!(
        refused(&|c| c.closes_at_ms = c.latest_close_ms + 1),
        CharterError::Field("time box")
    );
    assert_eq!(
        refused(&|c| c.closes_at_ms = NOW - limits::CLOCK_TOLERANCE_MS - 1),
        CharterError::End
    );
}

#[test]
fn encoding_is_exact() {
    let o = opening();
    let good = o
        .history
        .amended(signed(&next(&o.charter), &[&o.first, &o.second]));
    let bytes = good.encode();
    assert_eq!(CharterHistory::decode(&bytes), Ok(good));
    for end in 0..bytes.len() {
        assert_eq!(
            CharterHistory::decode(&bytes[..end]),
            Err(CharterError::Malformed)
        );
    }
    assert_eq!(o.emirates.authority.country().to_string(), "AE");
}

/// A charter of version 1 as it was written before there was another one.
#[test]
fn a_charter_without_terms_is_read_as_it_was_written() {
    let o = opening();
    let mut old = o.charter.clone();
    old.terms = Terms::Unsaid;
    let bytes = old.encode();
    let mut by_hand = vec![0, 1];
    by_hand.extend(old.room.as_bytes());
    by_hand.extend(old.ciphersuite.to_be_bytes());
    by_hand.extend([0; 4 + 32]);
    by_hand.extend(old.opens_at_ms.to_be_bytes());
    assert_eq!(bytes[..by_hand.len()], by_hand);
    assert_eq!(Charter::decode(&bytes), Ok(old.clone()));
    assert_eq!(signed(&old, &[&o.first]).opens(), Ok(()));
    assert_eq!(old.terms.retention_ms(), limits::DEFAULT_RETENTION_MS);
    assert_eq!(old.terms.consents(), Consents::NONE);

    // A new one says so right behind its version, and is another charter to whoever signs it.
    let new = Charter {
        terms: Terms::default().keeping(7).agreeing(Consents::TAK),
        ..old.clone()
    };
    let with = [&[0, 2][..], &7_u64.to_be_bytes(), &[1]].concat();
    assert_eq!(new.encode()[..with.len()], with);
    assert_eq!(new.encode()[with.len()..], bytes[2..]);
    assert_eq!(Charter::decode(&new.encode()), Ok(new.clone()));
    assert_ne!(new.fingerprint(), old.fingerprint());
    assert_eq!(new.shred_at_ms(), new.closes_at_ms + 7);
    assert_eq!(new.forget_at_ms(), new.latest_close_ms);
    for version in [0, 3] {
        let mut other = bytes.clone();
        other[1] = version;
        assert_eq!(Charter::decode(&other), Err(CharterError::Malformed));
    }
}

#[test]
fn terms_stay_within_their_bounds_and_are_never_unsaid() {
    let o = opening();
    let opened = |terms: Terms| {
        let charter = Charter {
            terms,
            ..o.charter.clone()
        };
        signed(&charter, &[&o.first, &o.second]).opens()
    };
    let most = Terms::default().keeping(limits::MAX_RETENTION_MS);
    assert_eq!(opened(most), Ok(()));
    let more = Terms::default().keeping(limits::MAX_RETENTION_MS + 1);
    assert_eq!(opened(more), Err(CharterError::Field("retention")));
    // A consent that this version does not know is not one that anybody gave.
    let mut bytes = Charter {
        terms: most,
        ..o.charter.clone()
    }
    .encode();
    bytes[10] = 0x81;
    let unknown = Charter::decode(&bytes).unwrap();
    let unknown = signed(&unknown, &[&o.first, &o.second]);
    assert_eq!(unknown.opens(), Err(CharterError::Field("consents")));

    let amended = |from: Terms, to: Terms| {
        let current = Charter {
            terms: from,
            ..o.charter.clone()
        };
        let history = CharterHistory::opened(signed(&current, &[&o.first, &o.second]));
        let next = Charter {
            terms: to,
            ..next(&current)
        };
        signed(&next, &[&o.first, &o.second]).follows(&history)
    };
    assert_eq!(amended(Terms::Unsaid, most), Ok(()));
    assert_eq!(amended(Terms::Unsaid, Terms::Unsaid), Ok(()));
    assert_eq!(amended(most, Terms::default().keeping(0)), Ok(()));
    assert_eq!(
        amended(most, Terms::Unsaid),
        Err(CharterError::Fixed("version"))
    );
}

#[test]
fn a_consent_takes_the_quorum_from_the_beginning() {
    let o = opening();
    assert_eq!(o.charter.quorum, 2);
    let charter = Charter {
        terms: Terms::default().agreeing(Consents::TAK),
        ..o.charter.clone()
    };
    assert_eq!(
        signed(&charter, &[&o.first]).opens(),
        Err(CharterError::Quorum)
    );
    assert_eq!(signed(&charter, &[&o.first, &o.second]).opens(), Ok(()));
}
