//! Members without hands: feeds that watch for what is on the board, and records that answer check
//! requests. What they watch for stays with them and the room. A webhook carries out what was chosen;
//! a TAK agent mirrors places, with the charter's consent.

mod ais;
mod anpr;
mod feed;
mod folding;
mod lines;
mod records;
mod source;
mod table;
mod tak;
mod webhook;

use entente_room::{Position, Reading};

pub use feed::{Counts, Feed, FeedError, FeedOptions, Report};
pub use lines::LineReader;
pub use records::{Given, Records, RecordsError, RecordsOptions};
pub use source::{Source, SourceError};
pub use table::{Column, ColumnError, Columns};
pub use tak::{Tak, TakCounts, TakError, TakFiles, TakOptions, TakServer, TakServerError};
pub use webhook::{
    Carried, Choice, ChoiceError, NotTaken, Receiver, ReceiverError, Secret, SecretError, Webhook,
    WebhookError, WebhookOptions,
};

/// How a feed's lines are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// AIS in NMEA 0183 sentences.
    Ais,
    /// Number plates, one JSON object a line.
    AnprJsonl,
    /// A table with a header.
    Csv,
}

impl Format {
    /// The one of a name on the command line.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "ais" => Some(Self::Ais),
            "anpr-jsonl" => Some(Self::AnprJsonl),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// Something that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Readings of one and the same thing; the surest match of any counts.
    pub readings: Vec<Reading>,
    /// Where.
    pub position: Option<Position>,
    /// When, Unix milliseconds; none for now.
    pub seen_at_ms: Option<u64>,
    /// By what, and what else is known.
    pub note: String,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Something was seen.
    Seen(Observation),
    /// Nothing that concerns anybody here: a part of a message, another sort of message, a blank.
    Other,
    /// It can't be read: why, in words of the program.
    Bad(String),
}

/// Reads lines of one format.
trait Reader: Send {
    fn read(&mut self, line: &str) -> Line;
}
