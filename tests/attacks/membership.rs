//! Seats, roles, charters: a corrupt member commits what it may not, and the hub orders it.

use std::sync::Arc;

use entente_client::engine::{EngineEvent, Wish as EngineWish};
use entente_client::now_ms;
use entente_protocol::{DeviceId, MessageKind, RoomId};
use entente_room::{Notice, SecurityEvent, Session};
use entente_tests::{Rogue, Wish, accredited, home_made};
use entente_trust::{Charter, CharterHistory, RevocationList, Role, SignedCharter};

use crate::stage::{CLASSIC, Stage, event, newcomer, security, within};

fn adding(identity: entente_room::Identity) -> Wish {
    Wish {
        adds: vec![Rogue::new(Arc::new(identity)).key_package()],
        ..Wish::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ghost_of_a_home_made_authority() {
    let stage = Stage::set().await;
    let mut liaison = stage.corrupt(Role::Liaison);
    stage.admit(&mut liaison).await;
    let ghost = adding(home_made("CI", Role::Field, 66));
    stage
        .refused(
            &mut liaison,
            &ghost,
            "does not name the added device's authority",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ghost_of_a_country_that_the_charter_does_not_name() {
    let stage = Stage::set().await;
    let mut coordinator = stage.corrupt(Role::Coordinator);
    stage.admit(&mut coordinator).await;
    let ghost = adding(home_made("FR", Role::Field, 66));
    stage
        .refused(
            &mut coordinator,
            &ghost,
            "does not name the added device's authority",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_officer_admits_somebody() {
    let stage = Stage::set().await;
    let mut officer = stage.corrupt(Role::Field);
    stage.admit(&mut officer).await;
    let friend = adding(newcomer(&stage, Role::Field, (-1, 30)));
    stage
        .refused(&mut officer, &friend, "a field may not admit")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_liaison_admits_for_another_country() {
    let stage = Stage::set().await;
    let mut liaison = stage.corrupt(Role::Liaison);
    stage.admit(&mut liaison).await;
    // A real device of AE, with a real key package of its own.
    let (_, other) = stage.cast.enrol("AE", "Drill", Role::Field).await;
    let mut keys = entente_room::KeyStore::default();
    let made = keys.generate(&other, 1, 1, false, now_ms()).unwrap();
    let wish = Wish {
        adds: made.once,
        ..Wish::default()
    };
    stage
        .refused(&mut liaison, &wish, "a liaison of CI acts for AE")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_officer_removes_somebody() {
    let stage = Stage::set().await;
    let mut officer = stage.corrupt(Role::Field);
    stage.admit(&mut officer).await;
    let victim = stage.bellows.identity.device();
    let leaf = stage
        .anvil
        .engine
        .view(stage.room, move |s| s.roster().seat(victim).unwrap().leaf)
        .await
        .unwrap();
    let wish = Wish {
        removals: vec![openmls::prelude::LeafNodeIndex::new(leaf)],
        ..Wish::default()
    };
    stage
        .refused(&mut officer, &wish, "a field may not remove")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_raised_in_a_new_certificate() {
    let stage = Stage::set().await;
    let mut officer = stage.corrupt(Role::Field);
    stage.admit(&mut officer).await;
    // Its own bureau gives the same key a higher role.
    let raised = accredited(
        &stage.key,
        &stage.root,
        Role::Coordinator,
        [100 + Role::Field as u8; 32],
        (-1, 30),
    );
    assert_eq!(raised.device(), officer.device());
    let wish = Wish {
        own_leaf: Some(Arc::new(raised)),
        ..Wish::default()
    };
    stage
        .refused(&mut officer, &wish, "changed its accreditation")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_certificate_is_admitted() {
    let stage = Stage::set().await;
    let mut liaison = stage.corrupt(Role::Liaison);
    stage.admit(&mut liaison).await;
    let ghost = adding(newcomer(&stage, Role::Field, (-30, -1)));
    stage.refused(&mut liaison, &ghost, "has expired").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_tomorrow_is_admitted() {
    let stage = Stage::set().await;
    let mut liaison = stage.corrupt(Role::Liaison);
    stage.admit(&mut liaison).await;
    let ghost = adding(newcomer(&stage, Role::Field, (1, 30)));
    stage.refused(&mut liaison, &ghost, "not valid yet").await;
}

fn revocations(stage: &Stage, devices: &[DeviceId]) -> Vec<u8> {
    RevocationList {
        version: RevocationList::VERSION,
        authority: stage.root.fingerprint(),
        number: 1,
        issued_at_ms: now_ms(),
        devices: devices.to_vec(),
    }
    .sign(&stage.key, &stage.root)
    .encode()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_is_admitted_again() {
    let stage = Stage::set().await;
    let mut liaison = stage.corrupt(Role::Liaison);
    stage.admit(&mut liaison).await;
    let revoked = newcomer(&stage, Role::Field, (-1, 30));
    let list = revocations(&stage, &[revoked.device()]);
    let hub = DeviceId::from_bytes([0; 16]);
    stage
        .liar
        .inject(stage.room, MessageKind::Revocation, hub, list);
    stage
        .refused(
            &mut liaison,
            &adding(revoked),
            "was revoked by its authority",
        )
        .await;
}

/// The charter in force, changed and signed by whoever is given.
fn amended(history: &CharterHistory, change: impl FnOnce(&mut Charter), by: &Rogue) -> Wish {
    let mut charter = history.in_force().clone();
    charter.amendment += 1;
    charter.previous = history.in_force().fingerprint();
    change(&mut charter);
    let signature = charter.sign(by.identity.signer(), by.identity.accreditation());
    let signed = SignedCharter {
        charter,
        signatures: vec![signature],
    };
    Wish {
        charters: Some(history.amended(signed)),
        ..Wish::default()
    }
}

async fn charters(stage: &Stage) -> CharterHistory {
    let view = stage
        .anvil
        .engine
        .view(stage.room, |s: &Session| s.charters().clone());
    view.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charter_changed_without_its_quorum() {
    let stage = Stage::set_with(2).await;
    let mut coordinator = stage.corrupt(Role::Coordinator);
    stage.admit(&mut coordinator).await;
    let history = charters(&stage).await;
    let alone = amended(&history, |charter| charter.quorum = 1, &coordinator);
    stage
        .refused(
            &mut coordinator,
            &alone,
            "lacks the coordinators' signatures",
        )
        .await;
}

/// Its key signs on, and somebody who still sits commits what it signs.
#[tokio::test(flavor = "multi_thread")]
async fn an_amendment_signed_by_a_revoked_coordinator() {
    let stage = Stage::set().await;
    let mut coordinator = stage.corrupt(Role::Coordinator);
    let mut helper = stage.corrupt(Role::Field);
    for rogue in [&mut coordinator, &mut helper] {
        stage.admit(rogue).await;
    }
    let list = revocations(&stage, &[coordinator.device()]);
    let hub = DeviceId::from_bytes([0; 16]);
    stage
        .liar
        .inject(stage.room, MessageKind::Revocation, hub, list);
    let gone = coordinator.device();
    for member in stage.honest() {
        let evicted = member
            .engine
            .until(stage.room, move |s| s.roster().seat(gone).is_none());
        within(evicted).await.unwrap();
    }
    let log = stage.liar.log(stage.room);
    let eviction = log.iter().rfind(|it| it.kind == MessageKind::Commit);
    assert!(helper.take(eviction.unwrap().message.as_slice()));
    let history = charters(&stage).await;
    let longer = amended(
        &history,
        |charter| charter.closes_at_ms += 3_600_000,
        &coordinator,
    );
    stage
        .refused(&mut helper, &longer, "signed by somebody who may not")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_time_box_moved_by_somebody_who_may_not() {
    let stage = Stage::set().await;
    let mut officer = stage.corrupt(Role::Field);
    stage.admit(&mut officer).await;
    let history = charters(&stage).await;
    let longer = amended(
        &history,
        |charter| charter.closes_at_ms += 3_600_000,
        &officer,
    );
    stage
        .refused(&mut officer, &longer, "signed by somebody who may not")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_time_box_moved_beyond_the_maximum() {
    let stage = Stage::set().await;
    let mut coordinator = stage.corrupt(Role::Coordinator);
    stage.admit(&mut coordinator).await;
    let history = charters(&stage).await;
    let for_ever = amended(
        &history,
        |charter| {
            charter.closes_at_ms = charter.latest_close_ms + 1;
            charter.latest_close_ms += 1;
        },
        &coordinator,
    );
    stage
        .refused(&mut coordinator, &for_ever, "hard maximum")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_of_the_charter_rewritten() {
    let stage = Stage::set().await;
    let mut coordinator = stage.corrupt(Role::Coordinator);
    stage.admit(&mut coordinator).await;
    let mut opening = charters(&stage).await.in_force().clone();
    opening.coordinators = vec![coordinator.device()];
    let identity = coordinator.identity.clone();
    let signature = opening.sign(identity.signer(), identity.accreditation());
    let rewritten = CharterHistory::opened(SignedCharter {
        charter: opening,
        signatures: vec![signature],
    });
    assert_eq!(rewritten.check_standing(), Ok(()), "in order by itself");
    let wish = Wish {
        charters: Some(rewritten),
        ..Wish::default()
    };
    stage
        .refused(&mut coordinator, &wish, "does not follow on the charter")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_external_commit_by_a_device_without_a_seat() {
    let stage = Stage::set().await;
    let before = stage.pictures().await;
    let events = stage.listen();
    // In due form accredited, and never admitted: the hub has given it all that it needs.
    let mut outsider = stage.corrupt(Role::Liaison);
    let bundle = outsider.external_commit(&stage.liar.group_info(stage.room));
    stage.liar.commit(outsider.device(), bundle);
    for events in events {
        let alarm = security(events, |event| {
            matches!(event, SecurityEvent::CommitRefused { .. })
        });
        assert_eq!(
            alarm.await,
            SecurityEvent::CommitRefused {
                code: "no-seat".to_owned(),
                rule: "the committer has no seat".to_owned()
            }
        );
    }
    assert_eq!(stage.pictures().await, before);
}

/// The hub has the removed member's client, which does not follow its removal but stays in the epoch
/// that it has, and gives it everything that is said later.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_member_is_given_the_later_ciphertexts() {
    let stage = Stage::set().await;
    let mut rogue = stage.corrupt(Role::Field);
    stage.admit(&mut rogue).await;
    let joined = stage.liar.log(stage.room).len();
    stage.say(&stage.anvil, "while it sat").await;
    // Said in its last epoch, and given to it only when it is out: it can still read that.
    let kept = stage.say(&stage.anvil, "its last").await;
    let removal = EngineWish::Remove(vec![rogue.device()]);
    let removed = stage.anvil.engine.commit(stage.room, removal);
    let removed = within(removed).await.unwrap();
    for text in ["one", "two", "three"] {
        stage.say(&stage.anvil, text).await;
        stage.say(&stage.bellows, text).await;
    }
    let log = stage.liar.log(stage.room);
    let mut read = Vec::new();
    for delivery in log.iter().filter(|it| it.kind == MessageKind::Application) {
        // The last ones first: what it can't read must not spoil what it can.
        if delivery.seq > removed && rogue.reads(delivery.message.as_slice()) {
            read.push(delivery.seq);
        }
    }
    let later = log.iter().filter(|it| it.seq > removed);
    assert_eq!(later.count(), 6, "they went on");
    assert!(read.is_empty(), "{read:?}, removed at #{removed}");
    assert!(rogue.group().is_active(), "by its own lights it still sits");
    let before = &log[usize::try_from(kept).unwrap() - 1];
    assert!(
        joined < usize::try_from(before.seq).unwrap() && rogue.reads(before.message.as_slice()),
        "its keys are those of its last epoch"
    );
}

/// The hub hands out a key package of its own instead of the wanted device's: by an authority of its
/// own, by one of the charter's for its own device, or another real officer's.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_package_replaced_by_the_hubs_own() {
    let stage = Stage::set().await;
    let (_, wanted) = stage.cast.enrol("AE", "Drill", Role::Field).await;
    let (_, other) = stage.cast.enrol("AE", "Awl", Role::Field).await;
    let mut keys = entente_room::KeyStore::default();
    let of_other = keys.generate(&other, CLASSIC, 1, false, now_ms()).unwrap();
    let impostors = [
        home_made("AE", Role::Field, 66),
        newcomer(&stage, Role::Field, (-1, 30)),
    ];
    let mut substitutes: Vec<Vec<u8>> = impostors
        .into_iter()
        .map(|impostor| Rogue::new(Arc::new(impostor)).key_package())
        .collect();
    substitutes.extend(of_other.once);
    for substitute in substitutes {
        is_a_false_key_package(&stage, wanted.device(), substitute).await;
    }
    // The room goes on.
    stage.say(&stage.anvil, "nobody came").await;
}

/// The wanted device's own certificate, of the charter's own authority, around the hub's key: the
/// leaf is signed by a key that the certificate does not name.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_package_with_the_right_certificate_and_another_key() {
    let stage = Stage::set().await;
    let (_, wanted) = stage.cast.enrol("AE", "Drill", Role::Field).await;
    let hubs_own = Rogue::new(Arc::new(home_made("AE", Role::Field, 66)));
    let credential = wanted.accreditation().to_credential();
    // In the certificate's name: by its own key, and with the certificate's key named in the leaf.
    let named = wanted.accreditation().key().to_vec();
    let own = hubs_own.identity.accreditation().key().to_vec();
    for key in [own, named] {
        let forged = hubs_own.key_package_as(credential.clone(), key);
        is_a_false_key_package(&stage, wanted.device(), forged).await;
    }
    stage.say(&stage.anvil, "nobody came").await;
}

async fn is_a_false_key_package(stage: &Stage, wanted: DeviceId, substitute: Vec<u8>) {
    let before = stage.pictures().await;
    let events = stage.anvil.engine.events();
    stage.liar.substitute(wanted, substitute);
    let admit = EngineWish::Admit(vec![wanted]);
    let refused = within(stage.anvil.engine.commit(stage.room, admit)).await;
    assert!(refused.is_err(), "{refused:?}");
    security(events, |event| {
        *event == SecurityEvent::FalseKeyPackage { wanted }
    })
    .await;
    assert_eq!(stage.pictures().await, before);
}

/// In an honest officer's name: signed by nobody, signed for another room, and a real one of long
/// ago. An officer who did not ask is not shown as one who does.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_join_that_nobody_made() {
    let stage = Stage::set().await;
    let (_, drill) = stage.cast.enrol("AE", "Drill", Role::Field).await;
    let asker = drill.device();
    let before = stage.pictures().await;
    let mut unsigned = drill.ask_to_join(stage.room, now_ms());
    unsigned.signature = vec![0; 64].into();
    let mut of_another_room = drill.ask_to_join(RoomId::from_bytes([9; 16]), now_ms());
    of_another_room.room = stage.room;
    for false_one in [unsigned, of_another_room] {
        let events = stage.bellows.engine.events();
        stage.liar.show(stage.bellows.identity.device(), false_one);
        security(events, |event| {
            *event == SecurityEvent::FalseJoinRequest { asker }
        })
        .await;
    }
    let long_ago = now_ms() - 6 * 3_600_000;
    let old = drill.ask_to_join(stage.room, long_ago);
    stage.liar.show(stage.bellows.identity.device(), old);
    // What came before the answer was looked at.
    stage.bellows.engine.clock().await.unwrap();
    let real = drill.ask_to_join(stage.room, now_ms());
    let events = stage.bellows.engine.events();
    let asking = |now_ms| {
        let look = move |session: &Session| session.askers(now_ms).count();
        stage.bellows.engine.view(stage.room, look)
    };
    assert_eq!(asking(now_ms()).await.unwrap(), 0);
    stage.liar.show(stage.bellows.identity.device(), real);
    event(events, |event| {
        matches!(event, EngineEvent::Room { notice: Notice::AskedToJoin { asker: it }, .. }
            if it.device == asker)
    })
    .await;
    assert_eq!(asking(now_ms()).await.unwrap(), 1);
    assert_eq!(stage.pictures().await, before);
}
