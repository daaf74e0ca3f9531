//! What stands in a report.

use serde::Serialize;

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Language of its words: `en`, `fr`, `es`, `ar`; decides the direction.
    pub lang: String,
    /// Name of the operation.
    pub title: String,
    /// What sort of paper it is.
    pub kind: String,
    /// If it was an exercise: a line that says so.
    #[serde(rename = "exercise")]
    pub exercise: Option<String>,
    /// For whom, and how it is to be handled.
    pub mark: String,
    /// At the foot of each page.
    pub foot: String,
    /// Its sections, in order.
    pub sections: Vec<Section>,
}

/// A part under its title.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "sort", rename_all = "snake_case")]
pub enum Section {
    /// Names and what they are.
    Pairs {
        /// Its title.
        title: String,
        /// Name and value.
        rows: Vec<(String, String)>,
    },
    /// A table.
    Table {
        /// Its title.
        title: String,
        /// Names of the columns.
        columns: Vec<String>,
        /// How wide each is, in parts of the whole.
        widths: Vec<u32>,
        /// The column that is set off in rows that are late.
        late: Option<usize>,
        /// Its rows.
        rows: Vec<Row>,
        /// What stands there if there are none.
        none: String,
    },
    /// Paragraphs.
    Lines {
        /// Its title.
        title: String,
        /// The paragraphs.
        rows: Vec<String>,
        /// What stands there if there are none.
        none: String,
    },
    /// A map.
    Map {
        /// Its title.
        title: String,
        /// Height by width.
        ratio: f64,
        /// Places.
        points: Vec<Mark>,
        /// Ways between places.
        tracks: Vec<Track>,
        /// Lines of longitude, from the left.
        meridians: Vec<Grid>,
        /// Lines of latitude, from the top.
        parallels: Vec<Grid>,
        /// How far is how much.
        scale: Scale,
        /// What stands there if there are no places.
        none: String,
    },
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Its cells, as many as columns.
    pub cells: Vec<String>,
    /// Whether something came too late.
    pub late: bool,
}

/// A place on a map, in parts of its width and height.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mark {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// Its name.
    pub label: String,
    /// `target` or `hit`.
    pub kind: &'static str,
}

/// A way from one place to another, in parts of a map's width and height.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Track {
    /// Where it begins.
    pub from: (f64, f64),
    /// Where it ends.
    pub to: (f64, f64),
}

/// A line of a map's grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grid {
    /// Where, in parts of the map.
    pub at: f64,
    /// Its degrees.
    pub label: String,
}

/// The bar that tells distances.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Scale {
    /// How long, in parts of the map's width.
    pub length: f64,
    /// How far that is.
    pub label: String,
}
