//! Opening rooms, and compartments of rooms.

use std::sync::Arc;

use entente_delivery::{Refusal, Room};
use entente_protocol::{ErrorCode, OpenCompartment, OpenRoom, RoomId, limits};
use entente_trust::Accreditation;

use super::{Hub, lock};
use crate::room;
use crate::store::{Basis, StoreError, Within};

/// How often a compartment is opened anew because its room has changed meanwhile.
const MAX_OPENINGS: u32 = 8;

impl Hub {
    /// Opens a room; it is stored when this returns.
    pub(crate) async fn open_room(
        self: &Arc<Self>,
        founder: &Accreditation,
        request: OpenRoom,
    ) -> Result<u64, Refusal> {
        let id = request.room;
        let now_ms = self.clock.now_ms();
        self.check_count("a room").await?;
        let (core, effects) = Room::open(founder, request, now_ms)?;
        match self
            .store
            .store_effects(id, Basis::New, Arc::new(effects), now_ms)
            .await
        {
            Ok(()) => {}
            Err(StoreError::RoomExists) => return Err(ErrorCode::RoomExists.into()),
            Err(error) => return Err(unavailable("a room", &error)),
        }
        self.begin(id, core);
        Ok(now_ms)
    }

    /// Opens a compartment of a room; it is stored when this returns.
    pub(crate) async fn open_compartment(
        self: &Arc<Self>,
        founder: &Accreditation,
        request: OpenCompartment,
    ) -> Result<u64, Refusal> {
        let (id, parent) = (request.room, request.parent);
        self.check_count("a compartment").await?;
        for _ in 0..MAX_OPENINGS {
            let now_ms = self.clock.now_ms();
            let above = room::above(&self.store, parent)
                .await
                .map_err(|error| unavailable("a compartment", &error))?
                .ok_or(ErrorCode::NoSeat)?;
            let (core, effects) = Room::open_compartment(founder, request.clone(), &above, now_ms)?;
            let turn = above.turn;
            let basis = Basis::NewWithin(Within { parent, turn });
            let effects = Arc::new(effects);
            match self.store.store_effects(id, basis, effects, now_ms).await {
                Ok(()) => {
                    self.begin(id, core);
                    return Ok(now_ms);
                }
                // The room has changed meanwhile: is it still so?
                Err(StoreError::Behind) => {}
                Err(StoreError::RoomExists) => return Err(ErrorCode::RoomExists.into()),
                Err(StoreError::TooManyCompartments) => {
                    let rule = "MAX_COMPARTMENTS";
                    return Err(Refusal::because(ErrorCode::LimitExceeded, rule));
                }
                Err(error) => return Err(unavailable("a compartment", &error)),
            }
        }
        Err(ErrorCode::Busy.into())
    }

    async fn check_count(&self, what: &str) -> Result<(), Refusal> {
        let count = self.store.open_room_count().await;
        if count.map_err(|error| unavailable(what, &error))? >= limits::MAX_ROOMS {
            return Err(Refusal::because(ErrorCode::LimitExceeded, "MAX_ROOMS"));
        }
        Ok(())
    }

    fn begin(self: &Arc<Self>, id: RoomId, core: Room) {
        let handle = room::spawn(self.clone(), id, Some(core));
        lock(&self.rooms).insert(id, handle);
    }
}

fn unavailable(what: &str, error: &dyn core::fmt::Display) -> Refusal {
    tracing::error!(%error, "{what} could not be opened");
    ErrorCode::Unavailable.into()
}
