//! Who may be in a room and who may change it: accreditation certificates, the signed charter,
//! enrolment, and the membership policy.
//!
//! Everything is a pure function of its arguments: no I/O, no clock, no randomness of its own. The
//! hub runs the policy before it accepts a commit and every member runs the very same function
//! before it merges one, so a hub that lies gains nothing.

mod accreditation;
mod authority;
mod certificate;
mod charter;
mod compartment;
mod compartment_policy;
mod country;
mod credential;
mod device;
pub mod enrolment;
pub mod issue;
mod label;
mod link;
pub mod mls;
mod policy;
mod revocation;
mod role;
mod roster;
mod statement;
mod terms;
mod ticket;

pub use accreditation::Accreditation;
pub use authority::Authority;
pub use certificate::CertificateError;
pub use charter::{
    Charter, CharterAuthority, CharterError, CharterHistory, CharterSignature, SignedCharter,
};
pub use compartment::{Compartment, CompartmentError, Standing};
pub use compartment_policy::{
    check_compartment_commit, check_compartment_invitation, check_compartment_opening,
    check_compartment_roster, outsiders,
};
pub use country::{Country, CountryError};
pub use device::{DeviceSigner, device_id};
pub use link::{LinkHead, chain};
pub use policy::{
    CommitFacts, Committer, MembershipChange, PolicyRefusal, Removal, check_commit,
    check_invitation, check_roster, may_sit,
};
pub use revocation::{RevocationError, RevocationList, Revocations, SignedRevocationList};
pub use role::{Role, RoleError};
pub use roster::{Roster, Seat, digest_of_seats};
pub use statement::content as recorded_content;
pub use terms::{Consents, Terms};
pub use ticket::{Ticket, TicketError};
