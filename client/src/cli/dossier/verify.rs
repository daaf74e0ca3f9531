//! `entente dossier verify`: what is proven, by whom, and what is not.

use entente_dossier::{Fault, Findings, Inner, Person, Remark, Spot, Wrong};

use super::super::compartment::joined;
use super::super::{Failure, Output};
use super::{OneFile, check_holds, checked};
use crate::i18n::{t, time, tr};

/// Faults that are listed for people; scripts get all.
const FAULTS_SHOWN: usize = 20;

pub(super) fn run(args: &OneFile, output: Output) -> Result<(), Failure> {
    let (findings, _) = checked(&args.file, &args.authorities)?;
    output.show(&findings, || text(&findings));
    check_holds(&findings)
}

/// All of it, with the compartments that are here.
fn text(findings: &Findings) -> String {
    let mut lines = lines(findings, |_| true);
    if let Some(announced) = findings.announced.filter(|it| it.total > 0) {
        lines.push(tr(
            "dossier-compartments-here",
            &[
                ("total", &announced.total.to_string()),
                ("here", &announced.here.to_string()),
            ],
        ));
    }
    for inner in &findings.compartments {
        lines.push(String::new());
        lines.push(inner_line(inner));
        lines.extend(self::lines(&inner.findings, |_| true));
    }
    let faults: Vec<_> = findings.everywhere().collect();
    let shown = faults.iter().take(FAULTS_SHOWN);
    lines.extend(shown.map(|fault| fault_line(*fault)));
    let more = faults.len().saturating_sub(FAULTS_SHOWN);
    if more > 0 {
        lines.push(tr("dossier-more-faults", &[("count", &more.to_string())]));
    }
    if findings.holds() {
        lines.push(t("dossier-holds"));
    }
    lines.join("\n")
}

/// What is proven and what is not, of the room or of one compartment alone, for a paper that leaves the house: of
/// others it says how many were announced, and not which of them the maker has.
pub(super) fn proof(findings: &Findings) -> Vec<String> {
    let mut lines = lines(findings, |remark| !matches!(remark, Remark::NotHere { .. }));
    if let Some(announced) = findings.announced.filter(|it| it.total > 0) {
        lines.push(tr(
            "dossier-compartments",
            &[("total", &announced.total.to_string())],
        ));
    }
    lines.push(t("dossier-holds"));
    lines
}

/// Which compartment this is.
pub(super) fn inner_line(inner: &Inner) -> String {
    let announced = inner.announced.map(|seq| seq.to_string());
    tr(
        "dossier-compartment",
        &[
            ("number", &inner.number.to_string()),
            ("countries", &joined(&inner.countries)),
            ("announced", &announced.unwrap_or_else(|| "?".to_owned())),
        ],
    )
}

fn lines(findings: &Findings, is_told: impl Fn(&Remark) -> bool) -> Vec<String> {
    let mut lines = Vec::new();
    let maker = findings.made_by.as_ref();
    // Of a room it was looked how many compartments it has.
    let is_room = findings.announced.is_some();
    let head = if is_room {
        "dossier-head"
    } else {
        "dossier-head-compartment"
    };
    lines.push(tr(
        head,
        &[
            ("room", &findings.room.to_string()),
            ("time", &time(findings.made_at_ms)),
            ("who", &maker.map_or_else(|| "?".to_owned(), person)),
        ],
    ));
    if let Some((country, code)) = findings.made_for {
        lines.push(tr(
            "dossier-for",
            &[
                ("country", &country.to_string()),
                ("code", &format!("H{code}")),
                ("count", &findings.counts.withheld.to_string()),
            ],
        ));
    }
    lines.push(tr(
        "dossier-proven",
        &[
            ("proven", &findings.counts.proven.to_string()),
            ("entries", &findings.counts.entries.to_string()),
            ("people", &findings.people.len().to_string()),
            ("attachments", &findings.counts.attachments.to_string()),
        ],
    ));
    lines.push(tr(
        "dossier-attested",
        &[
            ("to", &findings.attested.to.to_string()),
            ("devices", &findings.attested.by.len().to_string()),
        ],
    ));
    if let Some(audited) = findings.audit {
        lines.push(tr(
            "dossier-audited",
            &[
                ("rows", &audited.rows.to_string()),
                ("confirmed", &audited.confirmed.to_string()),
                ("to", &audited.to.to_string()),
            ],
        ));
    }
    for authority in findings.authorities.iter().filter(|it| it.is_pinned) {
        lines.push(tr(
            "dossier-pinned",
            &[
                ("country", &authority.country.to_string()),
                ("root", &authority.root.to_string()),
            ],
        ));
    }
    lines.push(t("dossier-not-proven"));
    let remarks = findings.remarks.iter().filter(|remark| is_told(remark));
    lines.extend(remarks.map(|remark| remark_line(*remark)));
    lines.push(t("dossier-never-proven"));
    lines
}

