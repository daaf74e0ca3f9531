//! Every decoder that takes bytes from outside, as one function each. A function takes any bytes, and panics if the
//! decoder does or if what it made of them is not what was there. The fuzz targets in `fuzz/` call these, and so does
//! the test that gives them the kept corpus and thousands of changed copies of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc
)]

mod corpus;
mod dossiers;
mod feeds;
mod inside;
mod mutation;
mod parties;
mod stage;
mod trust;
mod wire;

pub use corpus::{corpus, folder};
pub use mutation::Mutator;
pub use stage::{FIXTURE, Stage};

/// A decoder under test.
pub struct Decoder {
    /// Name of its fuzz target and of its folder in the corpus.
    pub name: &'static str,
    /// Takes any bytes.
    pub run: fn(&[u8]),
}

macro_rules! decoders {
    ($($module:ident :: $name:ident),* $(,)?) => {
        /// All of them.
        pub const ALL: &[Decoder] = &[$(Decoder { name: stringify!($name), run: $module::$name }),*];
        $(pub use $module::$name;)*
    };
}

decoders! {
    wire::client_frames,
    wire::hub_frames,
    wire::controls,
    wire::enrolments,
    wire::recorded,
    trust::certificates,
    trust::charters,
    trust::revocations,
    trust::tickets,
    inside::events,
    inside::boards,
    inside::snapshots,
    inside::identifiers,
    inside::blobs,
    inside::playbooks,
    feeds::ais,
    feeds::anpr,
    feeds::tables,
    feeds::cot,
    dossiers::dossiers,
    dossiers::stix,
    wire::push_endpoints,
    parties::key_packages,
    parties::openings,
    parties::hub,
    parties::member,
}

/// The bytes as text, if they are.
fn text(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}
