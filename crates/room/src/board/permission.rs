//! Which events a board takes at all, and from whom.

use entente_trust::Role;

use super::Rejected;
use crate::Event;

/// Some things are said in the room alone, others in its compartments alone.
pub(super) fn check_place(event: &Event, is_inner: bool) -> Result<(), Rejected> {
    if is_inner && is_the_rooms(event) {
        return Err(Rejected::RoomOnly);
    }
    if !is_inner && matches!(event, Event::Promote(_) | Event::Promotion(_)) {
        return Err(Rejected::CompartmentOnly);
    }
    Ok(())
}

/// What concerns everybody is said to everybody: a plan that some don't know can't be carried out by all.
const fn is_the_rooms(event: &Event) -> bool {
    matches!(
        event,
        Event::Phase(_)
            | Event::Task(_)
            | Event::HHour(_)
            | Event::VoteCall(_)
            | Event::Vote(_)
            | Event::Abort(_)
            | Event::Compartment(_)
    )
}

/// Observers read. Agents have no hands: they see, raise, and answer from records.
pub(super) fn check_role(event: &Event, role: Role) -> Result<(), Rejected> {
    let is_for_agents = matches!(
        event,
        Event::Sighting(_) | Event::Hit(_) | Event::CheckAnswer(_)
    );
    match role {
        Role::Observer => Err(Rejected::Role),
        Role::Agent if !is_for_agents => Err(Rejected::Role),
        _ => Ok(()),
    }
}
