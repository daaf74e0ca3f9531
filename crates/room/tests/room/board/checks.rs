//! Check requests and their answers.

use entente_room::{Answer, CheckAnswer, CheckId, CheckRequest, Event, Rejected};
use entente_trust::Role;

use super::{Room, author, cacao, dune, falcon, oryx};

#[test]
fn records_answer_for_their_country_and_a_person_after_them() {
    let mut room = Room::new();
    let check = CheckId::from_bytes([7; 16]);
    room.ok(
        &falcon(),
        Event::Check(CheckRequest {
            check,
            identifier: "passport:N4481207".parse().unwrap(),
            countries: vec!["AE".parse().unwrap(), "JO".parse().unwrap()],
            note: String::new(),
        }),
    );
    let answer = |answer| {
        Event::CheckAnswer(CheckAnswer {
            check,
            answer,
            note: String::new(),
        })
    };
    let records = author("AE", Role::Agent, 8);
    room.passes(2);
    assert_eq!(
        room.refused(&cacao(), answer(Answer::Hit)),
        Rejected::NotAsked
    );
    assert_eq!(room.refused(&oryx(), answer(Answer::Hit)), Rejected::Role);
    room.ok(&records, answer(Answer::Refer));
    assert_eq!(
        room.board.check(check).unwrap().latency_ms(records.country),
        Some(2_000)
    );
    assert_eq!(room.refused(&records, answer(Answer::Hit)), Rejected::Taken);
    room.ok(&dune(), answer(Answer::NoHit));
    assert_eq!(room.refused(&dune(), answer(Answer::Hit)), Rejected::Taken);
    assert!(
        room.board.check(check).unwrap().is_open(),
        "Jordan has not answered"
    );
}
