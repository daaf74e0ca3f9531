//! Black-box tests: real hub processes, real devices with their own keys, real connections.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod amendments;
mod closing;
mod commands;
mod compartments;
mod crash;
mod documents;
mod dossier;
mod exercise;
mod faults;
mod feeds;
mod full;
mod hostile;
mod hub_command;
mod joining;
mod one_board;
mod page;
mod pushes;
mod races;
mod readme;
mod refusals;
mod removed;
mod report;
mod resume;
mod retention;
mod revocation;
mod secrets;
mod seizure;
mod slow;
mod tak;
mod tls;
mod torn;
mod upgrade;
mod web;
mod webhook;
mod websocket;

use entente_tests::said;

/// The default suite of rooms, and the classic one.
const POST_QUANTUM: u16 = 0x004F;
const CLASSIC: u16 = 0x0001;
