//! What of a room stands on a TAK server's map: places of targets and of members that may leave, and nothing else.

use std::collections::BTreeMap;

use entente_dossier::{Clearance, Marks};
use entente_room::{
    Board, Handling, Position, Session, Target, TargetId, TargetKind, TargetStatus,
};
use sha2::{Digest as _, Sha256};

use super::cot::CotEvent;

/// What every uid of ours begins with.
const PREFIX: &str = "entente-";

/// How long a place counts after it was measured, milliseconds; as on the board.
const STALE_AFTER_MS: u64 = 15 * 60_000;

/// How often what has not changed is told again, for those who come to the server later.
const REPEAT_MS: u64 = 60_000;

/// How long a server still has what was taken off the map, milliseconds: some pass over what has no time left.
const GONE_AFTER_MS: u64 = 1_000;

/// What stands on the map.
#[derive(Default)]
pub(super) struct Mirror {
    shown: BTreeMap<String, (CotEvent, u64)>,
}

/// What should, with the targets behind it.
pub(super) struct Wanted {
    pub(super) events: Vec<CotEvent>,
    pub(super) targets: BTreeMap<String, TargetId>,
}

/// Whether an event is one of ours, coming back.
pub(super) fn is_ours(uid: &str) -> bool {
    uid.starts_with(PREFIX)
}

impl Mirror {
    /// What to send so that the map shows what is wanted: what is new or has moved, what must be told again, and what must
    /// go.
    pub(super) fn to(&mut self, wanted: Vec<CotEvent>, now_ms: u64) -> Vec<CotEvent> {
        let mut out = Vec::new();
        let mut next = BTreeMap::new();
        for event in wanted {
            let known = self.shown.remove(&event.uid);
            let told_ms = match known {
                Some((known, told_ms)) if known == event && now_ms < told_ms + REPEAT_MS => told_ms,
                _ => {
                    out.push(event.clone());
                    now_ms
                }
            };
            next.insert(event.uid.clone(), (event, told_ms));
        }
        let gone = core::mem::replace(&mut self.shown, next);
        for (uid, (last, _)) in gone {
            // Servers keep what they have been told until it is stale, for those who come later.
            out.push(CotEvent {
                time_ms: now_ms,
                stale_ms: now_ms + GONE_AFTER_MS,
                callsign: String::new(),
                remarks: String::new(),
                ..last
            });
            out.push(CotEvent::delete(&uid, now_ms));
        }
        out
    }

    /// The server is another one, or has forgotten: all of it must be told again.
    pub(super) fn forget_times(&mut self) {
        for (_, told_ms) in self.shown.values_mut() {
            *told_ms = 0;
        }
    }
}

/// What may stand on the map now.
pub(super) fn wanted(session: &Session, handling: Handling, now_ms: u64) -> Wanted {
    let country = session.identity().accreditation().country();
    let clearance = Clearance { country, handling };
    let board = session.board();
    let marks = Marks::of_board(board);
    let room = session.room();
    let uid = |kind: &[u8], id: &[u8]| {
        // Of the room and its devices a uid tells nothing.
        let mut hash = Sha256::new();
        hash.update(b"Entente 1.0 TakUid");
        hash.update(room.as_bytes());
        hash.update(kind);
        hash.update(id);
        let hash = hash.finalize();
        let hex = data_encoding::HEXLOWER.encode(hash.get(..12).unwrap_or_default());
        format!("{PREFIX}{hex}")
    };
    let mut wanted = Wanted {
        events: Vec::new(),
        targets: BTreeMap::new(),
    };
    for (id, target) in allowed(board, &marks, &clearance) {
        let uid = uid(b"target", id.as_bytes());
        wanted.targets.insert(uid.clone(), id);
        wanted.events.extend(on_map(target, uid));
    }
    for (author, live) in session.positions() {
        let may_leave = author.country == country || marks.allows_target(&clearance, None);
        if may_leave && author.device != session.device() {
            wanted.events.push(CotEvent {
                uid: uid(b"member", author.device.as_bytes()),
                kind: "a-f-G-U-C".to_owned(),
                time_ms: live.at_ms,
                stale_ms: live.at_ms.saturating_add(STALE_AFTER_MS),
                position: Some(live.position),
                callsign: author.callsign.clone(),
                ..CotEvent::default()
            });
        }
    }
    wanted.events.retain(|event| now_ms < event.stale_ms);
    wanted
}

fn allowed<'a>(
    board: &'a Board,
    marks: &'a Marks,
    clearance: &'a Clearance,
) -> impl Iterator<Item = (TargetId, &'a Target)> {
    let targets = board.targets();
    targets.filter(move |(id, target)| {
        target.status.value != TargetStatus::StoodDown && marks.allows_target(clearance, Some(*id))
    })
}

/// A target where it was seen last.
fn on_map(target: &Target, uid: String) -> Option<CotEvent> {
    let (seen, position): (_, Position) = target.last_position()?;
    Some(CotEvent {
        uid,
        kind: kind_of(target.kind.value).to_owned(),
        time_ms: seen.seen_at_ms,
        stale_ms: seen.seen_at_ms.saturating_add(STALE_AFTER_MS),
        position: Some(position),
        callsign: target.name.value.clone(),
        remarks: target.status.value.as_str().to_owned(),
        ..CotEvent::default()
    })
}

/// The symbol on a map (MIL-STD-2525 as CoT has it): suspect, on the ground, at sea or in the air.
const fn kind_of(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Vehicle => "a-s-G-E-V",
        TargetKind::Vessel => "a-s-S-X",
        TargetKind::Aircraft => "a-s-A-C",
        TargetKind::Place => "a-s-G-I",
        TargetKind::Person
        | TargetKind::Container
        | TargetKind::Parcel
        | TargetKind::Phone
        | TargetKind::Account
        | TargetKind::Vendor => "a-s-G",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(uid: &str, time_ms: u64) -> CotEvent {
        CotEvent {
            uid: uid.into(),
            kind: "a-s-G".into(),
            time_ms,
            stale_ms: time_ms + STALE_AFTER_MS,
            ..CotEvent::default()
        }
    }

    #[test]
    fn the_map_is_told_what_changes_and_what_must_go() {
        let mut mirror = Mirror::default();
        let uids = |events: Vec<CotEvent>| -> Vec<String> {
            events.into_iter().map(|it| it.uid).collect()
        };
        assert_eq!(
            uids(mirror.to(vec![at("a", 1), at("b", 1)], 10)),
            ["a", "b"]
        );
        assert!(mirror.to(vec![at("a", 1), at("b", 1)], 20).is_empty());
        assert_eq!(uids(mirror.to(vec![at("a", 2), at("b", 1)], 30)), ["a"]);
        let repeated = mirror.to(vec![at("a", 2), at("b", 1)], 10 + REPEAT_MS);
        assert_eq!(uids(repeated), ["b"]);
        let gone = mirror.to(vec![at("b", 1)], 20 + REPEAT_MS);
        assert_eq!((gone.len(), gone[0].uid.as_str()), (2, "a"));
        assert!(gone[0].stale_ms < gone[0].time_ms + 2 * GONE_AFTER_MS);
        assert_eq!(gone[1].links, ["a"]);
        mirror.forget_times();
        assert_eq!(uids(mirror.to(vec![at("b", 1)], 30 + REPEAT_MS)), ["b"]);
    }
}
