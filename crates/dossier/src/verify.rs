//! Checking a dossier: the file, the people, what each of them signed, and the order.

use std::collections::{BTreeMap, BTreeSet};

use entente_protocol::{Authenticated, DeviceId, Fingerprint, Statement};
use entente_room::{Author, Event};
use entente_trust::{
    Accreditation, CharterHistory, LinkHead, digest_of_seats, may_sit, recorded_content,
};

use crate::export::author_of;
use crate::fault::{Fault, Spot, Wrong};
use crate::findings::{Attested, Audited, AuthorityFound, Counts, Findings, Person, Remark};
use crate::format::{FormatError, SaidPart, digest};
use crate::opened::{Dossier, Said};
use crate::piece::{Cut, read};
use above::Above;

mod above;
mod audit;
mod beside;
mod inner;
mod order;

/// Checks a file. `pinned` are the roots of authorities that whoever checks has from elsewhere.
///
/// # Errors
/// [`FormatError`] if it is no dossier; its text says which of its first bytes are not.
pub fn verify(
    file: &[u8],
    pinned: &BTreeSet<Fingerprint>,
) -> Result<(Findings, Dossier), FormatError> {
    let (mut findings, mut dossier, behind) = check(read(file)?, None, |check, dossier| {
        check.charters(dossier, pinned)
    });
    inner::check(behind, &mut findings, &mut dossier);
    Ok((findings, dossier))
}

/// Checks the dossier of a room, or of a compartment by what is known of its room; gives what is behind it. `prepare` looks
/// at what the rest is judged by.
fn check<'a>(
    cut: Cut<'a>,
    above: Option<&Above<'_>>,
    prepare: impl FnOnce(&mut Check<'_>, &mut Dossier),
) -> (Findings, Dossier, &'a [u8]) {
    let mut check = Check {
        above,
        ..Check::default()
    };
    let made_by = cut.seal.signer();
    if made_by.is_none() {
        check.fault(Spot::Seal, Wrong::NotSealed);
    }
    let is_whole = digest(cut.contents_bytes) == cut.seal.contents;
    let mut contents = cut.contents;
    if !is_whole {
        check.fault(Spot::Contents, Wrong::Changed);
        // Where the parts begin and what they are is not known any more.
        contents.rows.clear();
    }
    let parts = if is_whole { cut.parts } else { &[] };
    let is_inner = above.is_some();
    let (mut dossier, behind) = Dossier::of_parts(&contents, parts, is_inner, &mut check.faults);
    if is_whole {
        prepare(&mut check, &mut dossier);
    }
    if is_whole && is_inner == dossier.compartment.is_some() {
        check.missing(&dossier);
        check.said(&mut dossier);
        let maker = made_by.as_ref().map(Accreditation::device);
        check.attested = order::check(&dossier, maker, &mut check.faults, &mut check.remarks);
        check.audited = audit::check(&dossier, &mut check.faults, &mut check.remarks);
        check.attachments(&mut dossier);
        check.revoked(&dossier);
    }
    let made_for = contents.recipient.map(|it| (it.country, it.handling));
    let mut findings = Findings {
        room: dossier.room,
        made_at_ms: dossier.made_at_ms,
        made_by: made_by.as_ref().map(Person::of),
        made_for,
        authorities: check.authorities,
        people: dossier.chains.values().map(Person::of).collect(),
        counts: check.counts,
        attested: check.attested,
        audit: check.audited,
        announced: None,
        faults: check.faults,
        remarks: check.remarks,
        compartments: Vec::new(),
    };
    findings.sort();
    (findings, dossier, behind)
}

#[derive(Default)]
struct Check<'a> {
    /// Of a compartment: the room in which it lies.
    above: Option<&'a Above<'a>>,
    authorities: Vec<AuthorityFound>,
    counts: Counts,
    attested: Attested,
    audited: Option<Audited>,
    faults: Vec<Fault>,
    remarks: Vec<Remark>,
}

