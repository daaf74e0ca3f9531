//! Tickets, and requests and answers over a hub that changes what it carries.

use entente_protocol::{EnrolmentAnswer, EnrolmentRequest};
use entente_trust::enrolment::{EnrolmentError, answer, check_answer, check_request, request};
use entente_trust::{DeviceSigner, Role, Ticket, TicketError};

use crate::people::{Country, DAY, HOUR, NOW};

fn ticket(country: &Country, code: u8) -> Ticket {
    Ticket::new(country.authority.fingerprint(), [code; 16], NOW + HOUR)
}

#[test]
fn a_ticket_survives_being_typed_in() {
    let ticket = ticket(&Country::new("JO", 1), 5);
    let text = ticket.reveal();
    assert_eq!(text.parse::<Ticket>(), Ok(ticket.clone()));
    assert_eq!(text.to_lowercase().parse::<Ticket>(), Ok(ticket.clone()));
    let in_groups: String = text
        .chars()
        .enumerate()
        .flat_map(|(index, c)| [Some(c), (index % 4 == 3).then_some(' ')])
        .flatten()
        .collect();
    assert_eq!(in_groups.parse::<Ticket>(), Ok(ticket.clone()));
    assert!(!format!("{ticket:?}").contains(&text[40..60]));
}

#[test]
fn a_ticket_that_was_mistyped_is_told_so() {
    let text = ticket(&Country::new("JO", 1), 5).reveal();
    for place in "ENT1-".len()..text.len() {
        let mut typed = text.clone().into_bytes();
        typed[place] = if typed[place] == b'A' { b'B' } else { b'A' };
        let typed = String::from_utf8(typed).unwrap();
        assert!(typed.parse::<Ticket>().is_err(), "character {place}");
        assert!(text[..place].parse::<Ticket>().is_err());
    }
    assert_eq!("".parse::<Ticket>(), Err(TicketError::Malformed));
    assert_eq!("ENT1-".parse::<Ticket>(), Err(TicketError::Mistyped));
    assert_eq!("ENT1-ö".parse::<Ticket>(), Err(TicketError::Malformed));
}

#[test]
fn a_request_is_believed_only_as_it_was_made() {
    let jordan = Country::new("JO", 1);
    let ticket = ticket(&jordan, 5);
    let device = DeviceSigner::from_seed(&[10; 32]);
    let good = request(&ticket, &device);
    assert_eq!(check_request(&ticket, &good, NOW), Ok(()));
    let bytes = good.encode().unwrap();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        if let Ok(changed) = EnrolmentRequest::decode(&changed) {
            assert!(
                check_request(&ticket, &changed, NOW).is_err(),
                "byte {place}"
            );
        }
    }
}

/// What a hub would do to get itself a certificate: put its own key into the request.
#[test]
fn a_swapped_key_is_found_with_and_without_a_new_proof() {
    let jordan = Country::new("JO", 1);
    let ticket = ticket(&jordan, 5);
    let device = DeviceSigner::from_seed(&[10; 32]);
    let hubs_own = DeviceSigner::from_seed(&[66; 32]);
    let good = request(&ticket, &device);
    let swapped = EnrolmentRequest {
        device_key: hubs_own.public_key(),
        ..good.clone()
    };
    assert_eq!(
        check_request(&ticket, &swapped, NOW),
        Err(EnrolmentError::Mac)
    );
    // The hub can make a good proof of possession, but no MAC: it guesses another code.
    let guessed = request(
        &Ticket::new(jordan.authority.fingerprint(), [6; 16], NOW + HOUR),
        &hubs_own,
    );
    let guessed = EnrolmentRequest {
        ticket: ticket.id(),
        ..guessed
    };
    assert_eq!(
        check_request(&ticket, &guessed, NOW),
        Err(EnrolmentError::Mac)
    );
}

#[test]
fn a_ticket_ends() {
    let jordan = Country::new("JO", 1);
    let ticket = ticket(&jordan, 5);
    let good = request(&ticket, &DeviceSigner::from_seed(&[10; 32]));
    assert_eq!(check_request(&ticket, &good, NOW + HOUR - 1), Ok(()));
    assert_eq!(
        check_request(&ticket, &good, NOW + HOUR),
        Err(EnrolmentError::Expired)
    );
}

#[test]
fn an_answer_is_believed_only_as_it_was_made() {
    let jordan = Country::new("JO", 1);
    let ticket = ticket(&jordan, 5);
    let device = jordan.device(Role::Field, 10);
    let asked = request(&ticket, &device.signer);
    let key = device.signer.public_key();
    let good = answer(&ticket, &asked, device.accreditation.chain());
    assert_eq!(
        check_answer(&ticket, &key, &good),
        Ok(device.accreditation.clone())
    );
    let bytes = good.encode().unwrap();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        if let Ok(changed) = EnrolmentAnswer::decode(&changed) {
            assert!(
                check_answer(&ticket, &key, &changed).is_err(),
                "byte {place}"
            );
        }
    }
}

/// A good certificate of somebody else, of another role or of another authority is no answer.
#[test]
fn another_certificate_is_no_answer() {
    let jordan = Country::new("JO", 1);
    let emirates = Country::new("AE", 2);
    let ticket = ticket(&jordan, 5);
    let device = jordan.device(Role::Field, 10);
    let key = device.signer.public_key();
    let asked = request(&ticket, &device.signer);
    let others = jordan.device(Role::Coordinator, 11);
    assert_eq!(
        check_answer(
            &ticket,
            &key,
            &answer(&ticket, &asked, others.accreditation.chain())
        ),
        Err(EnrolmentError::OtherKey)
    );
    let foreign = emirates.device_valid(Role::Field, 10, NOW - DAY, NOW + DAY);
    assert_eq!(
        check_answer(
            &ticket,
            &key,
            &answer(&ticket, &asked, foreign.accreditation.chain())
        ),
        Err(EnrolmentError::OtherTicket)
    );
    // Without the code: the chain of the right device in an answer of the hub's own making.
    let without_code = Ticket::new(jordan.authority.fingerprint(), [6; 16], NOW + HOUR);
    let forged = EnrolmentAnswer {
        ticket: ticket.id(),
        ..answer(&without_code, &asked, device.accreditation.chain())
    };
    assert_eq!(
        check_answer(&ticket, &key, &forged),
        Err(EnrolmentError::Mac)
    );
}
