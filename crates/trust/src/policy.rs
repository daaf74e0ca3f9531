//! The membership policy: one pure function, run by the hub before it accepts a commit and by
//! every member before it merges one.

use entente_protocol::{DeviceId, limits};

use crate::{
    Accreditation, CertificateError, Charter, CharterError, CharterHistory, Country, Revocations,
    Role, Roster,
};

/// Who made a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committer {
    /// The member at this leaf.
    Member(u32),
    /// A device outside the group (external commit, RFC 9420 §12.4.3.2), with its new leaf.
    External(Accreditation),
}

/// A Remove in a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removal {
    /// Leaf of the removed member.
    pub leaf: u32,
    /// Leaf of who proposed it; none for the committer of an external commit.
    pub proposer: Option<u32>,
}

/// What a valid MLS commit does, in the words of the policy (see [`crate::mls::commit_facts`]).
#[derive(Debug, Clone)]
pub struct CommitFacts {
    /// Who made it.
    pub committer: Committer,
    /// When, by the committer's clock, Unix milliseconds: signed with the commit.
    pub made_at_ms: u64,
    /// Devices that it adds; all proposed by the committer itself.
    pub adds: Vec<Accreditation>,
    /// Members that it removes.
    pub removals: Vec<Removal>,
    /// The committer's new leaf, if the commit has a path.
    pub path_leaf: Option<Accreditation>,
    /// The charters in the new GroupContext, if the commit changes the extensions.
    pub charter: Option<CharterHistory>,
}

/// What an allowed commit changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MembershipChange {
    /// Devices that get a seat.
    pub added: Vec<DeviceId>,
    /// Devices that lose theirs.
    pub removed: Vec<DeviceId>,
    /// The device that came back by external commit.
    pub resynced: Option<DeviceId>,
    /// The charters from now on, if they changed.
    pub charter: Option<CharterHistory>,
}

/// The rule that a commit breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    /// The room's time box is over.
    #[error("the room is closed")]
    Closed,
    /// The committer's clock and the hub's are too far apart.
    #[error("the committer's clock and the hub's differ too much")]
    Clock,
    /// The committer has no seat.
    #[error("the committer has no seat")]
    NoSeat,
    /// The committer's accreditation, or that of an added device, is bad.
    #[error("accreditation: {0}")]
    Accreditation(#[from] CertificateError),
    /// The committer, or an added device, was revoked by its authority.
    #[error("the device was revoked by its authority")]
    Revoked,
    /// The committer's new leaf carries another accreditation than its seat.
    #[error("the committer changed its accreditation")]
    LeafChanged,
    /// The added device's authority is not in the charter.
    #[error("the charter does not name the added device's authority")]
    UnknownAuthority,
    /// The added device's role is above what the charter lets its authority give.
    #[error("the added device's role is above its authority's")]
    RoleTooHigh,
    /// The committer's role may not add.
    #[error("a {0} may not admit")]
    MayNotAdmit(Role),
    /// A liaison admits or removes for another country.
    #[error("a liaison of {0} acts for {1}")]
    OtherCountry(Country, Country),
    /// The device has a seat already, or is added twice.
    #[error("the device has a seat already")]
    SeatTaken,
    /// More seats than allowed.
    #[error("the room is full")]
    RoomFull,
    /// The committer's role may not remove.
    #[error("a {0} may not remove others")]
    MayNotRemove(Role),
    /// A leaf without a seat is removed, or one twice.
    #[error("the removed leaf has no seat")]
    NoSuchSeat,
    /// An external commit that does anything but replace the device's own leaf.
    #[error("an external commit may only bring a seated device back")]
    NotAResync,
    /// The new charter is not a permitted amendment.
    #[error("charter: {0}")]
    Charter(#[from] CharterError),
    /// The new charter leaves a seat without a right to it.
    #[error("the new charter leaves a seat without a right to it")]
    SeatLeft,
    /// Something that no commit of a room may contain.
    #[error("a room's commit may not contain {0}")]
    Forbidden(&'static str),
    /// In a compartment: the committer, or an added device, does not sit in the room, or was revoked there.
    #[error("the device does not sit in the room")]
    NotInRoom,
    /// In a compartment: it is not for that country.
    #[error("the compartment does not name {0}")]
    CountryNotNamed(Country),
    /// In a compartment: the commit names an older place in the room than one before it.
    #[error("the commit rests on what the room is no more")]
    OldRoom,
}

impl PolicyRefusal {
    /// Every code of [`PolicyRefusal::code`].
    pub const CODES: [&'static str; 26] = [
        "closed",
        "clock",
        "no-seat",
        "certificate-expired",
        "certificate-not-yet-valid",
        "certificate-bad",
        "leaf-changed",
        "revoked",
        "unknown-authority",
        "role-too-high",
        "may-not-admit",
        "other-country",
        "seat-taken",
        "room-full",
        "may-not-remove",
        "no-such-seat",
        "not-a-resync",
        "charter-quorum",
        "charter-signer",
        "charter-end",
        "charter-bad",
        "seat-left",
        "forbidden",
        "not-in-room",
        "country-not-named",
        "old-room",
    ];

    /// The rule's name for programs and translations, without its details.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Clock => "clock",
            Self::NoSeat => "no-seat",
            Self::Accreditation(CertificateError::Expired) => "certificate-expired",
            Self::Accreditation(CertificateError::NotYetValid) => "certificate-not-yet-valid",
            Self::Accreditation(_) => "certificate-bad",
            Self::LeafChanged => "leaf-changed",
            Self::Revoked => "revoked",
            Self::UnknownAuthority => "unknown-authority",
            Self::RoleTooHigh => "role-too-high",
            Self::MayNotAdmit(_) => "may-not-admit",
            Self::OtherCountry(..) => "other-country",
            Self::SeatTaken => "seat-taken",
            Self::RoomFull => "room-full",
            Self::MayNotRemove(_) => "may-not-remove",
            Self::NoSuchSeat => "no-such-seat",
            Self::NotAResync => "not-a-resync",
            Self::Charter(CharterError::Quorum) => "charter-quorum",
            Self::Charter(CharterError::Signer) => "charter-signer",
            Self::Charter(CharterError::End) => "charter-end",
            Self::Charter(_) => "charter-bad",
            Self::SeatLeft => "seat-left",
            Self::Forbidden(_) => "forbidden",
            Self::NotInRoom => "not-in-room",
            Self::CountryNotNamed(_) => "country-not-named",
            Self::OldRoom => "old-room",
        }
    }
}

