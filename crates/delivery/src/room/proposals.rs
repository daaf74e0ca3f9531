//! Proposals: checked, and queued until a commit takes them up.

use entente_protocol::{ErrorCode, MessageKind, Propose};
use entente_trust::mls;
use openmls::framing::{ContentType, Sender};
use openmls::prelude::{ProcessedMessageContent, QueuedProposal};

use super::Room;
use crate::{Effect, Refusal, SeatRecord, message};

impl Room {
    pub(super) fn propose(
        &mut self,
        seat: SeatRecord,
        propose: Propose,
        now_ms: u64,
    ) -> Result<Vec<Effect>, Refusal> {
        let bytes = propose.proposal.as_slice();
        let parsed = message::handshake(bytes, self.id, ContentType::Proposal)?;
        self.check_epoch(parsed.epoch().as_u64())?;
        let (leaf, queued) = self.parse_proposal(bytes)?;
        if leaf != seat.leaf {
            return Err(Refusal::invalid("another member's proposal"));
        }
        self.queue(queued)?;
        self.pending.can_not_be_undone();
        let message = propose.proposal.into();
        Ok(self
            .append(seat, MessageKind::Proposal, propose.number, message, now_ms)
            .to_vec())
    }

    /// Checks a proposal and puts it into the group's queue.
    pub(crate) fn queue_proposal(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let (_, queued) = self.parse_proposal(bytes)?;
        self.queue(queued)
    }

    pub(super) fn queue(&mut self, queued: QueuedProposal) -> Result<(), Refusal> {
        self.group
            .add_proposal(&self.storage, queued)
            .map_err(|_| Refusal::because(ErrorCode::Unavailable, "proposal store"))
    }

    /// A proposal that may enter the queue, and the leaf of its author.
    fn parse_proposal(&self, bytes: &[u8]) -> Result<(u32, QueuedProposal), Refusal> {
        let parsed = message::handshake(bytes, self.id, ContentType::Proposal)?;
        let processed = self
            .group
            .process_message(&self.crypto, parsed)
            .map_err(Refusal::invalid)?;
        let Sender::Member(leaf) = *processed.sender() else {
            return Err(Refusal::invalid("sender"));
        };
        let ProcessedMessageContent::ProposalMessage(queued) = processed.into_content() else {
            return Err(Refusal::invalid("content type"));
        };
        mls::check_proposal(&queued)?;
        Ok((leaf.u32(), *queued))
    }

    pub(super) fn queued_proposals(&self) -> Result<Vec<QueuedProposal>, Refusal> {
        let queued = self
            .group
            .queued_proposals(&self.storage)
            .map_err(|_| Refusal::because(ErrorCode::Unavailable, "proposal store"))?;
        Ok(queued.into_iter().map(|(_, proposal)| proposal).collect())
    }
}
