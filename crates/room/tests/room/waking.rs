//! Which messages wake people, and whom.

use entente_delivery::{Effect, Input};
use entente_protocol::{DeviceId, SendMessage, Wake};
use entente_room::{
    Abort, Acknowledgement, CheckId, CheckRequest, CustodyAlarm, Escalation, Event, HHour, HitId,
    HitRaised, HitStage, Level, PhaseBegun, Reopening, Say, TargetId, VoteCall,
};
use entente_trust::{RevocationList, SignedRevocationList};

use crate::support::{Country, NOW, World};
use crate::{CLASSIC, say, target, world};

fn urgent(text: &str) -> Event {
    Event::Say(Say {
        text: text.to_owned(),
        urgent: true,
        reply_to: None,
    })
}

/// What a member's session makes of an event.
fn sealed(world: &mut World, by: usize, event: &Event) -> SendMessage {
    let session = world.members[by].session();
    session.enqueue(event).unwrap();
    session.outgoing(1, *NOW).unwrap().remove(0)
}

/// What the hub makes of it.
fn woken(world: &mut World, by: usize, event: &Event) -> Option<Vec<DeviceId>> {
    let send = sealed(world, by, event);
    let device = world.members[by].identity.device();
    let effects = world.hub.handle(device, Input::Send(send), *NOW).unwrap();
    let wakes = effects.iter().find_map(|effect| match effect {
        Effect::Wake { devices } => Some(devices.clone()),
        _ => None,
    });
    world.carry_out(effects);
    world.settle();
    wakes
}

#[test]
fn what_is_urgent_wakes_and_nothing_else() {
    let mut world = world(CLASSIC);
    let plate = "plate:JO-12 3456".parse().unwrap();
    let hit = HitId::from_bytes([5; 16]);
    let jo = "JO".parse().unwrap();
    let urgent = [
        Event::Hit(HitRaised::seen(hit, plate, None)),
        urgent("now"),
        Event::Check(CheckRequest {
            check: CheckId::from_bytes([6; 16]),
            identifier: "plate:JO-12 3456".parse().unwrap(),
            countries: vec![jo],
            note: String::new(),
        }),
        Event::VoteCall(VoteCall {
            plan: [7; 32],
            countries: vec![jo],
        }),
        Event::HHour(HHour::at(Some(1))),
        Event::HHour(HHour::at(None)),
        Event::Reopen(Reopening {
            hit,
            note: String::new(),
        }),
        Event::Abort(Abort {
            reason: "seen".to_owned(),
        }),
        Event::CustodyAlarm(CustodyAlarm {
            target: TargetId::from_bytes([8; 16]),
        }),
        Event::Escalate(Escalation {
            hit,
            stage: HitStage::Acknowledge,
            level: Level::Liaison,
        }),
    ];
    for event in urgent {
        let send = sealed(&mut world, 3, &event);
        assert_eq!(send.wake, Wake::Yes, "{event:?}");
    }
    let quiet = [
        say("later"),
        target(1, "white lorry"),
        Event::Acknowledge(Acknowledgement {
            hit,
            note: String::new(),
        }),
        Event::Phase(PhaseBegun::of("watch")),
        // An agent sees again what is closed.
        Event::Hit(HitRaised {
            quiet: true,
            ..HitRaised::seen(hit, "plate:JO-12 3456".parse().unwrap(), None)
        }),
    ];
    for event in quiet {
        let send = sealed(&mut world, 3, &event);
        assert_eq!(send.wake, Wake::No, "{event:?}");
    }
}

#[test]
fn all_others_who_sit_are_woken_once_and_nobody_who_may_not_read() {
    let mut world = world(CLASSIC);
    let ids: Vec<DeviceId> = (world.members.iter())
        .map(|member| member.identity.device())
        .collect();
    let sorted = |wanted: &[usize]| {
        let mut devices: Vec<DeviceId> = wanted.iter().map(|index| ids[*index]).collect();
        devices.sort();
        Some(devices)
    };
    assert_eq!(woken(&mut world, 3, &say("quiet")), None);
    let all = woken(&mut world, 3, &urgent("one"));
    assert_eq!(all, sorted(&[0, 1, 2, 4]));
    // The same again is answered and wakes nobody.
    let again = sealed(&mut world, 3, &urgent("twice"));
    let first = world.hub.handle(ids[3], Input::Send(again.clone()), *NOW);
    world.carry_out(first.unwrap());
    let second = world.hub.handle(ids[3], Input::Send(again), *NOW).unwrap();
    assert!(matches!(second[..], [Effect::Duplicate { .. }]));
    // A revoked device keeps its seat for a while and is not woken.
    let ae = Country::new("AE", 2, *NOW);
    let list: SignedRevocationList = RevocationList {
        version: RevocationList::VERSION,
        authority: ae.authority.fingerprint(),
        number: 1,
        issued_at_ms: *NOW,
        devices: vec![ids[4]],
    }
    .sign(&ae.key, &ae.authority);
    let effects = world.hub.revoke(&list, *NOW);
    world.carry_out(effects);
    world.settle();
    assert!(world.hub.seat(ids[4]).is_some());
    let fewer = woken(&mut world, 3, &urgent("three"));
    assert_eq!(fewer, sorted(&[0, 1, 2]));
    let wish = entente_room::CommitWish::Remove(vec![ids[2], ids[4]]);
    world.commit(0, wish).unwrap();
    world.settle();
    let fewer = woken(&mut world, 3, &urgent("four"));
    assert_eq!(fewer, sorted(&[0, 1]));
}
