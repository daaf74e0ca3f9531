//! Answering waiting enrolment requests.

use ed25519_dalek::Signer as _;
use entente_protocol::{
    DeskAnswer, DeskBatch, DeskPoll, DeviceId, EnrolmentAnswer, EnrolmentRequest, TicketId,
    desk_poll_bytes,
};
use entente_trust::issue::{AccreditationRequest, accredit};
use entente_trust::{Ticket, device_id, enrolment};
use serde::Serialize;
use tls_codec::VLBytes;

use super::{AuthorityDesk, AuthorityError, BACKDATE_MS, invitation};
use crate::{HubUrl, random_bytes};
use entente_device::platform;

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum DeskOutcome {
    /// Signed.
    Accredited {
        /// Officer id.
        officer: String,
        /// Call sign.
        callsign: String,
        /// The new device.
        device: DeviceId,
    },
    /// Not of an invitation of this authority.
    UnknownTicket,
    /// The ticket was used by another device.
    Used,
    /// The request is not what a device with the ticket would send, or came too late.
    Refused {
        /// Why.
        reason: String,
    },
}

/// One answered request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeskReport {
    /// The ticket as the hub names it.
    pub ticket: TicketId,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: DeskOutcome,
}

impl AuthorityDesk {
    /// Fetches what waits at a hub, checks each request against its invitation, and hands the
    /// answers in. Also makes the authority known to the hub.
    ///
    /// # Errors
    /// See [`AuthorityError`]. A request that is refused is no error.
    pub async fn answer_once(
        &self,
        hub: &HubUrl,
        now_ms: u64,
    ) -> Result<Vec<DeskReport>, AuthorityError> {
        let waiting = self.poll(hub, Vec::new(), now_ms).await?;
        let mut reports = Vec::new();
        let mut answers = Vec::new();
        for request in waiting.requests {
            let (outcome, answer) = self.judge(&request, now_ms)?;
            reports.push(DeskReport {
                ticket: request.ticket,
                outcome,
            });
            answers.push(DeskAnswer {
                answer,
                ticket: request.ticket,
            });
        }
        if !answers.is_empty() {
            self.poll(hub, answers, now_ms).await?;
        }
        Ok(reports)
    }

    async fn poll(
        &self,
        hub: &HubUrl,
        answers: Vec<DeskAnswer>,
        now_ms: u64,
    ) -> Result<DeskBatch, AuthorityError> {
        let mut poll = DeskPoll {
            hub_name: hub.name().as_bytes().to_vec().into(),
            root: self.root.der().to_vec().into(),
            time_ms: now_ms,
            answers,
            signature: VLBytes::new(Vec::new()),
        };
        poll.signature = self
            .key
            .0
            .sign(&desk_poll_bytes(&poll))
            .to_bytes()
            .to_vec()
            .into();
        let body = poll.encode().map_err(|_| AuthorityError::Answer)?;
        let answer = platform::post(hub, "/v1/desk", body).await?;
        DeskBatch::decode(&answer.body).map_err(|_| AuthorityError::Answer)
    }

    fn judge(
        &self,
        request: &EnrolmentRequest,
        now_ms: u64,
    ) -> Result<(DeskOutcome, Option<EnrolmentAnswer>), AuthorityError> {
        let Some(mut invitation) = invitation::load(self, request.ticket)? else {
            return Ok((DeskOutcome::UnknownTicket, None));
        };
        let ticket: Ticket = invitation
            .ticket
            .parse()
            .map_err(|_| AuthorityError::Record("invitation"))?;
        if let Err(error) = enrolment::check_request(&ticket, request, now_ms) {
            return Ok((
                DeskOutcome::Refused {
                    reason: error.to_string(),
                },
                None,
            ));
        }
        let device = device_id(&request.device_key);
        // The same device may ask again: its answer may have been lost on the way.
        if invitation.used_by.is_some_and(|used_by| used_by != device) {
            return Ok((DeskOutcome::Used, None));
        }
        let accreditation = AccreditationRequest {
            device_key: request.device_key,
            officer: invitation.officer.clone(),
            callsign: invitation.callsign.clone(),
            role: invitation.role,
            not_before_ms: now_ms.saturating_sub(BACKDATE_MS),
            not_after_ms: now_ms.saturating_add(invitation.valid_ms),
        };
        let leaf = match accredit(&self.key.0, &self.root, &accreditation, random_bytes()?) {
            Ok(leaf) => leaf,
            Err(error) => {
                return Ok((
                    DeskOutcome::Refused {
                        reason: error.to_string(),
                    },
                    None,
                ));
            }
        };
        invitation.used_by = Some(device);
        invitation::save(self, request.ticket, &invitation)?;
        let chain = [leaf, self.root.der().to_vec()];
        let answer = enrolment::answer(&ticket, request, &chain);
        let outcome = DeskOutcome::Accredited {
            officer: invitation.officer,
            callsign: invitation.callsign,
            device,
        };
        Ok((outcome, Some(answer)))
    }
}
