//! The dossier of a room: one file with everything that a device has kept of it and what proves it, for those who
//! never saw the room; and behind it those of compartments of the room. Made from a device's record, checked offline.
//!
//! Nothing here does I/O, reads a clock or makes randomness: bytes and times come in, bytes and findings go out.
//! `docs/DOSSIER.md` is the format in prose.

mod analysis;
mod disclosure;
mod export;
mod fault;
mod findings;
mod format;
mod formats;
pub mod limits;
mod opened;
mod piece;
mod story;
mod verify;

pub use analysis::analyse;
pub use disclosure::{Clearance, Marks};
pub use export::{Attachment, Beside, enclose, export};
pub use fault::{Fault, Spot, Wrong};
pub use findings::{
    Announced, Attested, Audited, AuthorityFound, Counts, Findings, Inner, Person, Remark,
};
pub use format::{FormatError, PartKind, Recipient};
pub use formats::{Format, FormatFailed, ImportError, Imported, Shown, import_stix};
pub use opened::{Dossier, Entry, Said};
pub use piece::{MAGIC, MAGIC_INNER};
pub use story::{Sat, Story};
pub use verify::verify;