pub(super) fn person(person: &Person) -> String {
    format!(
        "{} ({}, {})",
        person.callsign, person.country, person.officer
    )
}

/// What is wrong, and where.
pub(super) fn fault_line((compartment, fault): (Option<u64>, Fault)) -> String {
    let line = line_of(fault);
    match compartment {
        None => line,
        Some(number) => tr(
            "fault-in-compartment",
            &[("number", &number.to_string()), ("fault", &line)],
        ),
    }
}

fn line_of(fault: Fault) -> String {
    let key = format!("fault-{}", fault.wrong.code().replace('_', "-"));
    let (from, to) = match fault.wrong {
        Wrong::Missing { to } => (0, to),
        Wrong::OtherOrder { agreed, seen } => (agreed, seen),
        Wrong::OtherStory { seen } => (0, seen),
        _ => (0, 0),
    };
    tr(
        &key,
        &[
            ("spot", &spot(fault.at)),
            ("from", &from.to_string()),
            ("to", &to.to_string()),
        ],
    )
}

fn spot(at: Spot) -> String {
    let (key, number) = match at {
        Spot::Contents => ("spot-contents", 0),
        Spot::Seal => ("spot-seal", 0),
        Spot::Charter => ("spot-charter", 0),
        Spot::Text => ("spot-text", 0),
        Spot::End => ("spot-end", 0),
        Spot::Compartment => ("spot-compartment", 0),
        Spot::Chain { number } => ("spot-chain", number),
        Spot::Revocations { number } => ("spot-revocations", number),
        Spot::Sitting { seq } => ("spot-sitting", seq),
        Spot::Entry { seq } => ("spot-entry", seq),
        Spot::Gap { seq } => ("spot-gap", seq),
        Spot::Attachment { seq } => ("spot-attachment", seq),
        Spot::Audit { id } => ("spot-audit", id),
    };
    tr(key, &[("number", &number.to_string())])
}

fn remark_line(remark: Remark) -> String {
    let number = |n: u64| n.to_string();
    match remark {
        Remark::Unpinned { country, root } => tr(
            "remark-unpinned",
            &[
                ("country", &country.to_string()),
                ("root", &root.to_string()),
            ],
        ),
        Remark::Begins { seq } => tr("remark-begins", &[("seq", &number(seq))]),
        Remark::Gap { from, to } => tr(
            "remark-gap",
            &[("from", &number(from)), ("to", &number(to))],
        ),
        Remark::Tail { after, to } => tr(
            "remark-tail",
            &[("after", &number(after)), ("to", &number(to))],
        ),
        Remark::Unheard { seq } => tr("remark-unheard", &[("seq", &number(seq))]),
        Remark::Unattested { seq } => tr("remark-unattested", &[("seq", &number(seq))]),
        Remark::OutOfTime { seq, device } => tr(
            "remark-out-of-time",
            &[("seq", &number(seq)), ("device", &device.to_string())],
        ),
        Remark::NoAudit => t("remark-no-audit"),
        Remark::HubAlone { rows } => tr("remark-hub-alone", &[("count", &number(rows))]),
        Remark::NotHere { count } => tr("remark-not-here", &[("count", &number(count))]),
        Remark::AnnouncementUnseen { seq } => {
            tr("remark-announcement-unseen", &[("seq", &number(seq))])
        }
        Remark::RoomUnknown { seq } => tr("remark-room-unknown", &[("seq", &number(seq))]),
        Remark::Revoked { device } => tr("remark-revoked", &[("device", &device.to_string())]),
    }
}
