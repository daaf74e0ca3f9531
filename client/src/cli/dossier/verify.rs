//! `entente dossier verify`: what is proven, by whom, and what is not.

use entente_dossier::{Fault, Findings, Person, Remark, Spot, Wrong};

use super::super::{Failure, Output};
use super::{OneFile, checked};
use crate::i18n::{t, time, tr};

/// Faults that are listed for people; scripts get all.
const FAULTS_SHOWN: usize = 20;

pub(super) fn run(args: &OneFile, output: Output) -> Result<(), Failure> {
    let (findings, _) = checked(&args.file, &args.authorities)?;
    output.show(&findings, || text(&findings));
    match findings.faults.first() {
        None => Ok(()),
        Some(first) => Err(Failure::broken_dossier(
            &fault_line(*first),
            findings.faults.len(),
        )),
    }
}

pub(super) fn text(findings: &Findings) -> String {
    let mut lines = Vec::new();
    let maker = findings.made_by.as_ref();
    lines.push(tr(
        "dossier-head",
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
    lines.extend(findings.remarks.iter().map(|remark| remark_line(*remark)));
    lines.push(t("dossier-never-proven"));
    let faults = findings.faults.iter().take(FAULTS_SHOWN);
    lines.extend(faults.map(|fault| fault_line(*fault)));
    let more = findings.faults.len().saturating_sub(FAULTS_SHOWN);
    if more > 0 {
        lines.push(tr("dossier-more-faults", &[("count", &more.to_string())]));
    }
    if findings.holds() {
        lines.push(t("dossier-holds"));
    }
    lines.join("\n")
}

pub(super) fn person(person: &Person) -> String {
    format!(
        "{} ({}, {})",
        person.callsign, person.country, person.officer
    )
}

/// What is wrong, and where.
pub(super) fn fault_line(fault: Fault) -> String {
    let key = format!("fault-{}", fault.wrong.code().replace('_', "-"));
    let (from, to) = match fault.wrong {
        Wrong::Missing { to } => (0, to),
        Wrong::OtherOrder { agreed, seen } => (agreed, seen),
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
        Remark::Revoked { device } => tr("remark-revoked", &[("device", &device.to_string())]),
    }
}
