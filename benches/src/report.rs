//! The tables of docs/BENCHMARKS.md, from the results.

mod goals;
mod tables;

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::result::Results;

const BEGIN: &str = "<!-- tables: begin -->";
const END: &str = "<!-- tables: end -->";

/// Replaces what is between the marks of the document.
pub(crate) fn write(document: &Path, folder: &Path) -> Result<()> {
    let now = Results::read(&folder.join("now.json"))?;
    let before = Results::read(&folder.join("before.json")).ok();
    let text = std::fs::read_to_string(document)?;
    let (head, rest) = text
        .split_once(BEGIN)
        .context("the mark of the beginning")?;
    let (_, tail) = rest.split_once(END).context("the mark of the end")?;
    let tables = tables::all(&now, before.as_ref());
    let goals = goals::table(&now);
    let text = format!("{head}{BEGIN}\n\n{goals}\n{tables}\n{END}{tail}");
    Ok(std::fs::write(document, text)?)
}

/// A number as people read it: three digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 1_000.0 => thousands(value),
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Rounded to three digits, in groups.
#[allow(clippy::cast_possible_truncation)] // far below 2^63
fn thousands(value: f64) -> String {
    let step = 10_f64.powf(value.abs().log10().floor() - 2.0).max(1.0);
    let digits = (((value / step).round() * step) as i64).to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