/// May this commit take effect? `now_ms` is the hub's time of acceptance, the same for all.
///
/// # Errors
/// The first broken rule; see [`PolicyRefusal`].
pub fn check_commit(
    roster: &Roster,
    charter: &CharterHistory,
    revocations: &Revocations,
    facts: &CommitFacts,
    now_ms: u64,
) -> Result<MembershipChange, PolicyRefusal> {
    if now_ms >= charter.in_force().closes_at_ms {
        return Err(PolicyRefusal::Closed);
    }
    // Neither the hub nor the committer alone can say when it was: what one of them claims, the
    // other must confirm.
    if facts.made_at_ms.abs_diff(now_ms) > limits::CLOCK_TOLERANCE_MS {
        return Err(PolicyRefusal::Clock);
    }
    match &facts.committer {
        Committer::External(accreditation) => {
            check_not_revoked(revocations, accreditation)?;
            check_resync(roster, facts, accreditation, now_ms)
        }
        Committer::Member(leaf) => {
            let committer = roster.at(*leaf).ok_or(PolicyRefusal::NoSeat)?;
            check_not_revoked(revocations, &committer.accreditation)?;
            for added in &facts.adds {
                check_not_revoked(revocations, added)?;
            }
            if let Some(next) = &facts.charter {
                check_signers(roster, revocations, next)?;
            }
            check_member_commit(roster, charter, facts, *leaf, now_ms)
        }
    }
}

fn check_not_revoked(
    revocations: &Revocations,
    device: &Accreditation,
) -> Result<(), PolicyRefusal> {
    if revocations.revokes(device) {
        Err(PolicyRefusal::Revoked)
    } else {
        Ok(())
    }
}

pub(crate) fn check_resync(
    roster: &Roster,
    facts: &CommitFacts,
    newcomer: &Accreditation,
    now_ms: u64,
) -> Result<MembershipChange, PolicyRefusal> {
    newcomer.check_time(now_ms)?;
    let seat = roster
        .seat(newcomer.device())
        .ok_or(PolicyRefusal::NoSeat)?;
    let replaces_itself = matches!(facts.removals.as_slice(), [only] if only.leaf == seat.leaf);
    let nothing_else = facts.adds.is_empty() && facts.charter.is_none();
    if !replaces_itself || !nothing_else || &seat.accreditation != newcomer {
        return Err(PolicyRefusal::NotAResync);
    }
    Ok(MembershipChange {
        resynced: Some(newcomer.device()),
        ..MembershipChange::default()
    })
}

