//! Phases and their tasks.

use entente_room::{Event, PhaseBegun, Rejected, TargetStatus, TaskState, TaskStep};

use super::{Room, begin, cacao, dune, falcon, oryx, petra, status};

fn step(task: &str, country: Option<&str>, state: TaskState) -> Event {
    Event::Task(TaskStep {
        task: task.into(),
        country: country.map(|code| code.parse().unwrap()),
        state,
        note: String::new(),
    })
}

#[test]
fn a_phase_begins_when_it_may_or_in_spite() {
    let mut room = Room::new();
    assert_eq!(room.refused(&dune(), begin("one", None)), Rejected::Role);
    room.ok(&petra(), begin("one", None));
    assert_eq!(
        room.refused(&petra(), begin("two", None)),
        Rejected::Conditions
    );
    assert_eq!(
        room.refused(&petra(), begin("four", None)),
        Rejected::NotInPlaybook
    );
    room.ok(&petra(), begin("two", Some("no time")));
    assert_eq!(
        room.board.plan().phase().unwrap().in_spite.as_deref(),
        Some("no time")
    );
    room.ok(&falcon(), step("look", None, TaskState::Done));
    room.ok(&petra(), begin("two", Some("not needed")));
    assert_eq!(room.board.plan().phase().unwrap().in_spite, None);
}

#[test]
fn tasks_belong_to_those_who_do_them() {
    let mut room = Room::new();
    room.ok(&petra(), begin("one", None));
    assert_eq!(
        room.refused(&falcon(), step("look", Some("JO"), TaskState::Assigned)),
        Rejected::Role
    );
    room.ok(&petra(), step("look", Some("AE"), TaskState::Assigned));
    assert_eq!(
        room.refused(&falcon(), step("look", Some("AE"), TaskState::Accepted)),
        Rejected::Role
    );
    room.ok(&oryx(), step("look", Some("AE"), TaskState::Accepted));
    assert_eq!(
        room.refused(&dune(), step("act", None, TaskState::Done)),
        Rejected::Conditions
    );
    assert!(!room.board.is_overdue("look", room.now + 60_000));
    assert!(room.board.is_overdue("look", room.now + 60_001));
    room.ok(&oryx(), step("look", Some("AE"), TaskState::Done));
    assert!(!room.board.is_overdue("look", room.now + 60_001));
    room.ok(&dune(), step("act", None, TaskState::Done));
}

#[test]
fn a_task_for_each_country_is_done_when_each_has_done_it() {
    let mut room = Room::with_lorry();
    let countries = ["AE", "CI", "JO"].map(|code| code.parse().unwrap());
    let begun = PhaseBegun {
        in_spite: Some("test".into()),
        countries: countries.to_vec(),
        ..PhaseBegun::of("end")
    };
    room.ok(&petra(), Event::Phase(begun));
    let awaited = |room: &Room, task: &str| -> Vec<String> {
        let awaited = room.board.awaited(task);
        awaited.iter().map(ToString::to_string).collect()
    };
    assert_eq!(awaited(&room, "each"), ["AE", "CI", "JO"]);
    // Who names no country speaks for its own.
    room.ok(&dune(), step("each", None, TaskState::Done));
    assert!(!room.board.is_done("each"));
    assert_eq!(awaited(&room, "each"), ["CI", "JO"]);
    room.ok(&petra(), step("each", Some("JO"), TaskState::Done));
    room.ok(&cacao(), step("each", Some("CI"), TaskState::Done));
    assert!(room.board.is_done("each"));
    // What nobody but the Emirates is planned for is theirs alone, once it is planned.
    room.ok(&dune(), status(TargetStatus::Approved));
    assert_eq!(awaited(&room, "owned"), ["AE"]);
    room.ok(&cacao(), step("owned", None, TaskState::Done));
    assert!(!room.board.is_done("owned"));
    room.ok(&dune(), step("owned", None, TaskState::Done));
    assert!(room.board.is_done("owned"));
    assert!(room.board.awaited("look").is_empty());
}
