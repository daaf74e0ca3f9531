//! Certificates, charters, revocation lists, tickets.

use entente_device::HubUrl;
use entente_protocol::{DeviceId, Fingerprint, RoomId, TicketId, limits};
use entente_trust::{
    Accreditation, Authority, Charter, CharterHistory, Compartment, Country, Role,
    SignedRevocationList, Ticket, device_id,
};
use tls_codec::{DeserializeBytes as _, VLBytes};

use crate::stage::Stage;
use crate::text;

/// `Certificate chain<V>` as in a hello, a root alone in DER, or a root in PEM.
pub fn certificates(bytes: &[u8]) {
    if let Ok(chain) = Vec::<VLBytes>::tls_deserialize_exact_bytes(bytes) {
        let chain: Vec<&[u8]> = chain.iter().map(VLBytes::as_slice).collect();
        if let Ok(known) = Accreditation::from_chain(&chain) {
            assert!(known.chain().iter().eq(chain.iter()));
            assert!(chain.len() <= limits::MAX_CHAIN_CERTIFICATES);
            assert!(known.callsign().len() <= limits::MAX_NAME_BYTES);
            assert_eq!(known.device(), device_id(known.key()));
            assert!(known.verify(b"nothing", &[0; 64]).is_err());
        }
    }
    if let Ok(root) = Authority::from_der(bytes) {
        assert_eq!(root.der(), bytes);
        assert!(bytes.len() <= limits::MAX_CERTIFICATE_BYTES);
        let pem = root.to_pem().unwrap();
        assert_eq!(Authority::from_pem(&pem).unwrap().der(), bytes);
    }
    if let Some(Ok(root)) = text(bytes).map(Authority::from_pem) {
        assert!(Authority::from_der(root.der()) == Ok(root));
    }
}

/// A charter alone, and with its history; what a compartment has in place of one.
pub fn charters(bytes: &[u8]) {
    let now_ms = Stage::get().now_ms;
    if let Ok(charter) = Charter::decode(bytes) {
        assert_eq!(charter.encode(), bytes);
        let _ = charter.check_draft(&charter, now_ms);
    }
    if let Ok(compartment) = Compartment::decode(bytes) {
        assert_eq!(compartment.encode(), bytes);
        let countries = &compartment.countries;
        assert!((2..=limits::MAX_AUTHORITIES).contains(&countries.len()));
        assert!(countries.iter().all(|it| compartment.names(*it)));
    }
    let Ok(history) = CharterHistory::decode(bytes) else {
        return;
    };
    assert_eq!(history.encode(), bytes);
    assert!(history.all().count() <= limits::MAX_AMENDMENTS + 1);
    assert!(history.continues(&history));
    assert!(history.check_follows(&history, now_ms).is_err());
    let _ = history.amended_by();
    if history.check_opening(now_ms).is_ok() {
        history.check_standing().unwrap();
    }
}

/// Signed lists.
pub fn revocations(bytes: &[u8]) {
    if let Ok(list) = SignedRevocationList::decode(bytes) {
        assert_eq!(list.encode(), bytes);
        assert!(list.list.devices.len() <= limits::MAX_REVOKED_DEVICES);
    }
}

/// Tickets, addresses, and the names and numbers that people type.
pub fn tickets(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(ticket) = text.parse::<Ticket>() {
        assert!(ticket.reveal().parse() == Ok(ticket));
    }
    if let Ok(url) = text.parse::<HubUrl>() {
        assert_eq!(url.to_string().parse().ok(), Some(url));
    }
    macro_rules! told_again {
        ($($kind:ident),*) => { $(
            if let Ok(value) = text.parse::<$kind>() {
                assert_eq!(value.to_string().parse(), Ok(value));
            }
        )* };
    }
    told_again!(Country, Role, RoomId, DeviceId, TicketId, Fingerprint);
}
