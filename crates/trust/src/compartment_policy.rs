//! The membership policy of compartments: as that of rooms one pure function for hub and members, but over the
//! compartment and the room in which it lies.

use entente_protocol::{DeviceId, limits};

use crate::policy::{check_authority, check_resync};
use crate::{
    Accreditation, CommitFacts, Committer, Compartment, MembershipChange, PolicyRefusal, Role,
    Roster, Standing,
};

/// May this commit take effect in a compartment? `roster` is who sits in the compartment, `room` what the room is at
/// the place that the commit names; `now_ms` is the hub's time of acceptance, the same for all.
///
/// # Errors
/// The first broken rule; see [`PolicyRefusal`].
pub fn check_compartment_commit(
    (compartment, roster): (&Compartment, &Roster),
    room: &Standing,
    facts: &CommitFacts,
    now_ms: u64,
) -> Result<MembershipChange, PolicyRefusal> {
    if now_ms >= room.charter().closes_at_ms {
        return Err(PolicyRefusal::Closed);
    }
    if facts.made_at_ms.abs_diff(now_ms) > limits::CLOCK_TOLERANCE_MS {
        return Err(PolicyRefusal::Clock);
    }
    match &facts.committer {
        Committer::External(accreditation) => {
            check_insider(compartment, room, accreditation)?;
            check_resync(roster, facts, accreditation, now_ms)
        }
        Committer::Member(leaf) => {
            let seat = roster.at(*leaf).ok_or(PolicyRefusal::NoSeat)?;
            check_insider(compartment, room, &seat.accreditation)?;
            check_member_commit((compartment, roster), room, facts, *leaf, now_ms)
        }
    }
}

/// May this device open a compartment? A liaison or coordinator who sits in the room, of a country that it names.
///
/// # Errors
/// See [`PolicyRefusal`].
pub fn check_compartment_opening(
    compartment: &Compartment,
    room: &Standing,
    founder: &Accreditation,
    now_ms: u64,
) -> Result<(), PolicyRefusal> {
    if now_ms >= room.charter().closes_at_ms {
        return Err(PolicyRefusal::Closed);
    }
    founder.check_time(now_ms)?;
    check_insider(compartment, room, founder)?;
    match room.charter().role_of(founder) {
        Role::Coordinator | Role::Liaison => Ok(()),
        role => Err(PolicyRefusal::MayNotAdmit(role)),
    }
}

/// May the seat at `leaf` of a compartment admit this device? What a joiner asks of whoever invited it. Whether the
/// joiner sits itself already makes no difference.
///
/// # Errors
/// See [`PolicyRefusal`].
pub fn check_compartment_invitation(
    (compartment, roster): (&Compartment, &Roster),
    room: &Standing,
    leaf: u32,
    invited: &Accreditation,
    now_ms: u64,
) -> Result<(), PolicyRefusal> {
    let inviter = &roster.at(leaf).ok_or(PolicyRefusal::NoSeat)?.accreditation;
    check_insider(compartment, room, inviter)?;
    let others = roster.seats().map(|(_, seat)| &seat.accreditation);
    let others = others.filter(|other| other.device() != invited.device());
    check_may_add((compartment, room), others, inviter, invited, now_ms)
}

/// May these seats be in a compartment? What a joiner asks of one that it did not see grow: each is of a country that
/// it names. Who has lost its seat in the room may still be there, until somebody takes it.
///
/// # Errors
/// [`PolicyRefusal::CountryNotNamed`].
pub fn check_compartment_roster(
    compartment: &Compartment,
    roster: &Roster,
) -> Result<(), PolicyRefusal> {
    roster
        .seats()
        .try_for_each(|(_, seat)| check_named(compartment, &seat.accreditation))
}

/// Those who sit in a compartment and not in the room any more: nothing is said there until they are out.
pub fn outsiders<'a>(
    roster: &'a Roster,
    room: &'a Standing,
) -> impl Iterator<Item = DeviceId> + 'a {
    let seats = roster.seats();
    seats
        .filter(|(_, seat)| !room.stands(&seat.accreditation))
        .map(|(device, _)| device)
}

