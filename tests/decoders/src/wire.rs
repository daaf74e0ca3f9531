//! Frames, control messages, bodies of HTTP requests.

use entente_delivery::PushAddress;
use entente_protocol::{
    Authenticated, ClientControl, ClientFrame, DeskBatch, DeskPoll, EnrolmentAnswer,
    EnrolmentRequest, HubControl, HubFrame, PushEndpoint, Recorded, RoomId,
};

use crate::text;

/// What can be decoded has exactly one encoding.
macro_rules! one_encoding {
    ($bytes:ident: $($kind:ident),*) => { $(
        if let Ok(value) = $kind::decode($bytes) {
            assert_eq!(value.encode().as_deref(), Ok($bytes), stringify!($kind));
        }
    )* };
}

/// Binary frames to the hub, the hello among them.
pub fn client_frames(bytes: &[u8]) {
    one_encoding!(bytes: ClientFrame);
}

/// Binary frames to devices.
pub fn hub_frames(bytes: &[u8]) {
    one_encoding!(bytes: HubFrame);
}

/// Control messages, both ways.
pub fn controls(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(control) = ClientControl::decode(text) {
        assert_eq!(ClientControl::decode(&control.encode()), Ok(control));
    }
    if let Ok(control) = HubControl::decode(text) {
        assert_eq!(HubControl::decode(&control.encode()), Ok(control));
    }
}

/// Bodies of the enrolment end points.
pub fn enrolments(bytes: &[u8]) {
    one_encoding!(bytes: EnrolmentRequest, EnrolmentAnswer, DeskPoll, DeskBatch);
}

/// What travels inside MLS messages beside events.
pub fn recorded(bytes: &[u8]) {
    one_encoding!(bytes: Authenticated, Recorded);
    let room = RoomId::from_bytes([7; 16]);
    if let Some(found) = Authenticated::of(bytes, room, 1) {
        assert_eq!((found.room, found.number), (room, 1));
    }
}

/// Where a device wants to be pushed.
pub fn push_endpoints(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let endpoint = PushEndpoint::new(text.to_owned());
    if let Ok(address) = PushAddress::parse(&endpoint, false) {
        let url = address.url();
        assert_eq!(url.scheme(), "https");
        assert!(url.username().is_empty() && url.password().is_none());
        // What was let through is let through again, and to the same host.
        let again = PushAddress::parse(&PushEndpoint::new(url.to_string()), false);
        assert_eq!(
            again.map(|it| it.url().to_string()).ok(),
            Some(url.to_string())
        );
        assert!(PushAddress::parse(&endpoint, true).is_ok());
    }
}
