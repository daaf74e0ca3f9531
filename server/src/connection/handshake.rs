//! Challenge and hello: nothing is served before a device has proven who it is, to this hub and on
//! this connection.

use std::sync::Arc;
use std::time::Duration;

use entente_protocol::{
    Challenge, ClientFrame, ErrorCode, FrameError, Hello, HubControl, HubFrame, PROTOCOL_VERSION,
    hello_bytes, limits,
};
use entente_trust::{Accreditation, CertificateError};
use tls_codec::VLBytes;
use tokio::io::AsyncRead;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::device_limits::Rate;
use super::outbound::Outbound;
use super::reader::{Received, Stream};
use super::wire::Wire;
use crate::entropy::random_bytes;
use crate::hub::Hub;
use crate::store::DeviceRow;

/// Greets a peer; returns who it is, or why it is refused (none if it is gone).
pub(super) async fn run<R: AsyncRead + Unpin>(
    hub: &Hub,
    stream: &mut Stream<R>,
    outbound: &Outbound,
) -> Result<Arc<Accreditation>, Option<ErrorCode>> {
    let nonce = random_bytes::<32>().map_err(|error| {
        tracing::error!(%error, "no randomness");
        ErrorCode::Unavailable
    })?;
    let challenge = HubFrame::Challenge(Challenge {
        version: PROTOCOL_VERSION,
        nonce,
    });
    outbound.frame(Wire::encode(&challenge).map_err(|_| ErrorCode::Unavailable)?);
    let patience = Duration::from_millis(limits::HELLO_TIMEOUT_MS);
    let mut pings = 0;
    let may_ping = || {
        pings += 1;
        pings <= limits::MAX_GREETING_PINGS
    };
    let received = tokio::time::timeout(patience, stream.next(may_ping))
        .await
        .map_err(|_| ErrorCode::NotAuthenticated)?;
    let hello = read(received, outbound)?;
    let peer = check(hub, &hello, &nonce).await?;
    // Only now: nobody else can use up a device's hellos.
    if let Err((limit, wait_ms)) = hub.device_limits(peer.device()).check(Rate::Hellos) {
        outbound.rate_limited(None, None, limit, wait_ms);
        outbound.close_with(CloseCode::Policy);
        return Err(None);
    }
    welcome(hub, &peer, outbound).await.map_err(|error| {
        tracing::error!(%error, "a device could not be welcomed");
        ErrorCode::Unavailable
    })?;
    Ok(peer)
}

fn read(received: Received, outbound: &Outbound) -> Result<Hello, Option<ErrorCode>> {
    let bytes = match received {
        Received::Binary(bytes) => bytes,
        Received::Text(_) => return Err(Some(ErrorCode::WrongFrameKind)),
        Received::TooLarge => return Err(Some(ErrorCode::FrameTooLarge)),
        Received::Flood => return Err(Some(ErrorCode::RateLimited)),
        Received::Broken(code) => {
            outbound.close_with(code);
            return Err(None);
        }
        Received::Gone => return Err(None),
    };
    match ClientFrame::decode(&bytes) {
        Ok(ClientFrame::Hello(hello)) => Ok(hello),
        Ok(_) => Err(Some(ErrorCode::NotAuthenticated)),
        Err(FrameError::TooLarge) => Err(Some(ErrorCode::FrameTooLarge)),
        Err(FrameError::Malformed) => Err(Some(ErrorCode::MalformedFrame)),
    }
}

async fn check(
    hub: &Hub,
    hello: &Hello,
    nonce: &[u8; 32],
) -> Result<Arc<Accreditation>, ErrorCode> {
    if hello.version != PROTOCOL_VERSION {
        return Err(ErrorCode::UnsupportedVersion);
    }
    if &hello.nonce != nonce {
        return Err(ErrorCode::ReplayedHello);
    }
    let is_ours = hub
        .names
        .iter()
        .any(|name| name.as_bytes() == hello.hub_name.as_slice());
    if !is_ours {
        return Err(ErrorCode::WrongHub);
    }
    if hello.chain.len() > limits::MAX_CHAIN_CERTIFICATES {
        return Err(ErrorCode::LimitExceeded);
    }
    let chain: Vec<&[u8]> = hello.chain.iter().map(VLBytes::as_slice).collect();
    let peer = hub
        .visitors
        .accreditation(&chain)
        .map_err(|_| ErrorCode::BadCertificate)?;
    let is_served = hub.serves(peer.root()).await.map_err(|error| {
        tracing::error!(%error, "an authority can't be looked up");
        ErrorCode::Unavailable
    })?;
    if !is_served {
        return Err(ErrorCode::UnknownAuthority);
    }
    peer.check_time(hub.clock.now_ms())
        .map_err(|error| match error {
            CertificateError::Expired => ErrorCode::CertificateExpired,
            CertificateError::NotYetValid => ErrorCode::CertificateNotYetValid,
            _ => ErrorCode::BadCertificate,
        })?;
    peer.verify(&hello_bytes(hello), hello.signature.as_slice())
        .map_err(|_| ErrorCode::BadSignature)?;
    if hub.is_revoked(&peer) {
        return Err(ErrorCode::Revoked);
    }
    Ok(peer)
}

async fn welcome(
    hub: &Hub,
    peer: &Arc<Accreditation>,
    outbound: &Outbound,
) -> Result<(), crate::store::StoreError> {
    let now_ms = hub.clock.now_ms();
    if !hub.visitors.is_noted(peer, now_ms) {
        hub.store
            .remember_device(DeviceRow::of(peer, now_ms))
            .await?;
        hub.visitors.note(peer, now_ms);
    }
    let device = peer.device();
    let (key_packages, welcomes) = hub.store.waiting(device).await?;
    outbound.control(&HubControl::Ready {
        device,
        time_ms: now_ms,
        key_packages,
        welcomes,
    });
    Ok(())
}
