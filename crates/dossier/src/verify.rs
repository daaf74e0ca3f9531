//! Checking a dossier: the file, the people, what each of them signed, and the order.

use std::collections::{BTreeMap, BTreeSet};

use entente_protocol::{Authenticated, DeviceId, Fingerprint, Statement};
use entente_room::{Author, Event};
use entente_trust::{Accreditation, digest_of_seats, may_sit, recorded_content};

use crate::export::author_of;
use crate::findings::{
    Attested, Audited, AuthorityFound, Counts, Fault, Findings, Person, Remark, Spot, Wrong,
};
use crate::format::{FormatError, SaidPart, digest, read};
use crate::opened::Dossier;

mod audit;
mod order;

/// Checks a file. `pinned` are the roots of authorities that whoever checks has from elsewhere.
///
/// # Errors
/// [`FormatError`] if it is no dossier; its text says which of its first bytes are not.
pub fn verify(
    file: &[u8],
    pinned: &BTreeSet<Fingerprint>,
) -> Result<(Findings, Dossier), FormatError> {
    let cut = read(file)?;
    let mut check = Check::default();
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
    let mut dossier = Dossier::of_parts(&contents, parts, &mut check.faults);
    if is_whole {
        check.charters(&dossier, pinned);
        check.missing(&dossier);
        check.said(&mut dossier);
        let maker = made_by.as_ref().map(Accreditation::device);
        check.attested = order::check(&dossier, maker, &mut check.faults, &mut check.remarks);
        check.audited = audit::check(&dossier, &mut check.faults, &mut check.remarks);
        check.attachments(&mut dossier);
        check.revoked(&dossier);
    }
    check.faults.sort_unstable();
    check.faults.dedup();
    check.remarks.sort_unstable();
    let made_for = contents.recipient.map(|it| (it.country, it.handling));
    let findings = Findings {
        room: dossier.room,
        made_at_ms: dossier.made_at_ms,
        made_by: made_by.as_ref().map(Person::of),
        made_for,
        authorities: check.authorities,
        people: dossier.chains.values().map(Person::of).collect(),
        counts: check.counts,
        attested: check.attested,
        audit: check.audited,
        faults: check.faults,
        remarks: check.remarks,
    };
    Ok((findings, dossier))
}

#[derive(Default)]
struct Check {
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

impl Check {
    fn fault(&mut self, at: Spot, wrong: Wrong) {
        self.faults.push(Fault { at, wrong });
    }

    /// The charter and its text, and whose authorities it names.
    fn charters(&mut self, dossier: &Dossier, pinned: &BTreeSet<Fingerprint>) {
        let Some(charters) = &dossier.charters else {
            // That its part was changed is said already.
            if !self.faults.iter().any(|fault| fault.at == Spot::Charter) {
                self.fault(Spot::Charter, Wrong::Missing { to: 0 });
            }
            return;
        };
        if let Some(text) = &dossier.text
            && text.digest() != charters.in_force().text_digest
        {
            self.fault(Spot::Text, Wrong::OtherDigest);
        }
        let named = charters.all().flat_map(|charter| &charter.authorities);
        let named: BTreeSet<_> = named.map(|it| (it.country, it.root)).collect();
        for (country, root) in named {
            let is_pinned = pinned.contains(&root);
            self.authorities.push(AuthorityFound {
                country,
                root,
                is_pinned,
            });
            if !is_pinned {
                self.remarks.push(Remark::Unpinned { country, root });
            }
        }
    }

    /// Places that are neither here nor told to be missing.
    fn missing(&mut self, dossier: &Dossier) {
        let Some((first, _)) = dossier.entries.first_key_value() else {
            return;
        };
        // What was left out because its bytes were changed is said already.
        let told = |seq: u64, faults: &[Fault]| {
            let mut faults = faults.iter();
            faults.any(|fault| fault.at == Spot::Entry { seq })
        };
        if *first > 1 && !told(*first - 1, &self.faults) {
            self.remarks.push(Remark::Begins { seq: *first });
        }
        for (from, to) in &dossier.gaps {
            self.remarks.push(Remark::Gap {
                from: *from,
                to: *to,
            });
        }
        let mut next = *first;
        let mut holes = Vec::new();
        for seq in dossier.entries.keys() {
            while next < *seq {
                let gap = dossier.gaps.range(..=next).next_back();
                match gap.filter(|(_, to)| **to >= next) {
                    Some((_, to)) => next = to.saturating_add(1),
                    None if told(next, &self.faults) => next += 1,
                    None => {
                        holes.push((next, *seq - 1));
                        next = *seq;
                    }
                }
            }
            next = seq.saturating_add(1);
        }
        for (seq, to) in holes {
            self.fault(Spot::Entry { seq }, Wrong::Missing { to });
        }
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
                Ok(author) => author,
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
            seats.by_device.insert(accreditation.device(), *certificate);
        }
        seats.digest = Some(digest_of_seats(&seats.certificates));
        seats.charter = Some(step.charter);
        seats.epoch = step.epoch;
        seats.since = seq;
        seats.is_attested = false;
    }

    /// Whose event it is.
    fn prove(&self, dossier: &Dossier, seats: &Seats, seq: u64) -> Result<Author, Wrong> {
        let entry = dossier.entries.get(&seq).ok_or(Wrong::NoSeat)?;
        let said = entry.said.as_ref().ok_or(Wrong::Forged)?;
        let (Some(charter), Some(roster)) = (seats.charter, seats.digest) else {
            return Err(Wrong::NoSeat);
        };
        let head = &entry.head;
        let accreditation = seats
            .by_device
            .get(&head.sender)
            .and_then(|certificate| dossier.chains.get(certificate))
            .ok_or(Wrong::NoSeat)?;
        let statement = Statement {
            version: Statement::VERSION,
            charter,
            roster,
            epoch: seats.epoch,
            device: head.sender,
            authenticated: Authenticated {
                room: dossier.room,
                number: head.number,
                seen_seq: said.part.seen_seq,
                seen_hash: *said.part.seen_hash.as_bytes(),
                time_ms: said.part.sent_ms,
                above: None,
            },
            content: said.part.content,
        };
        accreditation
            .verify_statement(&statement, said.part.signature.as_slice())
            .map_err(|_| Wrong::Forged)?;
        let charter = dossier.charter(charter).ok_or(Wrong::OtherCharter)?;
        Ok(author_of(accreditation, charter))
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

    /// Files are those that were shared.
    fn attachments(&mut self, dossier: &mut Dossier) {
        let mut wrong = Vec::new();
        for (seq, bytes) in &dossier.attachments {
            let entry = dossier.entries.get(seq);
            let shared = entry.and_then(|entry| match entry.proven()? {
                (_, Event::Document(shared)) => Some(shared.digest),
                _ => None,
            });
            if shared == Some(digest(bytes)) {
                self.counts.attachments += 1;
            } else {
                wrong.push(*seq);
            }
        }
        for seq in wrong {
            dossier.attachments.remove(&seq);
            self.fault(Spot::Attachment { seq }, Wrong::OtherDigest);
        }
    }

    fn revoked(&mut self, dossier: &Dossier) {
        let all = dossier.chains.values();
        let revoked = all.filter(|it| dossier.revocations.revokes(it));
        let remarks = revoked.map(|it| Remark::Revoked {
            device: it.device(),
        });
        self.remarks.extend(remarks);
    }
}
