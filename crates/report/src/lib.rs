//! A report as PDF: sections of text, tables and a map on paper that a service would file. What is in them comes as
//! data; the page's own language never sees it, so that no word of anybody can do anything there.
//!
//! No I/O, no clock, no network: fonts are here, and the page is drawn from what it is given.

mod content;
mod paper;

pub use content::{Grid, Mark, Report, Row, Scale, Section, Track};
pub use paper::ReportError;

/// Draws a report.
///
/// # Errors
/// [`ReportError`] if the page can't be set; never because of what somebody has written.
pub fn pdf(report: &Report) -> Result<Vec<u8>, ReportError> {
    paper::draw(report)
}
