//! The rules of trust, from outside the crate.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::panic)]

mod certificates;
mod charters;
mod compartments;
mod enrolment;
mod people;
mod policy;
mod revocation;
