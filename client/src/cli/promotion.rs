//! `entente compartment promote`, `agree` and `say`: bringing a target of a compartment into the room.

use entente_protocol::RoomId;
use entente_room::{Event, Promotion, Rejected, Session, SessionError, TargetChange, TargetId};
use serde_json::{Value, json};

use super::common::{RoomArgs, delivered, start_caught_up};
use super::compartment::pick_compartment;
use super::{Failure, Output};
use crate::engine::{Engine, EngineError};
use crate::i18n::{t, tr, word};
use crate::random_bytes;

#[derive(Debug, clap::Args)]
pub(super) struct Promote {
    #[command(flatten)]
    room: RoomArgs,
    #[arg(value_name = "TARGET", help = t("help-target-id"))]
    target: TargetId,
}

/// A promotion: the only one of a target that waits, or the one of this digest.
#[derive(Debug, clap::Args)]
struct Meant {
    #[arg(value_name = "TARGET", help = t("help-target-id"))]
    target: TargetId,
    #[arg(long, value_name = "HEX", value_parser = digest, help = t("help-compartment-digest"))]
    digest: Option<Digest>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Agree {
    #[command(flatten)]
    room: RoomArgs,
    #[command(flatten)]
    meant: Meant,
    #[arg(long, help = t("help-compartment-no"))]
    no: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Tell {
    #[command(flatten)]
    room: RoomArgs,
    #[command(flatten)]
    meant: Meant,
}

type Digest = [u8; 32];

fn digest(text: &str) -> Result<Digest, String> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes());
    let bytes = bytes.ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| text.to_owned())
}

fn hex(digest: &Digest) -> String {
    data_encoding::HEXLOWER.encode(digest)
}

/// Asks; if one answers for the target oneself, that is the agreement too.
pub(super) async fn promote(args: Promote, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_compartment(&engine, args.room.room).await?;
    let new = TargetId::from_bytes(random_bytes()?);
    let target = args.target;
    let found = engine.view(room, move |session| {
        let say = session.promotion_of(target, new)?;
        Ok::<_, SessionError>((say, session.may_answer_for(target)))
    });
    let (event, is_agreed) = found.await?.map_err(EngineError::from)?;
    let digest = match &event {
        Event::Promote(wanted) => wanted.say.promotion_digest(),
        _ => [0; 32],
    };
    let wait = args.room.device.wait;
    delivered(&engine, wait, (room, event)).await?;
    if is_agreed {
        let answer = Session::answer_promotion(digest, true);
        delivered(&engine, wait, (room, answer)).await?;
    }
    engine.stop().await;
    let value = json!({ "compartment": room, "target": target, "agreed": is_agreed,
                        "digest": hex(&digest) });
    output.show(&value, || {
        t(if is_agreed {
            "promotion-agreed"
        } else {
            "promotion-wanted"
        })
    });
    Ok(())
}

/// How far a promotion has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Wanted,
    Refused,
    Agreed,
    Said,
}

impl Step {
    fn of(promotion: &Promotion, is_said: bool) -> Self {
        match promotion.answer {
            _ if is_said => Self::Said,
            Some(answer) if answer.agreed => Self::Agreed,
            Some(_) => Self::Refused,
            None => Self::Wanted,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Refused => "refused",
            Self::Agreed => "agreed",
            Self::Said => "said",
        }
    }
}

/// A promotion as it is shown.
pub(super) struct Shown {
    digest: Digest,
    target: TargetId,
    say: TargetChange,
    step: Step,
}

impl Shown {
    pub(super) fn value(&self) -> Value {
        json!({ "digest": hex(&self.digest), "target": self.target, "say": self.say,
                "step": self.step.as_str() })
    }

    pub(super) fn line(&self) -> String {
        let identifiers = self.say.add_identifiers.iter();
        let identifiers: Vec<String> = identifiers.map(ToString::to_string).collect();
        tr(
            "promotion-line",
            &[
                ("target", &self.target.to_string()),
                ("name", self.say.name.as_deref().unwrap_or_default()),
                ("identifiers", &identifiers.join(" ")),
                ("step", &word("promoting", self.step.as_str())),
                ("digest", &hex(&self.digest)),
            ],
        )
    }
}

/// What members of a compartment want to be known in the room.
pub(super) async fn promotions(engine: &Engine, inner: RoomId) -> Result<Vec<Shown>, Failure> {
    let parent = engine.view(inner, |it| it.compartment().map(|it| it.room));
    let Some(parent) = parent.await? else {
        return Err(Failure::unknown(&t("what-compartment")));
    };
    let said = engine.view(parent, |session| {
        let targets = session.board().targets();
        let digests = targets.filter_map(|(_, target)| target.promoted);
        digests.collect::<Vec<Digest>>()
    });
    let said = said.await?;
    let found = engine.view(inner, move |session| {
        let all = session.board().promotions();
        let shown = all.map(|(digest, it)| Shown {
            digest,
            target: it.target,
            say: it.say.clone(),
            step: Step::of(it, said.contains(&digest)),
        });
        shown.collect()
    });
    Ok(found.await?)
}

/// The one that is meant. If there are several it must be named: nobody agrees to what they have not seen.
async fn find(
    engine: &Engine,
    inner: RoomId,
    (meant, step): (&Meant, Step),
) -> Result<Shown, Failure> {
    let mut found = promotions(engine, inner).await?;
    found.retain(|it| {
        let is_named = meant.digest.is_some_and(|digest| digest == it.digest);
        it.target == meant.target && (is_named || (meant.digest.is_none() && it.step == step))
    });
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(Failure::usage(&t("fail-several-promotions"))),
        (None, _) => Err(Failure::unknown(&meant.target.to_string())),
    }
}

pub(super) async fn agree(args: Agree, output: Output) -> Result<(), Failure> {
    let engine = start_caught_up(&args.room.device).await?;
    let room = pick_compartment(&engine, args.room.room).await?;
    let promotion = find(&engine, room, (&args.meant, Step::Wanted)).await?;
    let answer = Session::answer_promotion(promotion.digest, !args.no);
    let seq = delivered(&engine, args.room.device.wait, (room, answer)).await?;
    engine.stop().await;
    let value = json!({ "compartment": room, "target": args.meant.target, "agreed": !args.no,
                        "say": promotion.say, "digest": hex(&promotion.digest), "seq": seq });
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
    let promotion = match find(&engine, inner, (&args.meant, Step::Agreed)).await {
        Ok(found) => found,
        // Asked for, and not agreed to: that is what has to be said of it.
        Err(_) => match find(&engine, inner, (&args.meant, Step::Said)).await {
            Ok(_) => return Err(Failure::rejected(Rejected::Taken)),
            Err(_) => find(&engine, inner, (&args.meant, Step::Wanted)).await?,
        },
    };
    let digest = promotion.digest;
    let found = engine.view(inner, move |session| {
        let parent = session.compartment().map(|it| it.room);
        let parent = parent.ok_or(SessionError::OtherRoom)?;
        Ok::<_, SessionError>((parent, session.promoted(digest)?))
    });
    let (room, event) = found.await?.map_err(EngineError::from)?;
    let seq = delivered(&engine, args.room.device.wait, (room, event)).await?;
    engine.stop().await;
    let target = promotion.say.target;
    let value = json!({ "room": room, "target": target, "seq": seq });
    output.show(&value, || {
        tr("promotion-said", &[("target", &target.to_string())])
    });
    Ok(())
}