/// Those who sit, as the sittings up to a place make them.
#[derive(Default)]
struct Seats {
    certificates: BTreeMap<u32, Fingerprint>,
    by_device: BTreeMap<DeviceId, Fingerprint>,
    digest: Option<Fingerprint>,
    charter: Option<Fingerprint>,
    epoch: u64,
    since: u64,
    is_attested: bool,
}

impl Check<'_> {
    fn fault(&mut self, at: Spot, wrong: Wrong) {
        self.faults.push(Fault { at, wrong });
    }

    /// Each event: by whom, to whom, and that it is what was signed.
    fn said(&mut self, dossier: &mut Dossier) {
        let mut seats = Seats::default();
        let mut steps: Vec<u64> = dossier.sittings.keys().rev().copied().collect();
        let places: Vec<u64> = dossier.entries.keys().copied().collect();
        let mut heard = BTreeSet::new();
        let mut out_of_time = BTreeSet::new();
        self.counts.entries = places.len() as u64;
        for seq in places {
            while steps.last().is_some_and(|step| *step < seq) {
                if let Some(step) = steps.pop() {
                    self.sit(dossier, &mut seats, step);
                }
            }
            let Some(entry) = dossier.entries.get(&seq) else {
                continue;
            };
            let Some(said) = &entry.said else {
                if entry.head.kind == entente_protocol::MessageKind::Application as u8 {
                    self.remarks.push(Remark::Unheard { seq });
                }
                continue;
            };
            let author = match self.prove(dossier, &seats, seq) {
                Ok(Some(author)) => author,
                Ok(None) => {
                    self.remarks.push(Remark::RoomUnknown { seq });
                    continue;
                }
                Err(wrong) => {
                    self.fault(Spot::Entry { seq }, wrong);
                    continue;
                }
            };
            seats.is_attested = true;
            let head = &entry.head;
            if !heard.insert((head.sender, seats.epoch, head.number)) {
                self.fault(Spot::Entry { seq }, Wrong::Doubled);
            }
            let is_late = seats
                .by_device
                .get(&head.sender)
                .and_then(|certificate| dossier.chains.get(certificate))
                .is_some_and(|it| it.check_time(head.time_ms).is_err());
            if is_late && out_of_time.insert(head.sender) {
                let device = head.sender;
                self.remarks.push(Remark::OutOfTime { seq, device });
            }
            self.counts.proven += 1;
            let event = self.open(&said.part, seq);
            if let Some(said) = dossier
                .entries
                .get_mut(&seq)
                .and_then(|it| it.said.as_mut())
            {
                said.author = Some(author);
                said.event = event;
            }
        }
        for step in steps.into_iter().rev() {
            self.sit(dossier, &mut seats, step);
        }
        self.leave(&seats);
    }

    fn leave(&mut self, seats: &Seats) {
        if seats.since > 0 && !seats.is_attested {
            self.remarks.push(Remark::Unattested { seq: seats.since });
        }
    }

    /// Those who sit since a place.
    fn sit(&mut self, dossier: &Dossier, seats: &mut Seats, seq: u64) {
        let Some(step) = dossier.sittings.get(&seq) else {
            return;
        };
        self.leave(seats);
        if step.is_whole == 1 {
            seats.certificates.clear();
        }
        for leaf in &step.removed {
            seats.certificates.remove(leaf);
        }
        for seat in &step.added {
            seats.certificates.insert(seat.leaf, seat.certificate);
        }
        let at = Spot::Sitting { seq };
        let charter = dossier.charter(step.charter);
        if charter.is_none() && dossier.charters.is_some() {
            self.fault(at, Wrong::OtherCharter);
        }
        seats.by_device.clear();
        for certificate in seats.certificates.values() {
            let Some(accreditation) = dossier.chains.get(certificate) else {
                // Which one, is said where its part was changed; that one is missing, only here.
                let is_told = self
                    .faults
                    .iter()
                    .any(|fault| matches!(fault.at, Spot::Chain { .. }));
                if !is_told {
                    self.faults.push(Fault {
                        at,
                        wrong: Wrong::NoCertificate,
                    });
                }
                continue;
            };
            if charter.is_some_and(|charter| !may_sit(accreditation, charter)) {
                self.faults.push(Fault {
                    at,
                    wrong: Wrong::NoRight,
                });
            }
            let compartment = dossier.compartment.as_ref();
            if compartment.is_some_and(|it| !it.names(accreditation.country())) {
                self.faults.push(Fault {
                    at,
                    wrong: Wrong::NotNamed,
                });
            }
            seats.by_device.insert(accreditation.device(), *certificate);
        }
        let digest = digest_of_seats(&seats.certificates);
        let compartment = dossier.compartment.as_ref();
        let digest = compartment.map_or(digest, |it| it.digest_of_seats(digest));
        seats.digest = Some(digest);
        seats.charter = Some(step.charter);
        seats.epoch = step.epoch;
        seats.since = seq;
        seats.is_attested = false;
    }

    /// Whose event it is. None in a compartment, if its author has signed it and nobody can tell who stood in the room
    /// where it says that it has seen it last.
    fn prove(&self, dossier: &Dossier, seats: &Seats, seq: u64) -> Result<Option<Author>, Wrong> {
        let entry = dossier.entries.get(&seq).ok_or(Wrong::NoSeat)?;
        let said = entry.said.as_ref().ok_or(Wrong::Forged)?;
        let above = self.above.zip(said.above);
        let charter = match above {
            Some((above, place)) => above.charter_at(place.seq),
            None => seats.charter,
        };
        let Some(charter) = charter else {
            if above.is_none() {
                return Err(Wrong::NoSeat);
            }
            let mut charters = dossier.charters.iter().flat_map(CharterHistory::all);
            let is_signed = charters.any(|it| {
                let signed = check_signature(dossier, seats, (&entry.head, said), it.fingerprint());
                signed.is_ok()
            });
            return is_signed.then_some(None).ok_or(Wrong::Forged);
        };
        let author = check_signature(dossier, seats, (&entry.head, said), charter)?;
        if let Some((above, place)) = above {
            above.check(place, seats.certificates.values())?;
        }
        let charter = dossier.charter(charter).ok_or(Wrong::OtherCharter)?;
        Ok(Some(author_of(author, charter)))
    }

    /// The event that a signature is over.
    fn open(&mut self, said: &SaidPart, seq: u64) -> Option<Event> {
        let Some(opened) = &said.opened else {
            self.counts.withheld += 1;
            return None;
        };
        let event = opened.event.as_slice();
        if recorded_content(&opened.salt, event) != said.content {
            self.fault(Spot::Entry { seq }, Wrong::OtherEvent);
            return None;
        }
        let event = Event::decode(event).ok();
        if event.is_none() {
            self.fault(Spot::Entry { seq }, Wrong::Unreadable);
        }
        event
    }
}

/// Who has signed an event, said to those who sit, under a charter.
fn check_signature<'a>(
    dossier: &'a Dossier,
    seats: &Seats,
    (head, said): (&LinkHead, &Said),
    charter: Fingerprint,
) -> Result<&'a Accreditation, Wrong> {
    let accreditation = seats
        .by_device
        .get(&head.sender)
        .and_then(|certificate| dossier.chains.get(certificate))
        .ok_or(Wrong::NoSeat)?;
    let statement = Statement {
        version: Statement::VERSION,
        charter,
        roster: seats.digest.ok_or(Wrong::NoSeat)?,
        epoch: seats.epoch,
        device: head.sender,
        authenticated: Authenticated {
            room: dossier.room,
            number: head.number,
            seen_seq: said.part.seen_seq,
            seen_hash: *said.part.seen_hash.as_bytes(),
            time_ms: said.part.sent_ms,
            above: said.above,
        },
        content: said.part.content,
    };
    accreditation
        .verify_statement(&statement, said.part.signature.as_slice())
        .map_err(|_| Wrong::Forged)?;
    Ok(accreditation)
}
