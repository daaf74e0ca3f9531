//! What was counted, as a row of the table in docs/RELIABILITY.md, if somebody asked for it.

use std::path::PathBuf;

use crate::party::Counted;

const BEGIN: &str = "<!-- chaos: begin -->";
const END: &str = "<!-- chaos: end -->";

/// Writes the row of a kind of fault anew; the others stay.
pub(crate) fn report(what: &str, faults: u32, counted: Counted) {
    let row = format!(
        "| {what} | {faults} | {} | {} | {} | {} | {} |",
        counted.acknowledged, counted.delivered, counted.lost, counted.doubled, counted.misplaced
    );
    eprintln!("{row}");
    put(BEGIN, END, what, &row);
}

/// The same for any table between two marks: the row that begins with `what` is replaced.
pub(crate) fn put(begin: &str, end: &str, what: &str, row: &str) {
    let Some(page) = std::env::var_os("ENTENTE_CHAOS_REPORT").map(PathBuf::from) else {
        return;
    };
    let text = std::fs::read_to_string(&page).unwrap();
    let (head, rest) = text.split_once(begin).expect("the mark of the beginning");
    let (table, tail) = rest.split_once(end).expect("the mark of the end");
    let is_same = |line: &&str| line.starts_with(&format!("| {what} |"));
    let mut lines: Vec<&str> = table.trim().lines().filter(|line| !is_same(line)).collect();
    lines.push(row);
    let text = format!("{head}{begin}\n{}\n{end}{tail}", lines.join("\n"));
    std::fs::write(&page, text).unwrap();
}