fn check_member_commit(
    (compartment, roster): (&Compartment, &Roster),
    room: &Standing,
    facts: &CommitFacts,
    leaf: u32,
    now_ms: u64,
) -> Result<MembershipChange, PolicyRefusal> {
    let committer = &roster.at(leaf).ok_or(PolicyRefusal::NoSeat)?.accreditation;
    committer.check_time(now_ms)?;
    if facts.path_leaf.as_ref().is_some_and(|new| new != committer) {
        return Err(PolicyRefusal::LeafChanged);
    }
    if facts.charter.is_some() {
        return Err(PolicyRefusal::Forbidden("a charter"));
    }
    let mut change = MembershipChange::default();
    for removal in &facts.removals {
        let removed = &roster
            .at(removal.leaf)
            .ok_or(PolicyRefusal::NoSuchSeat)?
            .accreditation;
        if change.removed.contains(&removed.device()) {
            return Err(PolicyRefusal::NoSuchSeat);
        }
        // Whoever asked to leave may be let go by anybody's commit, and so may whoever is out of the room.
        if removal.proposer != Some(removal.leaf) && room.stands(removed) {
            check_may_remove(room, committer, removed)?;
        }
        change.removed.push(removed.device());
    }
    let stay = |accreditation: &&Accreditation| !change.removed.contains(&accreditation.device());
    let seats = roster.seats().map(|(_, seat)| &seat.accreditation);
    let mut sit: Vec<&Accreditation> = seats.filter(stay).collect();
    for added in &facts.adds {
        let device = added.device();
        if roster.seat(device).is_some() || change.added.contains(&device) {
            return Err(PolicyRefusal::SeatTaken);
        }
        let others = sit.iter().copied();
        check_may_add((compartment, room), others, committer, added, now_ms)?;
        change.added.push(device);
        sit.push(added);
    }
    if sit.len() > limits::MAX_SEATS && !change.added.is_empty() {
        return Err(PolicyRefusal::RoomFull);
    }
    Ok(change)
}

fn check_may_remove(
    room: &Standing,
    committer: &Accreditation,
    removed: &Accreditation,
) -> Result<(), PolicyRefusal> {
    let (own, other) = (committer.country(), removed.country());
    match room.charter().role_of(committer) {
        Role::Coordinator | Role::Liaison if own == other => Ok(()),
        Role::Coordinator | Role::Liaison => Err(PolicyRefusal::OtherCountry(own, other)),
        role => Err(PolicyRefusal::MayNotRemove(role)),
    }
}

/// Each country seats its own people. Of a country that nobody speaks for yet, somebody who does may be brought in.
fn check_may_add<'a>(
    (compartment, room): (&Compartment, &Standing),
    mut others: impl Iterator<Item = &'a Accreditation>,
    committer: &Accreditation,
    added: &Accreditation,
    now_ms: u64,
) -> Result<(), PolicyRefusal> {
    let speaks = |it: &Accreditation| {
        matches!(
            room.charter().role_of(it),
            Role::Coordinator | Role::Liaison
        )
    };
    let (own, other) = (committer.country(), added.country());
    if !speaks(committer) {
        return Err(PolicyRefusal::MayNotAdmit(
            room.charter().role_of(committer),
        ));
    }
    check_named(compartment, added)?;
    let is_spoken_for = others.any(|it| it.country() == other && speaks(it) && room.stands(it));
    if own != other && (is_spoken_for || !speaks(added)) {
        return Err(PolicyRefusal::OtherCountry(own, other));
    }
    added.check_time(now_ms)?;
    check_insider(compartment, room, added)?;
    check_authority(added, room.charter())
}

fn check_named(compartment: &Compartment, device: &Accreditation) -> Result<(), PolicyRefusal> {
    if compartment.names(device.country()) {
        Ok(())
    } else {
        Err(PolicyRefusal::CountryNotNamed(device.country()))
    }
}

fn check_insider(
    compartment: &Compartment,
    room: &Standing,
    device: &Accreditation,
) -> Result<(), PolicyRefusal> {
    check_named(compartment, device)?;
    if room.stands(device) {
        Ok(())
    } else {
        Err(PolicyRefusal::NotInRoom)
    }
}
