//! Enrolment requests and answers on their way.

use entente_protocol::{EnrolmentAnswer, EnrolmentRequest, Fingerprint, TicketId, limits};
use sqlx::{Row as _, SqliteConnection};

use super::Engine;
use crate::store::rows::to_i64;
use crate::store::{EnrolmentState, StoreError, audit};

pub(super) async fn post(
    connection: &mut SqliteConnection,
    request: &EnrolmentRequest,
    now_ms: u64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM enrolments WHERE created_ms < ?")
        .bind(to_i64(now_ms.saturating_sub(limits::ENROLMENT_KEPT_MS)))
        .execute(&mut *connection)
        .await?;
    let bytes = request
        .encode()
        .map_err(|_| StoreError::Damaged("enrolment request"))?;
    let known: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT request FROM enrolments WHERE authority = ? AND ticket = ?")
            .bind(request.authority.as_bytes().as_slice())
            .bind(request.ticket.as_bytes().as_slice())
            .fetch_optional(&mut *connection)
            .await?;
    if let Some(known) = known {
        return if known == bytes {
            Ok(())
        } else {
            Err(StoreError::EnrolmentTaken)
        };
    }
    let waiting: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM enrolments WHERE authority = ? AND answer IS NULL AND refused = 0",
    )
    .bind(request.authority.as_bytes().as_slice())
    .fetch_one(&mut *connection)
    .await?;
    if usize::try_from(waiting).unwrap_or(usize::MAX) >= limits::MAX_WAITING_ENROLMENTS {
        return Err(StoreError::TooManyEnrolments);
    }
    sqlx::query(
        "INSERT INTO enrolments (authority, ticket, request, answer, refused, created_ms) \
         VALUES (?, ?, ?, NULL, 0, ?)",
    )
    .bind(request.authority.as_bytes().as_slice())
    .bind(request.ticket.as_bytes().as_slice())
    .bind(bytes)
    .bind(to_i64(now_ms))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn answer(
    connection: &mut SqliteConnection,
    authority: Fingerprint,
    answers: &[(TicketId, Option<EnrolmentAnswer>)],
) -> Result<Vec<String>, StoreError> {
    let mut entries = Vec::new();
    for (ticket, answer) in answers {
        let bytes = answer
            .as_ref()
            .map(EnrolmentAnswer::encode)
            .transpose()
            .map_err(|_| StoreError::Damaged("enrolment answer"))?;
        let updated = sqlx::query(
            "UPDATE enrolments SET answer = ?, refused = ? \
             WHERE authority = ? AND ticket = ? AND answer IS NULL AND refused = 0",
        )
        .bind(bytes)
        .bind(i64::from(answer.is_none()))
        .bind(authority.as_bytes().as_slice())
        .bind(ticket.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
        if updated.rows_affected() == 1 {
            entries.push(audit::enrolment_answered(
                authority,
                *ticket,
                answer.is_some(),
            ));
        }
    }
    Ok(entries)
}

impl Engine {
    pub(in crate::store) async fn enrolment(
        &self,
        authority: Fingerprint,
        ticket: TicketId,
    ) -> Result<EnrolmentState, StoreError> {
        let row = sqlx::query(
            "SELECT answer, refused FROM enrolments WHERE authority = ? AND ticket = ?",
        )
        .bind(authority.as_bytes().as_slice())
        .bind(ticket.as_bytes().as_slice())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else {
            return Ok(EnrolmentState::Unknown);
        };
        if row.try_get::<i64, _>("refused")? != 0 {
            return Ok(EnrolmentState::Refused);
        }
        let answer: Option<Vec<u8>> = row.try_get("answer")?;
        Ok(answer.map_or(EnrolmentState::Waiting, EnrolmentState::Answered))
    }

    pub(in crate::store) async fn waiting_enrolments(
        &self,
        authority: Fingerprint,
    ) -> Result<Vec<EnrolmentRequest>, StoreError> {
        sqlx::query(
            "SELECT request FROM enrolments WHERE authority = ? AND answer IS NULL \
             AND refused = 0 ORDER BY created_ms, ticket LIMIT ?",
        )
        .bind(authority.as_bytes().as_slice())
        .bind(to_i64(limits::MAX_WAITING_ENROLMENTS as u64))
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(|row| {
            EnrolmentRequest::decode(row.try_get("request")?)
                .map_err(|_| StoreError::Damaged("enrolment request"))
        })
        .collect()
    }
}
