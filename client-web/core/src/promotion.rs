//! Bringing a target of a compartment into its room. Each step is on what somebody had on the screen, to the letter: the
//! page gives its digest back, and what differs by now is refused.

use entente_protocol::Fingerprint;
use entente_room::{Event, Promotion, Session, TargetChange, TargetId};

use crate::failure::Failure;

/// What would be said in the room of a target, and its digest as long as it has no id there.
pub(crate) fn preview(session: &Session, target: TargetId) -> Option<(TargetChange, Fingerprint)> {
    let nowhere = TargetId::from_bytes([0; 16]);
    match session.promotion_of(target, nowhere).ok()? {
        Event::Promote(wanted) => {
            let digest = Fingerprint::from_bytes(wanted.say.promotion_digest());
            Some((wanted.say, digest))
        }
        _ => None,
    }
}

/// Asks that the room may know a target, as it was shown.
pub(crate) fn wanted(
    session: &Session,
    (target, shown): (TargetId, Fingerprint),
    random: [u8; 16],
) -> Result<Event, Failure> {
    if preview(session, target).is_none_or(|(_, now)| now != shown) {
        return Err(Failure::new("promotion-changed"));
    }
    Ok(session.promotion_of(target, TargetId::from_bytes(random))?)
}

/// Agrees to what was asked, or does not.
pub(crate) fn answered(
    session: &Session,
    (target, shown): (TargetId, Fingerprint),
    agreed: bool,
) -> Result<Event, Failure> {
    find(session, target, shown)?;
    Ok(Session::answer_promotion(*shown.as_bytes(), agreed))
}

/// What was agreed on, as it is said in the room.
pub(crate) fn said(
    session: &Session,
    (target, shown): (TargetId, Fingerprint),
) -> Result<Event, Failure> {
    find(session, target, shown)?;
    Ok(session.promoted(*shown.as_bytes())?)
}

fn find(session: &Session, target: TargetId, digest: Fingerprint) -> Result<&Promotion, Failure> {
    let found = session.board().promotion(digest.as_bytes());
    let found = found.filter(|it| it.target == target);
    found.ok_or_else(|| Failure::new("no-promotion"))
}