fn check_member_commit(
    roster: &Roster,
    charters: &CharterHistory,
    facts: &CommitFacts,
    leaf: u32,
    now_ms: u64,
) -> Result<MembershipChange, PolicyRefusal> {
    let committer = &roster.at(leaf).ok_or(PolicyRefusal::NoSeat)?.accreditation;
    committer.check_time(now_ms)?;
    if facts.path_leaf.as_ref().is_some_and(|new| new != committer) {
        return Err(PolicyRefusal::LeafChanged);
    }
    let role = charters.in_force().role_of(committer);
    let mut change = MembershipChange::default();
    for removal in &facts.removals {
        let removed = roster.at(removal.leaf).ok_or(PolicyRefusal::NoSuchSeat)?;
        let device = removed.accreditation.device();
        if change.removed.contains(&device) {
            return Err(PolicyRefusal::NoSuchSeat);
        }
        // Whoever asked to leave may be let go by anybody's commit.
        if removal.proposer != Some(removal.leaf) {
            check_may_remove(role, committer, &removed.accreditation)?;
        }
        change.removed.push(device);
    }
    // An amendment is judged by the charter in force; what the same commit adds, by the new one.
    if let Some(next) = &facts.charter {
        next.check_follows(charters, now_ms)?;
        check_left(roster, &change.removed, next.in_force())?;
        change.charter = Some(next.clone());
    }
    let in_force = change.charter.as_ref().unwrap_or(charters).in_force();
    for added in &facts.adds {
        check_may_add(role, committer, added, in_force, now_ms)?;
        let device = added.device();
        if roster.seat(device).is_some() || change.added.contains(&device) {
            return Err(PolicyRefusal::SeatTaken);
        }
        change.added.push(device);
    }
    let seats = roster.len() + change.added.len() - change.removed.len();
    if seats > limits::MAX_SEATS && !change.added.is_empty() {
        return Err(PolicyRefusal::RoomFull);
    }
    Ok(change)
}

/// Being named in the charter is not enough to sign an amendment: each signer sits, with that very
/// accreditation, and was not revoked. A key that was taken with its device signs nothing more.
fn check_signers(
    roster: &Roster,
    revocations: &Revocations,
    next: &CharterHistory,
) -> Result<(), PolicyRefusal> {
    for signer in next.amended_by()? {
        let seat = roster.seat(signer.device());
        if seat.is_none_or(|seat| seat.accreditation != signer) {
            return Err(CharterError::Signer.into());
        }
        check_not_revoked(revocations, &signer)?;
    }
    Ok(())
}

/// Whoever an amendment leaves without a right to sit must go with the same commit.
fn check_left(
    roster: &Roster,
    removed: &[DeviceId],
    charter: &Charter,
) -> Result<(), PolicyRefusal> {
    let mut left = roster
        .seats()
        .filter(|(device, _)| !removed.contains(device));
    if left.any(|(_, seat)| check_authority(&seat.accreditation, charter).is_err()) {
        return Err(PolicyRefusal::SeatLeft);
    }
    Ok(())
}

fn check_may_remove(
    role: Role,
    committer: &Accreditation,
    removed: &Accreditation,
) -> Result<(), PolicyRefusal> {
    match role {
        Role::Coordinator => Ok(()),
        Role::Liaison if removed.country() == committer.country() => Ok(()),
        Role::Liaison => Err(PolicyRefusal::OtherCountry(
            committer.country(),
            removed.country(),
        )),
        role => Err(PolicyRefusal::MayNotRemove(role)),
    }
}

fn check_may_add(
    role: Role,
    committer: &Accreditation,
    added: &Accreditation,
    charter: &Charter,
    now_ms: u64,
) -> Result<(), PolicyRefusal> {
    match role {
        Role::Coordinator => {}
        Role::Liaison if added.country() == committer.country() => {}
        Role::Liaison => {
            return Err(PolicyRefusal::OtherCountry(
                committer.country(),
                added.country(),
            ));
        }
        role => return Err(PolicyRefusal::MayNotAdmit(role)),
    }
    added.check_time(now_ms)?;
    check_authority(added, charter)
}

/// May this device sit in a room of this charter, if somebody admits it?
#[must_use]
pub fn may_sit(device: &Accreditation, charter: &Charter) -> bool {
    check_authority(device, charter).is_ok()
}

/// May these seats be in a room of this charter? What a joiner asks of a room that it did not see
/// grow: every seat's authority is named, and gives no role above its own.
///
/// # Errors
/// [`PolicyRefusal::UnknownAuthority`] or [`PolicyRefusal::RoleTooHigh`].
pub fn check_roster(roster: &Roster, charter: &Charter) -> Result<(), PolicyRefusal> {
    roster
        .seats()
        .try_for_each(|(_, seat)| check_authority(&seat.accreditation, charter))
}

/// May the seat at `leaf` admit this device? What a joiner asks of whoever invited it.
///
/// # Errors
/// See [`PolicyRefusal`].
pub fn check_invitation(
    roster: &Roster,
    charter: &Charter,
    leaf: u32,
    invited: &Accreditation,
    now_ms: u64,
) -> Result<(), PolicyRefusal> {
    let inviter = &roster.at(leaf).ok_or(PolicyRefusal::NoSeat)?.accreditation;
    check_may_add(charter.role_of(inviter), inviter, invited, charter, now_ms)
}

pub(crate) fn check_authority(
    device: &Accreditation,
    charter: &Charter,
) -> Result<(), PolicyRefusal> {
    let authority = charter
        .authority(device.root())
        .ok_or(PolicyRefusal::UnknownAuthority)?;
    if authority.country != device.country() {
        return Err(PolicyRefusal::UnknownAuthority);
    }
    if !charter.role_of(device).is_within(authority.highest_role) {
        return Err(PolicyRefusal::RoleTooHigh);
    }
    Ok(())
}
