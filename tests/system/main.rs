//! Black-box tests: real hub processes, real devices with their own keys, real connections.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commands;
mod crash;
mod exercise;
mod races;
mod refusals;
mod resume;

/// The default suite of rooms, and the classic one.
const POST_QUANTUM: u16 = 0x004F;
const CLASSIC: u16 = 0x0001;
