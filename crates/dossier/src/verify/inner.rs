//! The dossiers of compartments behind that of their room: each is checked as a room's, by what the room was at the
//! places that its members name, and held against what was announced in the room.

use std::collections::{BTreeMap, BTreeSet};

use entente_protocol::{Fingerprint, RoomId};
use entente_room::{Board, TargetId};
use entente_trust::Compartment;

use super::Check;
use super::above::Above;
use crate::fault::{Fault, Spot, Wrong};
use crate::findings::{Announced, Attested, Counts, Findings, Inner, Remark};
use crate::format::FormatError;
use crate::opened::Dossier;
use crate::piece::{cut, inner};
use crate::story::{Story, play};

/// Checks what is behind a room's dossier, and counts what is not.
pub(super) fn check(behind: &[u8], findings: &mut Findings, room: &mut Dossier) {
    let (pieces, rest) = inner(behind);
    if !rest.is_empty() {
        findings.faults.push(at_end(Wrong::Trailing));
    }
    let story = play(room);
    let above = Above::of(room);
    let mut here = BTreeSet::new();
    let mut opened = Vec::new();
    for (piece, number) in pieces.into_iter().zip(1..) {
        let (compartment, mut found) = match cut(piece.bytes) {
            Err(error) => unreadable(error),
            Ok(cut) => {
                let mut announced = None;
                let (mut found, mut dossier, tail) =
                    super::check(cut, Some(&above), |check, inner| {
                        announced = check.compartment(inner, room, &story);
                    });
                if !tail.is_empty() {
                    found.faults.push(at_end(Wrong::Trailing));
                }
                if announced.is_some_and(|commitment| !here.insert(commitment)) {
                    found.faults.push(Fault {
                        at: Spot::Compartment,
                        wrong: Wrong::Doubled,
                    });
                }
                dossier.named_above = named(&dossier, room, &story.board);
                let compartment = dossier.compartment.clone();
                opened.push(dossier);
                (compartment, found)
            }
        };
        if piece.is_cut_short {
            found.faults.push(at_end(Wrong::CutShort));
        }
        found.sort();
        findings.compartments.push(Inner {
            number,
            announced: compartment.as_ref().map(|it| it.announced),
            countries: compartment.map(|it| it.countries).unwrap_or_default(),
            findings: found,
        });
    }
    let announced = Announced {
        total: story.board.compartments().len() as u64,
        here: here.len() as u64,
    };
    let missing = announced.total.saturating_sub(announced.here);
    if missing > 0 {
        findings.remarks.push(Remark::NotHere { count: missing });
    }
    findings.announced = Some(announced);
    findings.sort();
    room.compartments = opened;
}

/// The targets of the room that events of a compartment may name. Where some of the room's are withheld it can't be known that
/// one was not there.
fn named(inner: &Dossier, room: &Dossier, board: &Board) -> BTreeMap<u64, Vec<TargetId>> {
    let is_open = room.entries.values().all(|entry| {
        let said = entry.said.as_ref();
        said.is_none_or(|said| said.event.is_some())
    });
    let said = inner.entries.iter().filter_map(|(seq, entry)| {
        let (_, event) = entry.proven()?;
        let place = entry.said.as_ref()?.above?;
        let named = if is_open {
            board.named_at(event, place.seq)
        } else {
            event.targets_beside()
        };
        Some((*seq, named))
    });
    said.filter(|(_, named)| !named.is_empty()).collect()
}

fn at_end(wrong: Wrong) -> Fault {
    Fault {
        at: Spot::End,
        wrong,
    }
}

/// Of what begins as a compartment's dossier and is none.
fn unreadable(error: FormatError) -> (Option<Compartment>, Findings) {
    let at = match error {
        FormatError::Seal => Spot::Seal,
        _ => Spot::Contents,
    };
    let findings = Findings {
        room: RoomId::from_bytes([0; RoomId::LEN]),
        made_at_ms: 0,
        made_by: None,
        made_for: None,
        authorities: Vec::new(),
        people: Vec::new(),
        counts: Counts::default(),
        attested: Attested::default(),
        audit: None,
        announced: None,
        faults: vec![Fault {
            at,
            wrong: Wrong::Unreadable,
        }],
        remarks: Vec::new(),
        compartments: Vec::new(),
    };
    (None, findings)
}

impl Check<'_> {
    /// What a compartment is, and that it is this room's; its commitment, if it was announced there.
    fn compartment(
        &mut self,
        dossier: &mut Dossier,
        room: &Dossier,
        story: &Story,
    ) -> Option<Fingerprint> {
        dossier.charters.clone_from(&room.charters);
        dossier.text.clone_from(&room.text);
        let Some(compartment) = &dossier.compartment else {
            // That its part was changed is said already.
            if !self.faults.iter().any(|it| it.at == Spot::Compartment) {
                self.fault(Spot::Compartment, Wrong::Missing { to: 0 });
            }
            return None;
        };
        if (compartment.room, compartment.compartment) != (room.room, dossier.room) {
            self.fault(Spot::Compartment, Wrong::OtherRoom);
            return None;
        }
        let commitment = compartment.commitment();
        let mut announced = story.board.compartments().iter();
        let is_announced = announced.any(|it| {
            it.commitment == *commitment.as_bytes() && it.stamp.seq == compartment.announced
        });
        if is_announced {
            return Some(commitment);
        }
        let seq = compartment.announced;
        if is_known(room, story, seq) {
            self.fault(Spot::Compartment, Wrong::NotAnnounced);
        } else {
            self.remarks.push(Remark::AnnouncementUnseen { seq });
        }
        None
    }
}

/// Whether it is known what was said at a place of the room, by its record or by what the board was at its beginning.
fn is_known(room: &Dossier, story: &Story, seq: u64) -> bool {
    let Some(entry) = room.entries.get(&seq) else {
        let first = room.entries.first_key_value().map(|(first, _)| *first);
        return story.begins_with_snapshot && first.is_some_and(|first| seq < first);
    };
    let said = entry.said.as_ref();
    // Withheld is what was signed and is not opened.
    said.is_none_or(|said| said.author.is_none() || said.event.is_some())
}
