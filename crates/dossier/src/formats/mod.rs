//! A board in the formats of neighbours: STIX 2.1, CSV, GeoJSON, KML. Of a dossier or of a live room.

mod geojson;
mod kml;
mod stix;
mod stix_import;
mod table;

use entente_protocol::RoomId;
use entente_room::{Board, Position, Target, TargetId};

pub use stix_import::{ImportError, Imported, import_stix};

/// A board and what is known of its room.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The room.
    pub room: RoomId,
    /// Name of the operation, if it is known.
    pub title: Option<&'a str>,
    /// Its targets and hits.
    pub board: &'a Board,
    /// When this is written, Unix milliseconds.
    pub at_ms: u64,
}

/// A neighbour's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// STIX 2.1 bundle.
    Stix,
    /// RFC 4180: a row a target.
    Csv,
    /// RFC 7946.
    GeoJson,
    /// OGC KML 2.2.
    Kml,
}

/// A board that can't be written.
#[derive(Debug, thiserror::Error)]
#[error("it can't be written in that format: {0}")]
pub struct FormatFailed(String);

impl Format {
    /// Each with the name on the command line.
    pub const ALL: [(&'static str, Self); 4] = [
        ("stix", Self::Stix),
        ("csv", Self::Csv),
        ("geojson", Self::GeoJson),
        ("kml", Self::Kml),
    ];

    /// The one of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(known, _)| *known == name).map(|(_, it)| it)
    }

    /// The board in this format.
    ///
    /// # Errors
    /// [`FormatFailed`] if the library below can't write it.
    pub fn write(self, shown: &Shown<'_>) -> Result<Vec<u8>, FormatFailed> {
        match self {
            Self::Stix => Ok(stix::bundle(shown)),
            Self::Csv => table::rows(shown).map_err(failed),
            Self::GeoJson => Ok(geojson::collection(shown).to_string().into_bytes()),
            Self::Kml => kml::document(shown).map_err(failed),
        }
    }
}

fn failed(error: impl core::fmt::Display) -> FormatFailed {
    FormatFailed(error.to_string())
}

/// RFC 3339 in UTC with milliseconds; what no calendar has is the beginning of time.
fn instant(ms: u64) -> String {
    let at = i64::try_from(ms).ok();
    let at = at.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    at.unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string()
}

/// Where a target was, in the order of seeing: time and place.
fn track(target: &Target) -> Vec<(u64, Position)> {
    let seen = target.track.iter();
    seen.filter_map(|seen| Some((seen.seen_at_ms, seen.position?)))
        .collect()
}

/// What a target is called, by its id too: names repeat.
fn properties(id: TargetId, target: &Target) -> Vec<(&'static str, String)> {
    let identifiers: Vec<String> = target.identifiers.keys().map(ToString::to_string).collect();
    let evaluation = target.evaluation.value.map(|it| it.to_string());
    let handling = target.handling.value.map(|it| it.as_str().to_owned());
    vec![
        ("target", id.to_string()),
        ("name", target.name.value.clone()),
        ("kind", target.kind.value.as_str().to_owned()),
        ("status", target.status.value.as_str().to_owned()),
        ("priority", target.priority.value.to_string()),
        ("owner", target.owner.value.to_string()),
        ("team", target.team.value.clone()),
        ("evaluation", evaluation.unwrap_or_default()),
        ("handling", handling.unwrap_or_default()),
        ("identifiers", identifiers.join(" ")),
        ("notes", target.notes.value.clone()),
    ]
}
