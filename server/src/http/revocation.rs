//! Taking an authority's revocation list.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use entente_protocol::ErrorCode;
use entente_trust::SignedRevocationList;

use super::reply::Refused;
use crate::hub::Hub;

/// `POST /v1/revocations`: 204 when it is in force here, also for the list that is known already.
/// The list is signed: whoever brings it, it is the authority's word.
pub(super) async fn post(State(hub): State<Arc<Hub>>, body: Bytes) -> Result<StatusCode, Refused> {
    let list =
        SignedRevocationList::decode(&body).map_err(|_| Refused(ErrorCode::BadRevocation))?;
    if !hub.serves(list.list.authority).await? {
        return Err(Refused(ErrorCode::UnknownAuthority));
    }
    hub.revoke(list).await.map_err(Refused)?;
    Ok(StatusCode::NO_CONTENT)
}
