//! `entente compartment promote`, `agree` and `say`: bringing a target of a compartment into the room.

use entente_room::{Event, SessionError, TargetId};
use entente_trust::Role;
use serde_json::json;

use super::common::{RoomArgs, delivered, start_caught_up};
use super::compartment::pick_compartment;
use super::{Failure, Output};
use crate::i18n::{t, tr};
use crate::random_bytes;

#[derive(Debug, clap::Args)]
pub(super) struct Promote {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "TARGET", help = t("help-target-id"))]
    target: TargetId,
}

#[derive(Debug, clap::Args)]
pub(super) struct Agree {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "TARGET", help = t("help-target-id"))]
    target: TargetId,
    #[arg(long, help = t("help-compartment-no"))]
    no: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Tell {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "TARGET", help = t("help-target-id"))]
    target: TargetId,
}

/// Asks; if one answers for the target oneself, that is the agreement too.
pub(super) async fn promote(args: Promote, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_compartment(&engine, args.room.room).await?;
    let new = TargetId::from_bytes(random_bytes()?);
    let target = args.target;
    let event = engine.view(room, move |session| session.promotion_of(target, new));
    let event = event.await?.map_err(crate::engine::EngineError::from)?;
    let digest = match &event {
        Event::Promote(wanted) => wanted.say.promotion_digest(),
        _ => [0; 32],
    };
    let wait = args.room.device.wait;
    delivered(&engine, wait, (room, event)).await?;
    let answers = engine.view(room, move |session| {
        let owner = session.board().target(target).map(|it| it.owner.value);
        let own = session.identity().accreditation().country();
        owner == Some(own) && matches!(session.role(), Some(Role::Coordinator | Role::Liaison))
    });
    let is_agreed = answers.await?;
    if is_agreed {
        let answer = entente_room::Session::answer_promotion(digest, true);
        delivered(&engine, wait, (room, answer)).await?;
    }
    engine.stop().await;
    let value = json!({ "compartment": room, "target": target, "agreed": is_agreed,
                        "digest": data_encoding::HEXLOWER.encode(&digest) });
    output.show(&value, || {
        t(if is_agreed {
            "promotion-agreed"
        } else {
            "promotion-wanted"
        })
    });
    Ok(())
}

/// Digest of what was last wanted of a target.
async fn wanted(
    engine: &crate::engine::Engine,
    room: entente_protocol::RoomId,
    target: TargetId,
) -> Result<[u8; 32], Failure> {
    let found = engine.view(room, move |session| {
        let promotions = session.board().promotions();
        let of_target = promotions.filter(|(_, it)| it.target == target);
        of_target
            .max_by_key(|(_, it)| it.wanted.seq)
            .map(|(digest, _)| digest)
    });
    found
        .await?
        .ok_or_else(|| Failure::unknown(&target.to_string()))
}

pub(super) async fn agree(args: Agree, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_compartment(&engine, args.room.room).await?;
    let digest = wanted(&engine, room, args.target).await?;
    let answer = entente_room::Session::answer_promotion(digest, !args.no);
    let seq = delivered(&engine, args.room.device.wait, (room, answer)).await?;
    engine.stop().await;
    let value =
        json!({ "compartment": room, "target": args.target, "agreed": !args.no, "seq": seq });
    output.show(&value, || {
        t(if args.no {
            "promotion-refused"
        } else {
            "promotion-agreed"
        })
    });
    Ok(())
}

/// Says it in the room, as it was agreed on.
pub(super) async fn tell(args: Tell, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let inner = pick_compartment(&engine, args.room.room).await?;
    let digest = wanted(&engine, inner, args.target).await?;
    let found = engine.view(inner, move |session| {
        let parent = session.compartment().map(|it| it.room);
        let parent = parent.ok_or(SessionError::OtherRoom)?;
        Ok::<_, SessionError>((parent, session.promoted(digest)?))
    });
    let found = found.await?.map_err(crate::engine::EngineError::from);
    let (room, event) = found?;
    let target = match &event {
        Event::Target(change) => change.target,
        _ => args.target,
    };
    let seq = delivered(&engine, args.room.device.wait, (room, event)).await?;
    engine.stop().await;
    let value = json!({ "room": room, "target": target, "seq": seq });
    output.show(&value, || {
        tr("promotion-said", &[("target", &target.to_string())])
    });
    Ok(())
}
