//! What a hub that is fully taken over, with or without a corrupt member's help, tries against
//! honest devices. The hub is ours and lies; the devices are real clients. Each attack must leave
//! them unharmed and show the right alarm. `docs/THREATS.md` lists every test here by its name.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod history;
mod invitations;
mod membership;
mod stage;
mod time;
