//! Coming back when the way back is gone: an external commit that replaces this device's own leaf.

use std::sync::Arc;

use entente_protocol::{CommitBundle, GroupInfoReply};
use entente_trust::{CharterHistory, check_roster, mls};
use openmls::group::MlsGroup;
use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::{
    ExternalCommitBuilder, GroupContext, LeafNodeParameters, MlsMessageBodyIn, MlsMessageIn,
    RatchetTreeIn,
};
use openmls_traits::OpenMlsProvider as _;
use tls_codec::{DeserializeBytes as _, Serialize as _};

use super::Session;
use super::entry::check_charter;
use crate::store::MemberStore;
use crate::transcript::Transcript;
use crate::{Notice, SessionError, profile};

impl Session {
    /// Builds the session that will take this one's place, and the external commit that makes it
    /// valid. The present session stays as it is until [`Session::resynced`], but for the number that the commit bears:
    /// store that before the commit leaves. If the answer is lost, the next commit must not bear the same, or the hub
    /// would take it for this one and answer for this one.
    ///
    /// # Errors
    /// See [`SessionError`]: the hub's GroupInfo is checked like a Welcome.
    pub fn resync(
        &mut self,
        reply: &GroupInfoReply,
        now_ms: u64,
    ) -> Result<(Self, CommitBundle), SessionError> {
        if self.state.ended.is_some() {
            return Err(SessionError::Ended);
        }
        if reply.room != self.room() {
            return Err(SessionError::OtherRoom);
        }
        let info = group_info(reply.group_info.as_slice())?;
        let tree = RatchetTreeIn::tls_deserialize_exact_bytes(reply.ratchet_tree.as_slice())
            .map_err(|_| SessionError::Malformed("ratchet tree"))?;
        let context = info.group_context().clone();
        self.check_group_info(&context)?;
        let charters = match &self.compartment {
            None => self.charters_on_the_way_back(&context, now_ms)?,
            Some(_) => self.charters.clone(),
        };
        let identity: Arc<_> = self.identity.clone();
        let number = self.state.next_number;
        let aad = self.aad(number, now_ms)?;
        let store = MemberStore::default();
        let provider = &store.provider;
        let (group, bundle) = ExternalCommitBuilder::new()
            .with_aad(aad)
            .with_ratchet_tree(tree)
            .with_config(profile::join_config())
            .build_group(
                provider,
                info,
                identity.accreditation().to_credential_with_key(),
            )
            .map_err(SessionError::mls)?
            .leaf_node_parameters(
                LeafNodeParameters::builder()
                    .with_capabilities(mls::capabilities())
                    .build(),
            )
            .load_psks(provider.storage())
            .map_err(SessionError::mls)?
            .create_group_info(true)
            .use_ratchet_tree_extension(false)
            .build(
                provider.rand(),
                provider.crypto(),
                identity.signer(),
                |_| true,
            )
            .map_err(SessionError::mls)?
            .finalize(provider)
            .map_err(SessionError::mls)?;
        let commit = self.resync_bundle(number, bundle)?;
        let mut next = self.successor(store, group, charters)?;
        match &self.compartment {
            None => check_roster(&next.roster, next.charter())?,
            Some(_) => self.check_way_back(&context, &next.roster)?,
        }
        self.check_nobody_gone(&next.roster)?;
        next.use_number(number);
        self.use_number(number);
        Ok((next, commit))
    }

    fn charters_on_the_way_back(
        &self,
        context: &GroupContext,
        now_ms: u64,
    ) -> Result<CharterHistory, SessionError> {
        let charters = mls::charter_of(context.extensions())?;
        charters.check_standing()?;
        check_charter(
            charters.in_force(),
            self.room(),
            u16::from(context.ciphersuite()),
            now_ms,
        )?;
        // Only what became of the charter that this device knew is its room's charter.
        if !charters.continues(&self.charters) {
            return Err(SessionError::OtherRoom);
        }
        Ok(charters)
    }

    fn resync_bundle(
        &self,
        number: u64,
        bundle: openmls::group::CommitMessageBundle,
    ) -> Result<CommitBundle, SessionError> {
        let (commit, _, group_info) = bundle.into_messages();
        let group_info = group_info.ok_or(SessionError::Malformed("group info"))?;
        Ok(CommitBundle {
            request: 0,
            room: self.room(),
            number,
            commit: commit
                .tls_serialize_detached()
                .map_err(SessionError::mls)?
                .into(),
            welcome: None,
            group_info: group_info
                .tls_serialize_detached()
                .map_err(SessionError::mls)?
                .into(),
        })
    }

    fn successor(
        &self,
        store: MemberStore,
        group: MlsGroup,
        charters: CharterHistory,
    ) -> Result<Self, SessionError> {
        let state: super::State =
            crate::record::from_cbor(&crate::record::to_cbor(&self.state), "session state")?;
        // Whoever sat before is known.
        let roster = self.roster.refreshed(group.members())?;
        let identity = self.identity.clone();
        let mut next = Self::assemble(identity, store, group, (charters, roster), state)?;
        next.state.halted = None;
        next.state.is_behind = false;
        next.state.pending_commit = None;
        Ok(next)
    }

    /// The hub accepted the external commit at `seq`: from here on the session goes on after it, in the place of `old`,
    /// with all that it has, and what was put into its outbox since. What lay between is a gap, and the board must be given
    /// anew. Persist the changes together with the removal of the old session's MLS records ([`Session::forget_mls`]).
    pub fn resynced(&mut self, seq: u64, old: &mut Self) -> Notice {
        let mut changes = core::mem::take(&mut old.changes);
        changes.append(&mut self.changes);
        self.changes = changes;
        self.log = core::mem::take(&mut old.log);
        self.sittings.steps = core::mem::take(&mut old.sittings.steps);
        self.sittings.chains = core::mem::take(&mut old.sittings.chains);
        self.fates = core::mem::take(&mut old.fates);
        self.outbox = core::mem::take(&mut old.outbox);
        self.connection_lost();
        self.state.next_item = old.state.next_item;
        self.state.wants_to_leave = old.state.wants_to_leave;
        // In the gap somebody may have left and come again, and a new seat counts its messages anew.
        for past in self.state.pasts.values_mut() {
            past.last_number = 0;
        }
        let from = self.cursor() + 1;
        let to = seq.saturating_sub(1);
        self.state.transcript = Transcript::unanchored_at(seq);
        self.want_board(seq);
        self.note_sitting(seq, None);
        if from <= to {
            self.state.gaps.push((from, to));
        }
        Notice::Gap { from, to }
    }

    /// Deletions of all MLS records of this session, for when another takes its place.
    #[must_use]
    pub fn forget_mls(&self) -> crate::Changes {
        let keys = self.store.values().into_keys();
        keys.map(|key| {
            let mut record = vec![crate::record::prefix::MLS];
            record.extend_from_slice(&key);
            (record, None)
        })
        .collect()
    }
}

/// A GroupInfo out of its MLSMessage; its signature is not checked yet.
pub(super) fn group_info(bytes: &[u8]) -> Result<VerifiableGroupInfo, SessionError> {
    match MlsMessageIn::tls_deserialize_exact_bytes(bytes).map(MlsMessageIn::extract) {
        Ok(MlsMessageBodyIn::GroupInfo(info)) => Ok(info),
        _ => Err(SessionError::Malformed("group info")),
    }
}
