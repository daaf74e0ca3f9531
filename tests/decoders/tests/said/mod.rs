//! One event of each kind that there is.

use entente_protocol::{BlobId, Fingerprint};
use entente_room::playbook::Span;
use entente_room::{
    Abort, Acknowledgement, Action, Answer, BlobKey, CheckAnswer, CheckId, CheckRequest, Choice,
    CustodyAlarm, CustodyMove, CustodyStep, Delivered, Dispute, DocumentId, DocumentShared,
    Escalation, Event, HHour, HitId, HitRaised, HitStage, Level, Link, LivePosition, MatchRule,
    Matched, PhaseBegun, Position, Reopening, Say, Sighting, SnapshotWanted, TargetChange,
    TargetId, TargetKind, TaskState, TaskStep, Verdict, Vote, VoteCall,
};

const VEHICLE: TargetId = TargetId::from_bytes([1; 16]);
const PARCEL: TargetId = TargetId::from_bytes([2; 16]);
const HIT: HitId = HitId::from_bytes([3; 16]);
const CHECK: CheckId = CheckId::from_bytes([4; 16]);

/// With names, in an order in which most of them do something.
pub(crate) fn events(now_ms: u64) -> Vec<(&'static str, Event)> {
    let place = Position::from_degrees(31.5, 35.9);
    let plate = || "plate:JO-12 3456".parse().unwrap();
    let note = || "seen at the gate".to_owned();
    let countries = || vec!["JO".parse().unwrap(), "AE".parse().unwrap()];
    let matched = Matched {
        identifier: plate(),
        rule: MatchRule::Exact,
        certainty: 100,
    };
    vec![
        (
            "say",
            Event::Say(Say {
                text: "صباح الخير".into(),
                urgent: true,
                reply_to: Some(2),
            }),
        ),
        (
            "target",
            Event::Target(TargetChange {
                kind: Some(TargetKind::Vehicle),
                name: Some("White lorry".into()),
                priority: Some(2),
                add_identifiers: vec![plate()],
                ..TargetChange::of(VEHICLE)
            }),
        ),
        (
            "parcel",
            Event::Target(TargetChange {
                kind: Some(TargetKind::Parcel),
                name: Some("Parcel".into()),
                owner: Some("JO".parse().unwrap()),
                add_links: vec![Link {
                    to: VEHICLE,
                    relation: "carried by".into(),
                }],
                ..TargetChange::of(PARCEL)
            }),
        ),
        (
            "sighting",
            Event::Sighting(Sighting {
                target: VEHICLE,
                seen_at_ms: now_ms,
                position: place,
                note: note(),
            }),
        ),
        (
            "hit",
            Event::Hit(HitRaised {
                matched: Some(matched),
                position: place,
                note: note(),
                ..HitRaised::seen(HIT, plate(), Some(VEHICLE))
            }),
        ),
        (
            "delivered",
            Event::Delivered(Delivered {
                hits: vec![HIT],
                abort: None,
            }),
        ),
        (
            "acknowledge",
            Event::Acknowledge(Acknowledgement {
                hit: HIT,
                note: note(),
            }),
        ),
        (
            "verdict",
            Event::Verdict(Verdict {
                hit: HIT,
                confirmed: true,
                note: note(),
            }),
        ),
        (
            "action",
            Event::Action(Action {
                hit: HIT,
                note: note(),
            }),
        ),
        (
            "reopen",
            Event::Reopen(Reopening {
                hit: HIT,
                note: note(),
            }),
        ),
        (
            "escalate",
            Event::Escalate(Escalation {
                hit: HIT,
                stage: HitStage::Acknowledge,
                level: Level::Liaison,
            }),
        ),
        (
            "check",
            Event::Check(CheckRequest {
                check: CHECK,
                identifier: plate(),
                countries: countries(),
                note: note(),
            }),
        ),
        (
            "check_answer",
            Event::CheckAnswer(CheckAnswer {
                check: CHECK,
                answer: Answer::Hit,
                note: note(),
            }),
        ),
        (
            "phase",
            Event::Phase(PhaseBegun {
                in_spite: Some(note()),
                countries: countries(),
                ..PhaseBegun::of("one")
            }),
        ),
        (
            "task",
            Event::Task(TaskStep {
                task: "watch".into(),
                country: Some("JO".parse().unwrap()),
                state: TaskState::Accepted,
                note: note(),
            }),
        ),
        ("h_hour", Event::HHour(HHour::at(Some(now_ms + 60_000)))),
        (
            "vote_call",
            Event::VoteCall(VoteCall {
                plan: [6; 32],
                countries: countries(),
            }),
        ),
        (
            "vote",
            Event::Vote(Vote {
                plan: [6; 32],
                choice: Choice::Go,
                note: note(),
            }),
        ),
        ("abort", Event::Abort(Abort { reason: note() })),
        (
            "custody_take",
            Event::Custody(CustodyStep {
                target: PARCEL,
                step: CustodyMove::Take,
                position: place,
                report_every: "30 min".parse::<Span>().ok(),
                note: note(),
            }),
        ),
        (
            "custody_offer",
            Event::Custody(CustodyStep {
                target: PARCEL,
                step: CustodyMove::Offer("AE".parse().unwrap()),
                position: None,
                report_every: None,
                note: String::new(),
            }),
        ),
        (
            "custody_alarm",
            Event::CustodyAlarm(CustodyAlarm { target: PARCEL }),
        ),
        (
            "document",
            Event::Document(DocumentShared {
                document: DocumentId::from_bytes([8; 16]),
                target: Some(VEHICLE),
                name: "lorry.jpg".into(),
                media_type: "image/jpeg".into(),
                size: 1_000,
                blob: BlobId::from_bytes([9; 16]),
                key: BlobKey::from_bytes([3; 32]),
                digest: Fingerprint::from_bytes([1; 32]),
            }),
        ),
        (
            "position",
            Event::Position(LivePosition {
                position: place.unwrap(),
                at_ms: now_ms,
            }),
        ),
        (
            "snapshot_wanted",
            Event::SnapshotWanted(SnapshotWanted { attempt: 1 }),
        ),
        (
            "dispute",
            Event::Dispute(Dispute {
                as_of: 2,
                digest: [0xee; 32],
            }),
        ),
    ]
}
