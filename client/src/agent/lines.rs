//! The lines of a feed, whatever its format.

use super::ais::AisReader;
use super::anpr::AnprReader;
use super::table::{Column, TableReader};
use super::tak::CotReader;
use super::{Format, Line, Reader};

/// Reads the lines of one feed, in order: messages may be spread over lines, and a table begins with its header.
pub struct LineReader(Box<dyn Reader>);

impl LineReader {
    /// `columns` are those of a table; other formats need none.
    #[must_use]
    pub fn new(format: Format, columns: Vec<Column>) -> Self {
        Self(match format {
            Format::Ais => Box::new(AisReader::default()),
            Format::AnprJsonl => Box::new(AnprReader),
            Format::Csv => Box::new(TableReader::new(columns)),
        })
    }

    /// Of what a TAK server tells: one Cursor-on-Target event a line.
    #[must_use]
    pub fn of_tak() -> Self {
        Self(Box::new(CotReader))
    }

    /// What the next line says.
    pub fn read(&mut self, line: &str) -> Line {
        self.0.read(line)
    }
}
