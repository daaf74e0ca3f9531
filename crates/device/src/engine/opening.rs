//! Opening rooms, and looking up whom to admit.

use entente_protocol::{OpenRoom, RoomId};
use entente_room::{CharterText, NewRoom, Session};
use entente_trust::{Accreditation, Charter};
use tls_codec::VLBytes;

use super::EngineError;
use super::actor::Actor;
use super::handle::{Reply, RoomSpec};
use super::slot::Slot;
use super::work::Work;
use crate::entropy::room_id;

impl Actor {
    pub(super) fn open(&mut self, spec: RoomSpec, reply: Reply<RoomId>) -> Result<(), EngineError> {
        let Some(connection) = self.connection.clone() else {
            let _ = reply.send(Err(EngineError::Offline));
            return Ok(());
        };
        match self.new_session(spec) {
            Ok((session, request)) => {
                let room = request.room;
                self.slots.insert(room, Slot::new(session));
                self.openings.insert(room, reply);
                self.works.push(Box::pin(async move {
                    let result = connection.open_room(request).await;
                    Work::Committed {
                        room,
                        number: 1,
                        result,
                    }
                }));
            }
            Err(error) => drop(reply.send(Err(error))),
        }
        Ok(())
    }

    fn new_session(&self, spec: RoomSpec) -> Result<(Session, OpenRoom), EngineError> {
        let text = CharterText {
            salt: self.around.random_bytes()?,
            title: spec.title,
            playbook: spec.playbook,
            exercise: spec.exercise,
        };
        let mut coordinators = vec![self.identity.device()];
        coordinators.extend(spec.coordinators);
        let charter = Charter {
            terms: spec.terms,
            room: room_id(self.around.now_ms(), &self.around.random_bytes()?),
            ciphersuite: spec.ciphersuite,
            amendment: 0,
            previous: entente_protocol::Fingerprint::from_bytes([0; 32]),
            opens_at_ms: spec.opens_at_ms,
            closes_at_ms: spec.closes_at_ms,
            latest_close_ms: spec.latest_close_ms,
            authorities: spec.authorities,
            coordinators,
            quorum: spec.quorum,
            text_digest: text.digest(),
        };
        let new = NewRoom { charter, text };
        Ok(Session::create(self.identity.clone(), new, self.now_ms())?)
    }

    pub(super) fn directory(&mut self, country: Option<String>, reply: Reply<Vec<Accreditation>>) {
        let Some(connection) = self.connection.clone() else {
            let _ = reply.send(Err(EngineError::Offline));
            return;
        };
        self.works.push(Box::pin(async move {
            let found = connection
                .directory(country)
                .await
                .map_err(EngineError::from);
            let checked = found.map(|directory| {
                directory
                    .chains
                    .iter()
                    .filter_map(|chain| {
                        let chain: Vec<&[u8]> = chain.iter().map(VLBytes::as_slice).collect();
                        Accreditation::from_chain(&chain).ok()
                    })
                    .collect()
            });
            let _ = reply.send(checked);
            Work::Done
        }));
    }
}
