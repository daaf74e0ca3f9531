//! Who follows the room: from what they have seen up to where it is live.

use entente_protocol::{DeviceId, ErrorCode, HubControl, HubFrame, limits};

use super::Actor;
use crate::connection::{Outbound, Wire};
use crate::room::{Joined, history};
use crate::store::StoreError;

impl Actor {
    pub(super) async fn follow(
        &mut self,
        device: DeviceId,
        request: u32,
        after: u64,
        outbound: Outbound,
    ) {
        let end = self.end_code().await;
        let Some(core) = self.core.as_ref() else {
            return self.absent(&outbound, request);
        };
        if let Some(code) = core.bars(device) {
            return self.refuse(&outbound, request, code.into());
        }
        let Some(seat) = core.seat(device) else {
            return self.refuse(&outbound, request, ErrorCode::NoSeat.into());
        };
        if let Some(code) = end {
            return self.refuse(&outbound, request, code.into());
        }
        // A device may have seen more than this: then the hub was put back from an old copy, and the device sees it by
        // the head and says so.
        let head = core.head();
        // What came before its seat is not for the device; the founder's seat began with the room.
        let floor = if seat.since_seq == 1 {
            0
        } else {
            seat.since_seq
        };
        let start = after.max(floor);
        let following = HubControl::Following {
            request,
            room: self.id,
            head,
            epoch: core.epoch(),
            last_number: seat.last_number,
        };
        if let Err(code) = self.prepare_history(start, head).await {
            return self.refuse(&outbound, request, code.into());
        }
        outbound.control(&following);
        self.followers.forget(&outbound);
        if !self.followers.join(device, start, head, outbound.clone()) {
            let (store, back) = (self.hub.store.clone(), self.back.clone());
            history::spawn(store, self.id, device, (start, head), outbound, back);
        }
    }

    /// Looks whether the log reaches back to `start`. If few messages are missing, all who resume get
    /// them from the tail: the store is asked once and not by each.
    async fn prepare_history(&mut self, start: u64, head: u64) -> Result<(), ErrorCode> {
        let failed = |error: StoreError| {
            tracing::error!(%error, "a room's log can't be read");
            ErrorCode::Unavailable
        };
        let store = self.hub.store.clone();
        if head.saturating_sub(start) > store.keeps()
            && start + 1 < store.oldest(self.id).await.map_err(failed)?
        {
            return Err(ErrorCode::HistoryGone);
        }
        let newest = head.saturating_sub(limits::HISTORY_PAGE_MESSAGES as u64);
        if start < newest || self.followers.reaches(start, head) {
            return Ok(());
        }
        let page = store.page(self.id, newest, head).await.map_err(failed)?;
        // A page of large messages ends before the head; then each reads its own.
        if page.last().is_some_and(|last| last.seq == head) {
            let frames = page.into_iter().filter_map(|delivery| {
                let seq = delivery.seq;
                let frame = Wire::encode(&HubFrame::Delivery(delivery)).ok()?;
                Some((seq, frame))
            });
            self.followers.refill(frames.collect());
        }
        Ok(())
    }

    pub(super) fn join(&mut self, device: DeviceId, cursor: u64, outbound: Outbound) -> Joined {
        let Some(core) = self.core.as_ref() else {
            outbound.unfollow(self.id, self.absence);
            return Joined::Done;
        };
        if let Some(code) = core.bars(device) {
            outbound.unfollow(self.id, code);
            return Joined::Done;
        }
        let head = core.head();
        if self.followers.join(device, cursor, head, outbound) {
            Joined::Done
        } else {
            Joined::ReadOn(head)
        }
    }
}
