//! Does a bundle hang together? A Welcome or GroupInfo that does not belong to its commit would
//! lock out whoever joins by it.

use entente_protocol::ErrorCode;
use openmls::group::{PublicGroup, StagedCommit};
use openmls::prelude::{GroupContext, OpenMlsCrypto, Proposal, ProposalStore};
use openmls::treesync::RatchetTree;
use openmls_rust_crypto::{MemoryStorage, RustCrypto};
use tls_codec::Serialize as _;

use crate::{Refusal, message};

/// A group state that can stand on its own: built from GroupInfo and tree alone, as a joiner would.
pub(crate) struct Successor {
    pub(crate) group: PublicGroup,
    pub(crate) ratchet_tree: Vec<u8>,
}

fn incomplete(detail: &str) -> Refusal {
    Refusal::because(ErrorCode::IncompleteBundle, detail)
}

/// Builds the group of a GroupInfo: signature, tree hash and every leaf are checked.
pub(crate) fn group_of(
    crypto: &RustCrypto,
    group_info: &[u8],
    ratchet_tree: &[u8],
) -> Result<PublicGroup, Refusal> {
    let info = message::group_info(group_info)?;
    if info.extensions().ratchet_tree().is_some() {
        return Err(incomplete("GroupInfo with a ratchet tree"));
    }
    let tree = message::ratchet_tree(ratchet_tree)?;
    PublicGroup::from_external(
        crypto,
        &MemoryStorage::default(),
        tree,
        info,
        ProposalStore::new(),
    )
    .map(|(group, _)| group)
    .map_err(|error| Refusal::because(ErrorCode::IncompleteBundle, error))
}

/// The GroupInfo beside a commit must describe exactly the state to which the commit leads.
pub(crate) fn successor(
    crypto: &RustCrypto,
    group_info: &[u8],
    tree: &RatchetTree,
    context: &GroupContext,
) -> Result<Successor, Refusal> {
    let ratchet_tree = tree
        .tls_serialize_detached()
        .map_err(|_| incomplete("ratchet tree too large"))?;
    let group = group_of(crypto, group_info, &ratchet_tree)?;
    if group.group_context() != context {
        return Err(incomplete("GroupInfo of another state"));
    }
    Ok(Successor {
        group,
        ratchet_tree,
    })
}

/// The Welcome must be there exactly if devices are added, and have one secret for each of them.
pub(crate) fn check_welcome(
    crypto: &impl OpenMlsCrypto,
    welcome: Option<&[u8]>,
    staged: &StagedCommit,
) -> Result<(), Refusal> {
    let mut added = Vec::new();
    for queued in staged.queued_proposals() {
        if let Proposal::Add(add) = queued.proposal() {
            added.push(
                add.key_package()
                    .hash_ref(crypto)
                    .map_err(|_| incomplete("key package"))?,
            );
        }
    }
    let Some(bytes) = welcome else {
        return if added.is_empty() {
            Ok(())
        } else {
            Err(incomplete("no Welcome"))
        };
    };
    let welcome = message::welcome(bytes)?;
    let secrets = welcome.secrets();
    let covers_all = secrets.len() == added.len()
        && added
            .iter()
            .all(|wanted| secrets.iter().any(|secret| &secret.new_member() == wanted));
    if !added.is_empty() && covers_all {
        Ok(())
    } else {
        Err(incomplete("Welcome for other devices"))
    }
}
