//! The hub's decisions as a state machine: the order of a room, its epochs, its seats, its time box.
//!
//! Bytes, a sender and a time go in; effects or a refusal come out. The server stores the effects in
//! one transaction and publishes them only then. Nothing here does I/O or reads a clock (but for
//! openmls, which looks at it when it checks the lifetime of key packages).

mod bundle;
mod compartment;
mod effect;
mod joining;
mod key_package;
mod load;
mod message;
mod opening;
mod others;
mod push_address;
mod refusal;
mod room;

pub use compartment::Above;
pub use effect::{Effect, Input, RoomRecord, SeatRecord, StoredMessage};
pub use key_package::{KeyPackageInfo, check_key_package};
pub use load::LoadError;
pub use push_address::{PushAddress, is_public};
pub use refusal::Refusal;
pub use room::Room;
