//! Notices and errors as lines of text.

use entente_protocol::ErrorCode;
use entente_room::{Author, Lost, Matched, Notice, Rejected, SecurityEvent};

use super::{t, tr};
use crate::engine::EngineEvent;

/// What an error code means, in words.
#[must_use]
pub fn error_text(code: ErrorCode) -> String {
    t(&format!("error-{}", code.as_str().replace('_', "-")))
}

fn name(author: &Author) -> String {
    format!("{} ({})", author.callsign, author.country)
}

/// A time as a person reads it, UTC.
#[must_use]
pub fn time(ms: u64) -> String {
    i64::try_from(ms)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
        .unwrap_or_default()
}

/// A time as a person reads it, in the time zone of this machine.
#[must_use]
pub fn local_time(ms: u64) -> String {
    i64::try_from(ms)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        .map(|time| time.to_zoned(jiff::tz::TimeZone::system()))
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%S %Z").to_string())
        .unwrap_or_default()
}

/// One notice as one line.
#[must_use]
pub fn notice_line(notice: &Notice) -> String {
    match notice {
        Notice::Opened { .. } => t("notice-opened"),
        Notice::Joined { by, .. } => tr("notice-joined", &[("by", &name(by))]),
        Notice::Said { author, say, .. } => {
            let key = if say.urgent {
                "notice-said-urgent"
            } else {
                "notice-said"
            };
            tr(key, &[("who", &name(author)), ("text", &say.text)])
        }
        Notice::Target {
            author,
            added,
            change,
            name: target,
            overtaken,
            ..
        } => {
            let who = name(author);
            let mut what = target.clone();
            if let Some(status) = change.status {
                what = format!("{what} · {}", t(&format!("status-{}", snake(&status))));
            }
            for identifier in &change.add_identifiers {
                what = format!("{what} · {identifier}");
            }
            let key = if *added {
                "notice-target-added"
            } else {
                "notice-target-changed"
            };
            let line = tr(key, &[("who", &who), ("what", &what)]);
            if overtaken.is_empty() {
                return line;
            }
            let lost: Vec<String> = overtaken.iter().map(lost_text).collect();
            format!("{line} {}", lost.join(" "))
        }
        Notice::Hit {
            author,
            hit,
            folded_into,
            count,
            ..
        } => {
            let mut seen = hit.identifier.to_string();
            if let Some(matched) = &hit.matched
                && matched.identifier != hit.identifier
            {
                seen = format!("{seen} {}", matched_text(matched));
            }
            let key = match folded_into {
                Some(_) => "notice-hit-again",
                None => "notice-hit",
            };
            let (who, count) = (name(author), count.to_string());
            tr(
                key,
                &[
                    ("who", &who),
                    ("identifier", &seen),
                    ("note", &hit.note),
                    ("count", &count),
                ],
            )
        }
        Notice::Board {
            author,
            event,
            about,
            latency_ms,
            decision,
            ..
        } => super::board::line(&name(author), event, about, *latency_ms, *decision),
        Notice::VotesVoid { author, .. } => tr("notice-votes-void", &[("who", &name(author))]),
        Notice::Position { author, position } => tr(
            "notice-position",
            &[
                ("who", &name(author)),
                ("where", &super::board::place(&position.position)),
            ],
        ),
        Notice::Acknowledged {
            author,
            acknowledgement,
            ..
        } => tr(
            "notice-acknowledged",
            &[("who", &name(author)), ("note", &acknowledgement.note)],
        ),
        Notice::Rejected { author, reason, .. } => tr(
            "notice-rejected",
            &[("who", &name(author)), ("reason", &rejected_text(*reason))],
        ),
        Notice::SeatAdded { by, seat, .. } => tr(
            "notice-seat-added",
            &[
                ("by", &name(by)),
                ("seat", &name(seat)),
                ("role", &role(seat)),
            ],
        ),
        Notice::SeatRemoved { by, seat, .. } => tr(
            "notice-seat-removed",
            &[("by", &name(by)), ("seat", &name(seat))],
        ),
        Notice::Resynced { seat, .. } => tr("notice-resynced", &[("seat", &name(seat))]),
        Notice::Revoked { seats, .. } => {
            let who: Vec<String> = seats.iter().map(name).collect();
            tr("notice-revoked", &[("who", &who.join(", "))])
        }
        Notice::AskedToJoin { asker } => tr("notice-asked-to-join", &[("asker", &name(asker))]),
        Notice::LeaveWanted { seat, .. } => tr("notice-leave-wanted", &[("seat", &name(seat))]),
        Notice::CharterAmended {
            by,
            closes_at_ms,
            countries,
            coordinators,
            retention_ms,
            tak,
            ..
        } => {
            let mut line = tr(
                "notice-charter-amended",
                &[("by", &name(by)), ("time", &time(*closes_at_ms))],
            );
            if let Some(countries) = countries {
                let countries: Vec<String> = countries.iter().map(ToString::to_string).collect();
                let text = tr(
                    "notice-charter-countries",
                    &[("countries", &countries.join(" "))],
                );
                line = format!("{line} {text}");
            }
            if let Some(count) = coordinators {
                let text = tr(
                    "notice-charter-coordinators",
                    &[("count", &count.to_string())],
                );
                line = format!("{line} {text}");
            }
            if let Some(ms) = retention_ms {
                let hours = (ms / 3_600_000).to_string();
                let text = tr("notice-charter-retention", &[("hours", &hours)]);
                line = format!("{line} {text}");
            }
            match tak {
                Some(true) => format!("{line} {}", t("notice-charter-tak")),
                Some(false) => format!("{line} {}", t("notice-charter-no-tak")),
                None => line,
            }
        }
        Notice::Bridge { author, bridge, .. } => tr(
            if bridge.on {
                "notice-bridge-on"
            } else {
                "notice-bridge-off"
            },
            &[
                ("who", &name(author)),
                ("to", &bridge.to),
                ("name", &bridge.name),
            ],
        ),
        Notice::AmendmentSigned {
            author,
            amendment,
            closes_at_ms,
            signatures,
            quorum,
            ..
        } => tr(
            "notice-amendment-signed",
            &[
                ("who", &name(author)),
                ("amendment", &amendment.to_string()),
                ("time", &time(*closes_at_ms)),
                ("signatures", &signatures.to_string()),
                ("quorum", &quorum.to_string()),
            ],
        ),
        Notice::BoardReady { author, .. } => tr("notice-board-ready", &[("who", &name(author))]),
        Notice::Gap { from, to } => tr(
            "notice-gap",
            &[("from", &from.to_string()), ("to", &to.to_string())],
        ),
        Notice::NeedsNewerClient { author, kind, .. } => tr(
            "notice-needs-newer-client",
            &[("who", &name(author)), ("kind", kind)],
        ),
        Notice::Security {
            security,
            device,
            seq,
        } => tr(
            "notice-security",
            &[
                ("what", &security_text(security)),
                ("device", &device.to_string()),
                ("seq", &seq.to_string()),
            ],
        ),
        Notice::Removed { by, .. } => tr("notice-removed", &[("by", &name(by))]),
        Notice::Closed { .. } => t("notice-closed"),
    }
}

