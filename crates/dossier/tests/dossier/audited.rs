//! The hub's audit log in a dossier: whatever is changed in it shows, by itself or beside the record.

use entente_dossier::{Beside, Findings, Remark, Spot, Wrong, export};
use entente_protocol::{AuditRow, Fingerprint, MessageKind};
use entente_room::Evidence;
use entente_trust::chain;
use sha2::{Digest as _, Sha256};

use crate::stage::{DUNE, FALCON, PETRA, check, evidence, played};
use crate::support::World;

/// Rows as the hub writes them, with a row of another room before every second one.
fn log(entries: &[(u64, String)]) -> Vec<AuditRow> {
    let mut rows = Vec::new();
    let mut before = [0; 32];
    let mut id = 0;
    for (time_ms, entry) in entries {
        if rows.len() % 2 == 1 {
            id += 1;
            before = digest(before, *time_ms, "room_opened room=another");
        }
        id += 1;
        let digest = digest(before, *time_ms, entry);
        rows.push(AuditRow {
            id,
            before: Fingerprint::from_bytes(before),
            time_ms: *time_ms,
            entry: entry.as_bytes().to_vec().into(),
            digest: Fingerprint::from_bytes(digest),
        });
        before = digest;
    }
    rows
}

fn digest(before: [u8; 32], time_ms: u64, entry: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"Entente 1.0 Audit");
    hash.update(before);
    hash.update(time_ms.to_be_bytes());
    hash.update(entry);
    hash.finalize().into()
}

/// What an honest hub has noted of the played room.
fn entries(world: &World, kept: &Evidence) -> Vec<(u64, String)> {
    let room = kept.charters.in_force().room;
    let device = |member: usize| world.members[member].identity.device();
    let mut entries = Vec::new();
    for entry in &kept.entries {
        let head = &entry.head;
        let (seq, by, epoch) = (head.seq, head.sender, head.epoch);
        if head.kind == MessageKind::Opening as u8 {
            entries.push((head.time_ms, format!("room_opened room={room} by={by}")));
        }
        if head.kind == MessageKind::Commit as u8 {
            let commit = format!("commit room={room} seq={seq} epoch={epoch} by={by}");
            entries.push((head.time_ms, commit));
        }
    }
    let last = kept.entries.last().unwrap().head;
    let joined = kept.sittings.last().unwrap().seq;
    let falcon = device(FALCON);
    entries.push((
        last.time_ms,
        format!("seat_added room={room} seq={joined} device={falcon}"),
    ));
    let links = kept.entries.iter().map(|entry| entry.head.link());
    let digest = Fingerprint::from_bytes(links.fold([0; 32], chain));
    let to = last.seq;
    entries.push((
        last.time_ms,
        format!("messages_digest room={room} from=1 to={to} digest={digest}"),
    ));
    entries.push((last.time_ms, format!("room_closed room={room} at_ms=1")));
    entries
}

fn found(world: &World, kept: &Evidence, audit: Vec<AuditRow>) -> Findings {
    let beside = Beside {
        audit,
        ..Beside::default()
    };
    let identity = &world.members[PETRA].identity;
    let file = export(identity, kept, &beside, None, world.now).unwrap();
    check(world, &file).0
}

#[test]
fn an_honest_log_is_confirmed_but_for_what_only_the_hub_knows() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let entries = entries(&world, &kept);
    let findings = found(&world, &kept, log(&entries));
    assert!(findings.holds(), "{:?}", findings.faults);
    let audited = findings.audit.unwrap();
    let rows = entries.len() as u64;
    assert_eq!(
        (
            audited.rows,
            audited.confirmed,
            audited.hub_alone,
            audited.to
        ),
        (rows, rows - 1, 1, kept.entries.last().unwrap().head.seq)
    );
    assert!(findings.remarks.contains(&Remark::HubAlone { rows: 1 }));
    assert!(!findings.remarks.contains(&Remark::NoAudit));
}

#[test]
fn a_row_that_was_changed_or_moved_breaks_the_chain() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let rows = log(&entries(&world, &kept));
    for (place, row) in rows.iter().enumerate() {
        let mut others = Vec::new();
        for change in 0..4 {
            let mut changed = row.clone();
            match change {
                0 => changed.time_ms += 1,
                1 => changed.entry = [row.entry.as_slice(), b" x=1"].concat().into(),
                2 => changed.before = Fingerprint::from_bytes([7; 32]),
                _ => changed.digest = Fingerprint::from_bytes([7; 32]),
            }
            others.push(changed);
        }
        for changed in others {
            let mut rows = rows.clone();
            rows[place] = changed;
            let findings = found(&world, &kept, rows);
            let at = Spot::Audit { id: row.id };
            let broken = findings.faults.iter();
            let broken = broken.filter(|it| it.at == at && it.wrong == Wrong::BrokenChain);
            assert_eq!(broken.count(), 1, "{:?}", findings.faults);
        }
    }
    // One that was left out, where nothing else lies between its neighbours.
    let entries: Vec<_> = entries(&world, &kept);
    let mut dense = Vec::new();
    let mut before = [0; 32];
    for (id, (time_ms, entry)) in (1..).zip(&entries) {
        let digest = digest(before, *time_ms, entry);
        dense.push(AuditRow {
            id,
            before: Fingerprint::from_bytes(before),
            time_ms: *time_ms,
            entry: entry.as_bytes().to_vec().into(),
            digest: Fingerprint::from_bytes(digest),
        });
        before = digest;
    }
    assert!(found(&world, &kept, dense.clone()).holds());
    dense.remove(2);
    for row in &mut dense[2..] {
        row.id -= 1;
    }
    assert!(!found(&world, &kept, dense).holds());
}

#[test]
fn a_log_that_tells_otherwise_than_the_record_is_named() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let honest = entries(&world, &kept);
    let dune = world.members[DUNE].identity.device().to_string();
    let petra = world.members[PETRA].identity.device().to_string();
    let room = kept.charters.in_force().room.to_string();
    type Lie<'a> = (&'a str, &'a dyn Fn(&str) -> String);
    let lies: [Lie<'_>; 5] = [
        ("room_opened", &|entry| entry.replace(&petra, &dune)),
        ("commit", &|entry| entry.replace("epoch=", "epoch=1")),
        ("seat_added", &|entry| {
            entry.replace("seat_added", "seat_removed")
        }),
        ("messages_digest", &|entry| {
            entry.replace("from=1", "from=2")
        }),
        ("room_closed", &|entry| {
            entry.replace(&room, &"ab".repeat(16))
        }),
    ];
    for (what, lie) in lies {
        let mut told = honest.clone();
        let place = told.iter().position(|(_, entry)| entry.starts_with(what));
        let place = place.unwrap();
        told[place].1 = lie(&told[place].1);
        assert_ne!(told[place], honest[place], "{what}");
        let rows = log(&told);
        let at = Spot::Audit { id: rows[place].id };
        let findings = found(&world, &kept, rows);
        let wrong: Vec<_> = findings.faults.iter().map(|it| (it.at, it.wrong)).collect();
        assert_eq!(wrong, [(at, Wrong::OtherRecord)], "{what}");
    }
    // A commit that was delivered and never noted.
    let mut told = honest.clone();
    let commits = told
        .iter()
        .position(|(_, entry)| entry.starts_with("commit"));
    told.remove(commits.unwrap());
    let findings = found(&world, &kept, log(&told));
    assert_eq!(findings.faults.len(), 1, "{:?}", findings.faults);
    assert_eq!(findings.faults[0].wrong, Wrong::NotLogged);
}
