//! Enrolment over a hub that is not trusted: request and answer are authenticated under the
//! ticket's one-time code, so the hub can carry them but change neither key nor certificate.

use entente_protocol::{EnrolmentAnswer, EnrolmentRequest};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tls_codec::{Serialize as _, VLBytes};
use zeroize::Zeroize as _;

use crate::certificate::verify;
use crate::label::labelled;
use crate::{Accreditation, CertificateError, DeviceSigner, Ticket};

/// Why a request or an answer is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentError {
    /// It names another ticket or authority.
    #[error("it belongs to another ticket")]
    OtherTicket,
    /// The ticket's time is over.
    #[error("the ticket has expired")]
    Expired,
    /// The MAC does not verify: it was changed on the way, or made without the code.
    #[error("its authentication code does not verify")]
    Mac,
    /// The device did not prove that it holds the key.
    #[error("the device's proof of possession does not verify")]
    Possession,
    /// The accreditation in the answer is not for this device's key.
    #[error("the accreditation is for another key")]
    OtherKey,
    /// The accreditation's chain is bad.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// A device's request, to be posted to the hub.
#[must_use]
pub fn request(ticket: &Ticket, device: &DeviceSigner) -> EnrolmentRequest {
    let mut request = EnrolmentRequest {
        authority: ticket.authority(),
        ticket: ticket.id(),
        device_key: device.public_key(),
        signature: VLBytes::new(Vec::new()),
        mac: VLBytes::new(Vec::new()),
    };
    request.signature = device
        .sign_bytes(&possession_bytes(&request))
        .to_vec()
        .into();
    request.mac = mac(ticket, b"request", &request_bytes(&request)).into();
    request
}

/// The desk's check of a request against the ticket that it gave out.
///
/// # Errors
/// See [`EnrolmentError`].
pub fn check_request(
    ticket: &Ticket,
    request: &EnrolmentRequest,
    now_ms: u64,
) -> Result<(), EnrolmentError> {
    if request.ticket != ticket.id() || request.authority != ticket.authority() {
        return Err(EnrolmentError::OtherTicket);
    }
    check_mac(
        ticket,
        b"request",
        &request_bytes(request),
        request.mac.as_slice(),
    )?;
    if now_ms >= ticket.expires_at_ms() {
        return Err(EnrolmentError::Expired);
    }
    verify(
        &request.device_key,
        &possession_bytes(request),
        request.signature.as_slice(),
    )
    .map_err(|_| EnrolmentError::Possession)
}

/// The desk's answer with the signed chain, leaf first.
#[must_use]
pub fn answer(ticket: &Ticket, request: &EnrolmentRequest, chain: &[Vec<u8>]) -> EnrolmentAnswer {
    let mut answer = EnrolmentAnswer {
        ticket: ticket.id(),
        chain: chain.iter().map(|der| VLBytes::new(der.clone())).collect(),
        mac: VLBytes::new(Vec::new()),
    };
    answer.mac = mac(
        ticket,
        b"answer",
        &answer_bytes(&request.device_key, &answer),
    )
    .into();
    answer
}

/// The device's check of the answer.
///
/// # Errors
/// See [`EnrolmentError`].
pub fn check_answer(
    ticket: &Ticket,
    device_key: &[u8; 32],
    answer: &EnrolmentAnswer,
) -> Result<Accreditation, EnrolmentError> {
    if answer.ticket != ticket.id() {
        return Err(EnrolmentError::OtherTicket);
    }
    check_mac(
        ticket,
        b"answer",
        &answer_bytes(device_key, answer),
        answer.mac.as_slice(),
    )?;
    let chain: Vec<&[u8]> = answer.chain.iter().map(VLBytes::as_slice).collect();
    let accreditation = Accreditation::from_chain(&chain)?;
    if accreditation.key() != device_key {
        return Err(EnrolmentError::OtherKey);
    }
    if accreditation.root() != ticket.authority() {
        return Err(EnrolmentError::OtherTicket);
    }
    Ok(accreditation)
}

fn possession_bytes(request: &EnrolmentRequest) -> Vec<u8> {
    labelled(
        "Entente 1.0 EnrolmentPossession",
        &[
            request.authority.as_bytes(),
            request.ticket.as_bytes(),
            &request.device_key,
        ],
    )
}

fn request_bytes(request: &EnrolmentRequest) -> Vec<u8> {
    labelled(
        "Entente 1.0 EnrolmentRequest",
        &[
            request.authority.as_bytes(),
            request.ticket.as_bytes(),
            &request.device_key,
            request.signature.as_slice(),
        ],
    )
}

fn answer_bytes(device_key: &[u8; 32], answer: &EnrolmentAnswer) -> Vec<u8> {
    // Encoding into a Vec fails only over 2^30 bytes; the chain came from a bounded body.
    let chain = answer.chain.tls_serialize_detached().unwrap_or_default();
    labelled(
        "Entente 1.0 EnrolmentAnswer",
        &[answer.ticket.as_bytes(), device_key, &chain],
    )
}

fn keyed(ticket: &Ticket, purpose: &[u8], message: &[u8]) -> Hmac<Sha256> {
    // HMAC pads a short key with zeros to its block (RFC 2104 §2), which this array has already.
    let mut key = hmac::digest::Key::<Hmac<Sha256>>::default();
    ticket.derive(purpose, &mut key[..32]);
    let mut mac = Hmac::<Sha256>::new(&key);
    key.as_mut_slice().zeroize();
    mac.update(message);
    mac
}

fn mac(ticket: &Ticket, purpose: &[u8], message: &[u8]) -> Vec<u8> {
    keyed(ticket, purpose, message)
        .finalize()
        .into_bytes()
        .to_vec()
}

fn check_mac(
    ticket: &Ticket,
    purpose: &[u8],
    message: &[u8],
    received: &[u8],
) -> Result<(), EnrolmentError> {
    // Constant-time comparison, whole length.
    keyed(ticket, purpose, message)
        .verify_slice(received)
        .map_err(|_| EnrolmentError::Mac)
}