/// What somebody had said of a field, and nobody will read there any more.
fn lost_text(lost: &Lost) -> String {
    let value = match lost.field.as_str() {
        list @ ("kind" | "status") => super::board::word(list, &lost.value),
        _ => lost.value.clone(),
    };
    tr(
        "notice-overtaken",
        &[
            ("field", &t(&format!("field-{}", lost.field))),
            ("value", &value),
            ("who", &lost.by.as_ref().map(name).unwrap_or_default()),
            ("seq", &lost.seq.to_string()),
        ],
    )
}

fn role(author: &Author) -> String {
    t(&format!("role-{}", author.role))
}

fn snake<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text.replace('_', "-"),
        _ => String::new(),
    }
}

/// Why an event did nothing.
#[must_use]
pub fn rejected_text(reason: Rejected) -> String {
    t(&format!("rejected-{}", reason.as_str().replace('_', "-")))
}

/// Which identifier a hit matches, and how surely.
fn matched_text(matched: &Matched) -> String {
    tr(
        "notice-hit-matched",
        &[
            ("identifier", &matched.identifier.to_string()),
            (
                "rule",
                &t(&format!("rule-{}", matched.rule.as_str().replace('_', "-"))),
            ),
            ("certainty", &matched.certainty.to_string()),
        ],
    )
}

