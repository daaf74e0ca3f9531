//! A member who lies in the dossier that it makes of a compartment: each part of it is signed by somebody, and the room
//! was told.

use std::collections::BTreeSet;
use std::path::Path;

use entente_dossier::{Announced, Beside, Fault, Findings, Remark, Spot, Wrong};
use entente_protocol::RoomId;
use entente_room::{Event, Evidence, Say, Session};
use entente_tests::{Cast, HubProcess, Member};
use entente_trust::{Compartment, Country, Role};

use crate::stage::{CLASSIC, within};

/// A room of three countries with a compartment of two, in which both have spoken.
struct Scene {
    anvil: Member,
    copper: Member,
    room: RoomId,
    inner: RoomId,
    cast: Cast,
    _brass: Member,
    _hub: HubProcess,
}

fn countries(codes: &[&str]) -> Vec<Country> {
    codes.iter().map(|code| code.parse().unwrap()).collect()
}

fn say(text: &str) -> Event {
    Event::Say(Say {
        text: text.to_owned(),
        urgent: false,
        reply_to: None,
    })
}

async fn heard(member: &Member, room: RoomId, count: usize) {
    let heard = move |session: &Session| {
        let said = session.record();
        said.filter(|(.., event)| matches!(event, Event::Say(_)))
            .count()
            == count
    };
    within(member.engine.until(room, heard)).await.unwrap();
}

async fn scene(folder: &Path) -> Scene {
    let hub = HubProcess::start(&folder.join("hub"), &[]);
    let cast = Cast::new(folder, &hub.url(), &["JO", "AE", "CI"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let brass = cast.member("AE", "Brass", Role::Liaison).await;
    let copper = cast.member("CI", "Copper", Role::Liaison).await;
    let room = cast.open_room(&anvil, &[&brass, &copper], CLASSIC).await;
    let opening = anvil
        .engine
        .open_compartment(room, countries(&["JO", "AE"]));
    let inner = within(opening).await.unwrap();
    let admit = entente_client::engine::Wish::Admit(vec![brass.identity.device()]);
    within(anvil.engine.commit(inner, admit)).await.unwrap();
    let ready = brass.engine.until(inner, Session::is_board_ready);
    within(ready).await.unwrap();
    for (by, text) in [(&brass, "at the creek"), (&anvil, "understood")] {
        within(by.engine.say(inner, say(text))).await.unwrap();
    }
    heard(&anvil, inner, 2).await;
    Scene {
        anvil,
        copper,
        room,
        inner,
        cast,
        _brass: brass,
        _hub: hub,
    }
}

impl Scene {
    async fn kept(&self, room: RoomId) -> Evidence {
        let kept = self.anvil.engine.view(room, Session::evidence);
        kept.await.unwrap()
    }

    /// What is found in a dossier that Anvil makes of the room and of a compartment of which it says that it kept this.
    async fn found(&self, kept: Option<&Evidence>) -> Findings {
        let room = self.kept(self.room).await;
        let (identity, beside) = (&self.anvil.identity, Beside::default());
        let now_ms = entente_client::now_ms();
        let mut file = entente_dossier::export(identity, &room, &beside, None, now_ms).unwrap();
        if let Some(kept) = kept {
            let both = (&room, kept);
            entente_dossier::enclose(&mut file, identity, both, &beside, None, now_ms).unwrap();
        }
        let authorities = self.cast.authorities();
        let pinned: BTreeSet<_> = authorities.iter().map(|it| it.root).collect();
        let (findings, _) = entente_dossier::verify(&file, &pinned).unwrap();
        assert_eq!(findings.faults, [], "the room is as it was");
        findings
    }
}

fn at(wrong: Wrong) -> Fault {
    Fault {
        at: Spot::Compartment,
        wrong,
    }
}

/// Of the record under another announcement nobody has said a word, whether that announcement was made or not.
#[tokio::test(flavor = "multi_thread")]
async fn a_compartments_record_under_another_announcement() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path()).await;
    let kept = s.kept(s.inner).await;
    let own = kept.compartment.clone().unwrap();
    let findings = s.found(Some(&kept)).await;
    assert!(findings.holds(), "{:?}", findings.compartments);
    let proven = findings.compartments[0].findings.counts.proven;
    assert!(proven >= 2);

    let opening = s
        .anvil
        .engine
        .open_compartment(s.room, countries(&["JO", "CI"]));
    let other = within(opening).await.unwrap();
    let other = s.kept(other).await.compartment.unwrap();
    // By the announcement of another compartment; at its place; as one of more countries, of which the room never heard.
    let moved = Compartment::new(
        (own.room, own.compartment),
        own.countries.clone(),
        other.announced,
        own.salt,
    );
    let widened = Compartment::new(
        (own.room, own.compartment),
        countries(&["JO", "AE", "CI"]),
        own.announced,
        own.salt,
    );
    for (compartment, wrong) in [
        (other, None),
        (moved.unwrap(), Some(Wrong::NotAnnounced)),
        (widened.unwrap(), Some(Wrong::NotAnnounced)),
    ] {
        let mut kept = kept.clone();
        kept.compartment = Some(compartment);
        let findings = s.found(Some(&kept)).await;
        let found = &findings.compartments[0].findings;
        assert_eq!(found.counts.proven, 0);
        let forged = found.faults.iter().filter(|it| it.wrong == Wrong::Forged);
        assert_eq!(forged.count() as u64, proven);
        if let Some(wrong) = wrong {
            assert!(found.faults.contains(&at(wrong)), "{:?}", found.faults);
        }
    }
}

/// Nothing in the file tells that something is not there, but the room was told how many there are.
#[tokio::test(flavor = "multi_thread")]
async fn a_compartment_left_out_of_a_dossier_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path()).await;
    let kept = s.kept(s.inner).await;
    let missing = Remark::NotHere { count: 1 };
    let findings = s.found(Some(&kept)).await;
    assert_eq!(findings.announced, Some(Announced { total: 1, here: 1 }));
    assert!(!findings.remarks.contains(&missing));
    let findings = s.found(None).await;
    assert!(findings.holds());
    assert_eq!(findings.announced, Some(Announced { total: 1, here: 0 }));
    assert!(findings.remarks.contains(&missing));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_a_country_that_a_compartment_does_not_name() {
    let folder = tempfile::tempdir().unwrap();
    let s = scene(folder.path()).await;
    let mut kept = s.kept(s.inner).await;
    let copper = s.copper.identity.accreditation();
    kept.chains.push(copper.chain().to_vec());
    let step = kept.sittings.last_mut().unwrap();
    step.added.insert(77, copper.fingerprint());
    let seq = step.seq;
    let findings = s.found(Some(&kept)).await;
    let found = &findings.compartments[0].findings;
    let fault = Fault {
        at: Spot::Sitting { seq },
        wrong: Wrong::NotNamed,
    };
    assert!(found.faults.contains(&fault), "{:?}", found.faults);
    assert_eq!(found.counts.proven, 0);
}
