//! Dossiers of rooms that were played with the hub's real state machine: whole, changed, forged, disclosed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod audited;
mod compartments;
mod disclosed;
mod forged;
mod formats;
mod held;
mod nested;
mod resealed;
mod stage;

#[path = "../../../room/tests/room/support/mod.rs"]
mod support;
