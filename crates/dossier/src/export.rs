//! Making a dossier from what a device has kept, and putting those of compartments behind it.

use std::collections::BTreeMap;
use std::sync::Arc;

use entente_protocol::{AuditRow, Fingerprint, Place, RoomId};
use entente_room::playbook::Playbook;
use entente_room::{Author, Event, Evidence, Identity, KeptEntry, KeptEvent, Sitting};
use entente_trust::{Accreditation, Charter, recorded_content};
use tls_codec::VLBytes;

use crate::disclosure::{Clearance, Marks};
use crate::format::{
    EntryPart, FormatError, InnerPart, Opened, Part, PartKind, Recipient, SaidPart, SeatTaken,
    SittingPart, TextPart, encode,
};
use crate::piece::{Head, append, write};

/// A file that was shared in the room.
#[derive(Clone)]
pub struct Attachment {
    /// Place of the event that shared it.
    pub seq: u64,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What is put into a dossier beside the record.
#[derive(Clone, Default)]
pub struct Beside {
    /// Files that were shared.
    pub attachments: Vec<Attachment>,
    /// What the hub has noted of the room.
    pub audit: Vec<AuditRow>,
}

/// Makes a room's dossier, sealed by the device that makes it. With a clearance, what its country may not have is
/// replaced by its commitment.
///
/// # Errors
/// [`FormatError::TooLarge`].
pub fn export(
    identity: &Identity,
    evidence: &Evidence,
    beside: &Beside,
    clearance: Option<&Clearance>,
    made_at_ms: u64,
) -> Result<Vec<u8>, FormatError> {
    let charter = evidence.charters.in_force();
    let mut parts = vec![Part {
        kind: PartKind::Charter,
        place: 0,
        bytes: evidence.charters.encode(),
    }];
    // Members know it; others need not.
    let knows_text = clearance.is_none_or(|it| is_in_charter(it, charter));
    if let Some(text) = evidence.text.as_ref().filter(|_| knows_text) {
        let text = TextPart {
            salt: text.salt,
            exercise: u8::from(text.exercise),
            title: text.title.as_bytes().to_vec().into(),
            playbook: text.playbook.as_bytes().to_vec().into(),
        };
        parts.push(part(PartKind::Text, 0, &text)?);
    }
    chains(evidence, &mut parts)?;
    for (place, list) in (0..).zip(&evidence.revocations) {
        parts.push(Part {
            kind: PartKind::Revocations,
            place,
            bytes: list.clone(),
        });
    }
    let given = Given::of(evidence, clearance, None);
    record(evidence, beside, &given, &mut parts)?;
    let head = head(charter.room, made_at_ms, clearance);
    write(head, &parts, identity.signer(), identity.accreditation())
}

/// Puts the dossier of one of the room's compartments behind what is in a file, and says whether it did: a country that the
/// compartment does not name gets none of it, whatever the handling code, and has the announcement's commitment in the
/// room's record instead. Whoever is named gets of it what the rule for rooms gives.
///
/// # Errors
/// [`FormatError::TooLarge`]; the file is as before then.
pub fn enclose(
    file: &mut Vec<u8>,
    identity: &Identity,
    (room, evidence): (&Evidence, &Evidence),
    beside: &Beside,
    clearance: Option<&Clearance>,
    made_at_ms: u64,
) -> Result<bool, FormatError> {
    let Some(compartment) = &evidence.compartment else {
        return Ok(false);
    };
    if clearance.is_some_and(|it| !compartment.names(it.country)) {
        return Ok(false);
    }
    let mut parts = vec![Part {
        kind: PartKind::Compartment,
        place: 0,
        bytes: compartment.encode(),
    }];
    chains(evidence, &mut parts)?;
    let given = Given::of(evidence, clearance, Some(room));
    record(evidence, beside, &given, &mut parts)?;
    let head = head(compartment.compartment, made_at_ms, clearance);
    let signed_by = (identity.signer(), identity.accreditation());
    append(file, head, &parts, signed_by)?;
    Ok(true)
}

fn head(room: RoomId, made_at_ms: u64, clearance: Option<&Clearance>) -> Head {
    let recipient = clearance.map(|it| Recipient {
        country: it.country,
        handling: it.handling as u8,
    });
    (room, made_at_ms, recipient)
}

fn is_in_charter(clearance: &Clearance, charter: &Charter) -> bool {
    let mut authorities = charter.authorities.iter();
    authorities.any(|authority| authority.country == clearance.country)
}

fn chains(evidence: &Evidence, parts: &mut Vec<Part>) -> Result<(), FormatError> {
    for (place, chain) in (0..).zip(&evidence.chains) {
        let chain: Vec<VLBytes> = chain.iter().map(|der| VLBytes::new(der.clone())).collect();
        parts.push(part(PartKind::Chain, place, &chain)?);
    }
    Ok(())
}

/// Who sat, what lies where, what the hub has noted, and the files.
fn record(
    evidence: &Evidence,
    beside: &Beside,
    given: &Given,
    parts: &mut Vec<Part>,
) -> Result<(), FormatError> {
    for step in &evidence.sittings {
        parts.push(part(PartKind::Sitting, step.seq, &sitting(step))?);
    }
    for (from, to) in &evidence.gaps {
        parts.push(part(PartKind::Gap, *from, to)?);
    }
    for kept in &evidence.entries {
        let seq = kept.head.seq;
        let is_given = given.seqs.get(&seq).copied().unwrap_or(true);
        let entry = entry(kept, is_given);
        parts.push(match above(kept) {
            Some(above) => part(PartKind::Inner, seq, &InnerPart { above, entry })?,
            None => part(PartKind::Entry, seq, &entry)?,
        });
    }
    for row in &beside.audit {
        parts.push(part(PartKind::Audit, row.id, row)?);
    }
    for attachment in &beside.attachments {
        if given.seqs.get(&attachment.seq).copied().unwrap_or(false) {
            parts.push(Part {
                kind: PartKind::Attachment,
                place: attachment.seq,
                bytes: attachment.bytes.clone(),
            });
        }
    }
    Ok(())
}

fn above(kept: &KeptEntry) -> Option<Place> {
    kept.said.as_ref()?.above
}

fn part<T: tls_codec::Serialize>(
    kind: PartKind,
    place: u64,
    value: &T,
) -> Result<Part, FormatError> {
    Ok(Part {
        kind,
        place,
        bytes: encode(value)?,
    })
}

fn sitting(step: &Sitting) -> SittingPart {
    let added = step.added.iter();
    SittingPart {
        epoch: step.epoch,
        charter: step.charter,
        is_whole: u8::from(step.is_whole),
        added: added
            .map(|(leaf, certificate)| SeatTaken {
                leaf: *leaf,
                certificate: *certificate,
            })
            .collect(),
        removed: step.removed.clone(),
    }
}

fn entry(kept: &KeptEntry, is_given: bool) -> EntryPart {
    let head = &kept.head;
    EntryPart {
        kind: head.kind,
        sender: head.sender,
        number: head.number,
        epoch: head.epoch,
        time_ms: head.time_ms,
        message: Fingerprint::from_bytes(head.message),
        said: kept.said.as_ref().map(|said| self::said(said, is_given)),
    }
}

fn said(said: &KeptEvent, is_given: bool) -> SaidPart {
    SaidPart {
        seen_seq: said.seen_seq,
        seen_hash: Fingerprint::from_bytes(said.seen_hash),
        sent_ms: said.sent_ms,
        signature: said.signature.clone().into(),
        content: recorded_content(&said.salt, &said.event),
        opened: is_given.then(|| Opened {
            salt: said.salt,
            event: said.event.clone().into(),
        }),
    }
}

/// What is given and what is withheld.
struct Given {
    /// Whether the event at a place is given.
    seqs: BTreeMap<u64, bool>,
}

type SaidBy = (u64, u64, Option<Author>, Option<Event>);

impl Given {
    /// Of a room, or of a compartment of `room`.
    fn of(evidence: &Evidence, clearance: Option<&Clearance>, room: Option<&Evidence>) -> Self {
        let said = said_by(evidence);
        let Some(clearance) = clearance else {
            return Self {
                seqs: said.iter().map(|(seq, ..)| (*seq, true)).collect(),
            };
        };
        let marks = match room {
            None => Marks::of(playbook(evidence), readable(&said)),
            Some(room) => {
                let mut marks = Marks::of(playbook(room), readable(&said_by(room)));
                marks.read_inner(playbook(room), readable(&said));
                marks
            }
        };
        let seqs = said.iter().map(|(seq, _, author, event)| {
            let both = author.as_ref().zip(event.as_ref());
            let is_given = both.is_some_and(|(author, event)| {
                // That there is a compartment everybody may know, and that is all it says.
                matches!(event, Event::Compartment(_)) || marks.allows(clearance, author, event)
            });
            (*seq, is_given)
        });
        Self {
            seqs: seqs.collect(),
        }
    }
}

fn playbook(evidence: &Evidence) -> Option<Arc<Playbook>> {
    let text = evidence.text.as_ref()?;
    Playbook::from_json(&text.playbook).ok().map(Arc::new)
}

fn readable(said: &[SaidBy]) -> impl Iterator<Item = (u64, u64, &Author, &Event)> {
    said.iter().filter_map(|(seq, time_ms, author, event)| {
        Some((*seq, *time_ms, author.as_ref()?, event.as_ref()?))
    })
}

/// Every event with its place, time and author, as far as they can be read.
fn said_by(evidence: &Evidence) -> Vec<SaidBy> {
    let charter = evidence.charters.in_force();
    let mut authors = BTreeMap::new();
    for chain in &evidence.chains {
        if let Ok(accreditation) = Accreditation::from_chain(chain) {
            authors.insert(accreditation.device(), author_of(&accreditation, charter));
        }
    }
    let entries = evidence.entries.iter().filter_map(|kept| {
        let said = kept.said.as_ref()?;
        Some((
            kept.head.seq,
            kept.head.time_ms,
            authors.get(&kept.head.sender).cloned(),
            Event::decode(&said.event).ok(),
        ))
    });
    entries.collect()
}

/// A device's name under a charter.
pub(crate) fn author_of(accreditation: &Accreditation, charter: &Charter) -> Author {
    Author {
        device: accreditation.device(),
        callsign: accreditation.callsign().to_owned(),
        country: accreditation.country(),
        role: charter.role_of(accreditation),
    }
}
