//! The running hash over everything that a room's hub ordered, and what a member says of it in the
//! authenticated data of each message.

use std::collections::BTreeMap;

use entente_protocol::Authenticated;
use entente_trust::{LinkHead, chain};
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_UNANCHORED, TRANSCRIPT_WINDOW};

/// A running hash.
pub(crate) type Hash = [u8; 32];

/// What a claim about the past is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Equal to what this member saw.
    Agrees,
    /// Too old to be compared, or nothing was claimed.
    Unknown,
    /// The hub told the sender another story.
    Disagrees,
}

/// One member's view of the room's order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transcript {
    seq: u64,
    /// The running hash at `seq`; none until a snapshot tells a joiner where it stood.
    hash: Option<Hash>,
    /// Where the device came in.
    first: u64,
    /// The last hashes; in the record too, and restored from it.
    #[serde(skip)]
    window: BTreeMap<u64, Hash>,
    /// Links since `first`, while the hash there is not known.
    #[serde(skip)]
    unanchored: Vec<Hash>,
}

impl Transcript {
    /// A founder's, before the opening message.
    pub(crate) fn at_opening() -> Self {
        Self {
            seq: 0,
            hash: Some([0; 32]),
            window: BTreeMap::new(),
            unanchored: Vec::new(),
            first: 0,
        }
    }

    /// A joiner's, who starts after `seq` and does not know the hash there.
    pub(crate) fn unanchored_at(seq: u64) -> Self {
        Self {
            seq,
            hash: None,
            window: BTreeMap::new(),
            unanchored: Vec::new(),
            first: seq,
        }
    }

    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    /// The hash at the current end, if known.
    pub(crate) fn head(&self) -> Option<Hash> {
        self.hash
    }

    pub(crate) fn at(&self, seq: u64) -> Option<Hash> {
        self.window.get(&seq).copied()
    }

    /// Takes the next delivery in. The caller has checked that it is the next one.
    pub(crate) fn extend(&mut self, next: &LinkHead) {
        let link = next.link();
        self.seq = next.seq;
        match self.hash {
            Some(hash) => self.push(chain(hash, link)),
            None if self.unanchored.len() < MAX_UNANCHORED => self.unanchored.push(link),
            None => {}
        }
    }

    /// Fills window and links from the record, in order, with the running hash as far as it was known.
    pub(crate) fn restore(&mut self, entries: impl Iterator<Item = (LinkHead, Option<Hash>)>) {
        for (head, hash) in entries.filter(|(head, _)| head.seq > self.first) {
            match (hash, self.hash) {
                (Some(hash), _) => {
                    self.window.insert(head.seq, hash);
                }
                (None, None) => self.unanchored.push(head.link()),
                (None, Some(_)) => {}
            }
            if self.window.len() > TRANSCRIPT_WINDOW {
                self.window.pop_first();
            }
        }
    }

    fn push(&mut self, hash: Hash) {
        self.hash = Some(hash);
        self.window.insert(self.seq, hash);
        while self.window.len() > TRANSCRIPT_WINDOW {
            self.window.pop_first();
        }
    }

    /// Learns the hash at `seq`, from a snapshot; computes all that came since.
    pub(crate) fn anchor(&mut self, seq: u64, hash: Hash) {
        let skipped = seq
            .checked_sub(self.first)
            .and_then(|n| usize::try_from(n).ok());
        let Some(links) = skipped.and_then(|n| self.unanchored.get(n..)) else {
            return;
        };
        if self.hash.is_some() {
            return;
        }
        let links = links.to_vec();
        let end = self.seq;
        self.unanchored.clear();
        self.seq = seq;
        self.push(hash);
        for link in links {
            self.seq += 1;
            let next = chain(self.hash.unwrap_or_default(), link);
            self.push(next);
        }
        self.seq = end;
    }

    /// Compares what a sender saw with what this member saw.
    pub(crate) fn judge(&self, aad: &Authenticated) -> Claim {
        if aad.seen_seq == 0 {
            return Claim::Unknown;
        }
        self.compare(aad.seen_seq, &aad.seen_hash)
    }

    /// The same of one place; zeros are claimed by who does not know the hash there.
    pub(crate) fn judge_place(&self, seq: u64, claimed: &Hash) -> Claim {
        if *claimed == Hash::default() {
            return Claim::Unknown;
        }
        self.compare(seq, claimed)
    }

    fn compare(&self, seq: u64, claimed: &Hash) -> Claim {
        if self.hash.is_none() {
            return Claim::Unknown;
        }
        if seq > self.seq {
            return Claim::Disagrees;
        }
        match self.at(seq) {
            Some(hash) if hash == *claimed => Claim::Agrees,
            Some(_) => Claim::Disagrees,
            None => Claim::Unknown,
        }
    }
}
