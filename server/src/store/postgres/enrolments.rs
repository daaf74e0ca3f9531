//! Enrolment requests and answers on their way.

use entente_protocol::{EnrolmentAnswer, EnrolmentRequest, Fingerprint, TicketId, limits};
use sqlx::Row as _;
use sqlx::postgres::PgConnection;

use super::{Engine, audit, every, in_time, lock};
use crate::store::audit as entries;
use crate::store::rows::to_i64;
use crate::store::{EnrolmentState, StoreError};

async fn post(
    connection: &mut PgConnection,
    request: &EnrolmentRequest,
    now_ms: u64,
) -> Result<(), StoreError> {
    // Whoever counts what waits is alone.
    lock(connection, lock::ENROLMENTS).await?;
    sqlx::query("DELETE FROM enrolments WHERE created_ms < $1")
        .bind(to_i64(now_ms.saturating_sub(limits::ENROLMENT_KEPT_MS)))
        .execute(&mut *connection)
        .await?;
    let bytes = request
        .encode()
        .map_err(|_| StoreError::Damaged("enrolment request"))?;
    let known: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT request FROM enrolments WHERE authority = $1 AND ticket = $2")
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
        "SELECT COUNT(*) FROM enrolments WHERE authority = $1 AND answer IS NULL AND refused = 0",
    )
    .bind(request.authority.as_bytes().as_slice())
    .fetch_one(&mut *connection)
    .await?;
    if usize::try_from(waiting).unwrap_or(usize::MAX) >= limits::MAX_WAITING_ENROLMENTS {
        return Err(StoreError::TooManyEnrolments);
    }
    sqlx::query(
        "INSERT INTO enrolments (authority, ticket, request, answer, refused, created_ms) \
         VALUES ($1, $2, $3, NULL, 0, $4)",
    )
    .bind(request.authority.as_bytes().as_slice())
    .bind(request.ticket.as_bytes().as_slice())
    .bind(bytes)
    .bind(to_i64(now_ms))
    .execute(connection)
    .await?;
    Ok(())
}

async fn answer(
    connection: &mut PgConnection,
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
            "UPDATE enrolments SET answer = $1, refused = $2 \
             WHERE authority = $3 AND ticket = $4 AND answer IS NULL AND refused = 0",
        )
        .bind(bytes)
        .bind(i64::from(answer.is_none()))
        .bind(authority.as_bytes().as_slice())
        .bind(ticket.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
        if updated.rows_affected() == 1 {
            let is_granted = answer.is_some();
            entries.push(entries::enrolment_answered(authority, *ticket, is_granted));
        }
    }
    Ok(entries)
}

impl Engine {
    pub(in crate::store) async fn post_enrolment(
        &self,
        request: EnrolmentRequest,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        in_time(async {
            let mut transaction = self.begin().await?;
            post(&mut transaction, &request, now_ms).await?;
            Ok(transaction.commit().await?)
        })
        .await
    }

    pub(in crate::store) async fn answer_enrolments(
        &self,
        authority: Fingerprint,
        answers: Vec<(TicketId, Option<EnrolmentAnswer>)>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        if answers.is_empty() {
            return Ok(());
        }
        in_time(async {
            let mut transaction = self.begin().await?;
            let entries = answer(&mut transaction, authority, &answers).await?;
            audit::append(&mut transaction, now_ms, entries).await?;
            Ok(transaction.commit().await?)
        })
        .await
    }

    pub(in crate::store) async fn enrolment(
        &self,
        authority: Fingerprint,
        ticket: TicketId,
    ) -> Result<EnrolmentState, StoreError> {
        in_time(async {
            let row = sqlx::query(
                "SELECT answer, refused FROM enrolments WHERE authority = $1 AND ticket = $2",
            )
            .bind(authority.as_bytes().as_slice())
            .bind(ticket.as_bytes().as_slice())
            .fetch_optional(&self.pool)
            .await?;
            let Some(row) = row else {
                return Ok(EnrolmentState::Unknown);
            };
            if row.try_get::<i64, _>("refused")? != 0 {
                return Ok(EnrolmentState::Refused);
            }
            let answer: Option<Vec<u8>> = row.try_get("answer")?;
            Ok(answer.map_or(EnrolmentState::Waiting, EnrolmentState::Answered))
        })
        .await
    }

    pub(in crate::store) async fn waiting_enrolments(
        &self,
        authority: Fingerprint,
    ) -> Result<Vec<EnrolmentRequest>, StoreError> {
        in_time(async {
            let rows = sqlx::query(
                "SELECT request FROM enrolments WHERE authority = $1 AND answer IS NULL \
                 AND refused = 0 ORDER BY created_ms, ticket LIMIT $2",
            )
            .bind(authority.as_bytes().as_slice())
            .bind(to_i64(limits::MAX_WAITING_ENROLMENTS as u64))
            .fetch_all(&self.pool)
            .await?;
            every(&rows, |row| {
                EnrolmentRequest::decode(row.try_get("request")?)
                    .map_err(|_| StoreError::Damaged("enrolment request"))
            })
        })
        .await
    }
}
