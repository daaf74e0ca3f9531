//! The end of the task, and of the room: what those are told who ask all the same.

use entente_protocol::ErrorCode;
use tokio::sync::{mpsc, oneshot};

use super::Actor;
use crate::connection::Outbound;
use crate::room::{Command, Joined};
use crate::store::Kept;

impl Actor {
    /// Finishes what waits, and turns away what came too late.
    pub(super) async fn end(
        mut self,
        mut queue: mpsc::Receiver<Command>,
        stopped: Option<oneshot::Sender<()>>,
    ) {
        self.flush().await;
        self.followers.hand_over();
        // Before another task can take the room up and enter.
        if let Some(parent) = self.parent {
            self.hub.leave_nest(parent, self.id);
        }
        if self.core.is_some() {
            // The room is there, its task is not any more.
            self.absence = ErrorCode::Unavailable;
        }
        queue.close();
        while let Some(command) = queue.recv().await {
            self.turn_away(command);
        }
        self.hub.room_ended(self.id);
        if let Some(done) = stopped {
            let _ = done.send(());
        }
    }

    /// For what still waits when the room ends or was never there.
    fn turn_away(&self, command: Command) {
        match command {
            Command::Request {
                request, outbound, ..
            } => self.refuse(&outbound, request, self.absence.into()),
            Command::Follow {
                request, outbound, ..
            } => self.absent(&outbound, request),
            Command::Ask { ask, outbound, .. } => self.absent(&outbound, ask.request),
            Command::Join {
                outbound, joined, ..
            } => {
                outbound.unfollow(self.id, self.absence);
                let _ = joined.send(Joined::Done);
            }
            Command::GroupInfo { reply, .. } => drop(reply.send(Err(self.absence))),
            Command::CheckSeat { reply, .. } | Command::CheckCoordinator { reply, .. } => {
                let _ = reply.send(Err(self.absence));
            }
            Command::Stop { done } => drop(done.send(())),
            Command::Unfollow { .. } | Command::Revocations | Command::Look => {}
        }
    }

    /// A room that can't be read for now: the device comes back with its connection, and asks again.
    pub(super) fn absent(&self, outbound: &Outbound, request: u32) {
        self.refuse(outbound, request, self.absence.into());
        if self.absence == ErrorCode::Unavailable {
            outbound.close();
        }
    }

    /// What a seated device is told of a room that is over; none if it is not. Any hub may have forgotten it.
    pub(super) async fn end_code(&mut self) -> Option<ErrorCode> {
        let now_ms = self.hub.clock.now_ms();
        let core = self.core.as_ref();
        if !core.is_some_and(|core| core.is_closed_at(now_ms)) {
            return None;
        }
        Some(match self.hub.store.kept(self.id).await {
            Ok(Some(Kept::All)) => ErrorCode::RoomClosed,
            Ok(Some(Kept::Going | Kept::End)) => ErrorCode::RoomShredded,
            Ok(Some(Kept::Nothing) | None) => ErrorCode::NoSeat,
            Err(error) => {
                tracing::error!(room = %self.id, %error, "it can't be known what is kept of a room");
                ErrorCode::Unavailable
            }
        })
    }
}