fn security_text(security: &SecurityEvent) -> String {
    match security {
        SecurityEvent::CommitRefused { code, .. } => {
            tr("security-commit-refused", &[("rule", &policy_text(code))])
        }
        SecurityEvent::CommitUnreadable => t("security-commit-unreadable"),
        SecurityEvent::MessageUnreadable => t("security-message-unreadable"),
        SecurityEvent::Unsigned => t("security-unsigned"),
        SecurityEvent::WrongSender => t("security-wrong-sender"),
        SecurityEvent::TranscriptFork {
            agreed_seq,
            seen_seq,
        } => tr(
            "security-transcript-fork",
            &[
                ("agreed", &agreed_seq.to_string()),
                ("seen", &seen_seq.to_string()),
            ],
        ),
        SecurityEvent::Doubled { .. } => t("security-doubled"),
        SecurityEvent::FalseRevocation => t("security-false-revocation"),
        SecurityEvent::HistoryRewritten => t("security-history-rewritten"),
        SecurityEvent::Rollback { head } => tr("security-rollback", &[("head", &head.to_string())]),
        SecurityEvent::StaleCommit => t("security-stale-commit"),
        SecurityEvent::CommitWithheld { .. } => t("security-commit-withheld"),
        SecurityEvent::NotMine { .. } => t("security-not-mine"),
        SecurityEvent::FalseKeyPackage { .. } => t("security-false-key-package"),
        SecurityEvent::FalseJoinRequest { .. } => t("security-false-join-request"),
        SecurityEvent::Unconsented { to } => tr("security-unconsented", &[("to", to)]),
        SecurityEvent::OldState { .. } => t("security-old-state"),
        SecurityEvent::GoneSeat { .. } => t("security-gone-seat"),
        SecurityEvent::SnapshotDisputed { .. } => t("security-snapshot-disputed"),
        SecurityEvent::SnapshotDisputedBy { .. } => t("security-snapshot-disputed-by"),
        SecurityEvent::RoomFork { .. } => t("security-room-fork"),
        SecurityEvent::RoomWithheld { .. } => t("security-room-withheld"),
        SecurityEvent::Unannounced => t("security-unannounced"),
        SecurityEvent::Unagreed { place } => {
            tr("security-unagreed", &[("place", &place.to_string())])
        }
        SecurityEvent::ClockDisagreement { .. } => t("security-clock-disagreement"),
    }
}

/// A rule of the membership policy by its code.
#[must_use]
pub fn policy_text(code: &str) -> String {
    t(&format!("policy-{code}"))
}

/// One event of the engine as one line; none for what a person need not see.
#[must_use]
pub fn event_line(event: &EngineEvent) -> Option<String> {
    match event {
        EngineEvent::Connected { .. } => Some(t("event-connected")),
        EngineEvent::Disconnected { code } => Some(match code {
            Some(code) => tr(
                "event-disconnected-because",
                &[("reason", &error_text(*code))],
            ),
            None => t("event-disconnected"),
        }),
        EngineEvent::HubClock { difference_ms } => Some(tr(
            "event-hub-clock",
            &[("seconds", &(difference_ms / 1_000).to_string())],
        )),
        EngineEvent::ClockUncertain { uncertainty_ms } => Some(tr(
            "plan-clock-uncertain",
            &[("ms", &uncertainty_ms.to_string())],
        )),
        EngineEvent::Joined { .. } | EngineEvent::CaughtUp { .. } => None,
        EngineEvent::Room { notice, .. } => Some(notice_line(notice)),
        EngineEvent::UnknownInviter {
            room,
            inviter,
            authority,
        } => Some(tr(
            "event-unknown-inviter",
            &[
                ("room", &room.to_string()),
                ("who", &name(inviter)),
                ("authority", &authority.to_string()),
            ],
        )),
        EngineEvent::JoinRefused { reason, .. } => {
            Some(tr("event-join-refused", &[("reason", reason)]))
        }
        EngineEvent::AskRefused { code, .. } => {
            Some(tr("event-ask-refused", &[("reason", &error_text(*code))]))
        }
        EngineEvent::HubRefused { code, .. } => {
            Some(tr("event-hub-refused", &[("reason", &error_text(*code))]))
        }
        EngineEvent::GivenUp { code, .. } => {
            Some(tr("event-given-up", &[("reason", &error_text(*code))]))
        }
        EngineEvent::Stopped { reason } => Some(tr("event-stopped", &[("reason", reason)])),
    }
}
