//! Lines that agents read: one reader for all lines of an input, as in a feed.

use entente_client::agent::{Format, Line, LineReader};

use crate::text;

fn lines(format: Format, bytes: &[u8]) {
    read(LineReader::new(format, Vec::new()), bytes);
}

fn read(mut reader: LineReader, bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    for line in text.lines() {
        if let Line::Seen(seen) = reader.read(line) {
            assert!(!seen.readings.is_empty());
        }
    }
}

/// AIS sentences.
pub fn ais(bytes: &[u8]) {
    lines(Format::Ais, bytes);
}

/// Number plates.
pub fn anpr(bytes: &[u8]) {
    lines(Format::AnprJsonl, bytes);
}

/// Manifests.
pub fn tables(bytes: &[u8]) {
    lines(Format::Csv, bytes);
}

/// Events of TAK servers.
pub fn cot(bytes: &[u8]) {
    read(LineReader::of_tak(), bytes);
}
