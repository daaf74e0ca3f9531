//! Tables: manifests, and a country's records. Which column holds what is said on the command line.

use core::str::FromStr;

use csv::{ReaderBuilder, StringRecord};
use entente_room::{Identifier, IdentifierKind, Position, Reading};

use super::anpr::time_of;
use super::{Line, Observation, Reader};

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Identifier(IdentifierKind),
    Latitude,
    Longitude,
    Time,
    Note,
}

/// One column: `container=Container No`, `lat=Latitude`, `time=Gate in`, `note=Consignee`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    holds: Holds,
    name: String,
}

/// Not a column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    /// Not `WHAT=NAME`.
    #[error(
        "a column is WHAT=NAME: an identifier's kind, lat, lon, time or note, and its name in the header"
    )]
    Form,
    /// The header lacks it.
    #[error("the header has no column {0}")]
    Missing(String),
    /// No column holds an identifier.
    #[error("no column holds an identifier")]
    NoIdentifier,
    /// The header can't be read.
    #[error("{0}")]
    Header(String),
}

impl FromStr for Column {
    type Err = ColumnError;

    fn from_str(text: &str) -> Result<Self, ColumnError> {
        let (what, name) = text.split_once('=').ok_or(ColumnError::Form)?;
        let holds = match what {
            "lat" => Holds::Latitude,
            "lon" => Holds::Longitude,
            "time" => Holds::Time,
            "note" => Holds::Note,
            kind => Holds::Identifier(IdentifierKind::from_name(kind).ok_or(ColumnError::Form)?),
        };
        let name = name.trim().to_owned();
        Ok(Self { holds, name })
    }
}

/// Where each column is.
#[derive(Debug, Clone)]
pub struct Columns {
    places: Vec<(usize, Holds)>,
}

impl Columns {
    /// Finds the columns in a header. Without any named, each column whose name is an identifier's
    /// kind (or lat, lon, time, note) holds that.
    ///
    /// # Errors
    /// See [`ColumnError`].
    pub fn find(header: &StringRecord, wanted: &[Column]) -> Result<Self, ColumnError> {
        let mut places = Vec::new();
        if wanted.is_empty() {
            for (place, name) in header.iter().enumerate() {
                let same = format!("{}={name}", name.trim().to_lowercase().replace(' ', "_"));
                if let Ok(column) = same.parse::<Column>() {
                    places.push((place, column.holds));
                }
            }
        }
        for column in wanted {
            let place = header
                .iter()
                .position(|name| name.trim().eq_ignore_ascii_case(&column.name))
                .ok_or_else(|| ColumnError::Missing(column.name.clone()))?;
            places.push((place, column.holds));
        }
        let has_identifier = places
            .iter()
            .any(|(_, holds)| matches!(holds, Holds::Identifier(_)));
        if has_identifier {
            Ok(Self { places })
        } else {
            Err(ColumnError::NoIdentifier)
        }
    }

    fn cells<'a>(&'a self, row: &'a StringRecord) -> impl Iterator<Item = (Holds, &'a str)> {
        self.places.iter().filter_map(|(place, holds)| {
            let cell = row.get(*place)?.trim();
            (!cell.is_empty()).then_some((*holds, cell))
        })
    }

    /// The identifiers of a row, each read or told to be wrong.
    pub fn identifiers(&self, row: &StringRecord) -> Vec<Result<Reading, String>> {
        self.cells(row)
            .filter_map(|(holds, cell)| match holds {
                Holds::Identifier(kind) => {
                    Some(Identifier::read(kind, cell).map_err(|error| error.to_string()))
                }
                _ => None,
            })
            .collect()
    }

    fn observation(&self, row: &StringRecord) -> Line {
        let mut readings = Vec::new();
        for reading in self.identifiers(row) {
            match reading {
                Ok(reading) => readings.push(reading),
                Err(reason) => return Line::Bad(reason),
            }
        }
        if readings.is_empty() {
            return Line::Other;
        }
        let (mut lat, mut lon, mut seen_at_ms) = (None, None, None);
        let mut notes = Vec::new();
        for (holds, cell) in self.cells(row) {
            match holds {
                Holds::Identifier(_) => {}
                Holds::Latitude => lat = cell.parse().ok(),
                Holds::Longitude => lon = cell.parse().ok(),
                Holds::Time => seen_at_ms = time_of(cell),
                Holds::Note => notes.push(cell),
            }
        }
        Line::Seen(Observation {
            readings,
            position: lat
                .zip(lon)
                .and_then(|(lat, lon)| Position::from_degrees(lat, lon)),
            seen_at_ms,
            note: notes.join(" · "),
        })
    }
}

/// One row of a line of text; lines with a quoted line break in them are not understood.
fn row_of(line: &str) -> Result<StringRecord, String> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(line.as_bytes());
    match reader.records().next() {
        Some(Ok(row)) => Ok(row),
        Some(Err(error)) => Err(error.to_string()),
        None => Ok(StringRecord::new()),
    }
}

/// Reads a table line by line; the first line is its header.
pub(super) struct TableReader {
    wanted: Vec<Column>,
    columns: Option<Columns>,
    width: usize,
}

impl TableReader {
    pub(super) fn new(wanted: Vec<Column>) -> Self {
        Self {
            wanted,
            columns: None,
            width: 0,
        }
    }
}

impl Reader for TableReader {
    fn read(&mut self, line: &str) -> Line {
        if line.trim().is_empty() {
            return Line::Other;
        }
        let row = match row_of(line.trim_start_matches('\u{feff}')) {
            Ok(row) => row,
            Err(reason) => return Line::Bad(reason),
        };
        let Some(columns) = &self.columns else {
            return match Columns::find(&row, &self.wanted) {
                Ok(columns) => {
                    self.columns = Some(columns);
                    self.width = row.len();
                    Line::Other
                }
                Err(error) => Line::Bad(error.to_string()),
            };
        };
        if row.len() != self.width {
            return Line::Bad(format!("{} cells instead of {}", row.len(), self.width));
        }
        columns.observation(&row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_by_its_columns() {
        let wanted = [
            "container=Container No",
            "note=Consignee",
            "lat=Lat",
            "lon=Lon",
        ];
        let wanted = wanted.iter().map(|text| text.parse().unwrap()).collect();
        let mut reader = TableReader::new(wanted);
        assert_eq!(
            reader.read("\u{feff}Seal,Container No,Consignee,Lat,Lon"),
            Line::Other
        );
        let Line::Seen(seen) = reader.read("77,CSQU 305438-3,\"Deira, Ltd\",25.0,55.1") else {
            panic!("seen");
        };
        assert_eq!(
            seen.readings[0].identifier.to_string(),
            "container:CSQU3054383"
        );
        assert_eq!(seen.note, "Deira, Ltd");
        assert!(seen.position.is_some());
        assert!(matches!(reader.read("77,CSQU 305438-3"), Line::Bad(_)));
        assert!(matches!(reader.read("77,nonsense,x,,"), Line::Bad(_)));
        assert_eq!(reader.read("77,,x,,"), Line::Other);
    }

    #[test]
    fn a_header_must_have_what_is_wanted() {
        let mut reader = TableReader::new(vec!["plate=Plate".parse().unwrap()]);
        assert!(matches!(reader.read("a,b"), Line::Bad(_)));
        let mut reader = TableReader::new(Vec::new());
        assert_eq!(reader.read("Plate,Note"), Line::Other);
        assert!(matches!(reader.read("AB123,x"), Line::Seen(_)));
        assert!("plate".parse::<Column>().is_err());
        assert!("number=Plate".parse::<Column>().is_err());
    }
}
