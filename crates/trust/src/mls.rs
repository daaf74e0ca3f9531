//! Where MLS and the policy meet: the profile of Entente's groups, and a staged commit put in the
//! policy's words. The hub and the members share it.

use openmls::framing::Sender;
use openmls::group::StagedCommit;
use openmls::prelude::{
    Capabilities, Ciphersuite, CredentialType, Extension, ExtensionType, Extensions, GroupContext,
    InvalidExtensionError, LeafNode, Proposal, ProposalOrRefType, ProtocolVersion, QueuedProposal,
    RequiredCapabilitiesExtension, UnknownExtension,
};

use crate::{
    Accreditation, CertificateError, CharterError, CharterHistory, CommitFacts, Committer,
    Compartment, CompartmentError, PolicyRefusal, Removal,
};

/// GroupContext extension type of the charter, in the private-use range (RFC 9420 §17.3).
pub const CHARTER_EXTENSION: u16 = 0xF0E0;

/// GroupContext extension type of a compartment.
pub const COMPARTMENT_EXTENSION: u16 = 0xF0E1;

/// Ciphersuite of a room unless its coordinator chooses otherwise: post-quantum hybrid, 0x004F.
pub const DEFAULT_CIPHERSUITE: Ciphersuite =
    Ciphersuite::MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519;

/// The ciphersuites of rooms: both sign with Ed25519, as accreditations do.
pub const CIPHERSUITES: [Ciphersuite; 2] = [
    DEFAULT_CIPHERSUITE,
    Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
];

/// The ciphersuite of a number, if rooms may use it.
#[must_use]
pub fn ciphersuite(number: u16) -> Option<Ciphersuite> {
    CIPHERSUITES
        .into_iter()
        .find(|suite| u16::from(*suite) == number)
}

/// What every leaf of an Entente group can do.
#[must_use]
pub fn capabilities() -> Capabilities {
    Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&CIPHERSUITES),
        Some(&[
            ExtensionType::Unknown(CHARTER_EXTENSION),
            ExtensionType::Unknown(COMPARTMENT_EXTENSION),
            ExtensionType::LastResort,
        ]),
        Some(&[]),
        Some(&[CredentialType::X509]),
    )
}

/// The GroupContext extensions of a room: what members must support, and the charter.
///
/// # Errors
/// Never for these two; openmls checks that each kind comes once.
pub fn group_extensions(
    charter: &CharterHistory,
) -> Result<Extensions<GroupContext>, InvalidExtensionError> {
    extensions(CHARTER_EXTENSION, charter.encode())
}

/// The GroupContext extensions of a compartment: what members must support, and what it is. It has no charter of its
/// own: the room's is in force.
///
/// # Errors
/// Never for these two; openmls checks that each kind comes once.
pub fn compartment_extensions(
    compartment: &Compartment,
) -> Result<Extensions<GroupContext>, InvalidExtensionError> {
    extensions(COMPARTMENT_EXTENSION, compartment.encode())
}

fn extensions(
    kind: u16,
    content: Vec<u8>,
) -> Result<Extensions<GroupContext>, InvalidExtensionError> {
    Extensions::from_vec(vec![
        Extension::RequiredCapabilities(RequiredCapabilitiesExtension::new(
            &[ExtensionType::Unknown(kind)],
            &[],
            &[CredentialType::X509],
        )),
        Extension::Unknown(kind, UnknownExtension(content)),
    ])
}

/// What a compartment's context says of it. The extensions must be exactly those of [`compartment_extensions`].
///
/// # Errors
/// See [`CompartmentError`].
pub fn compartment_of(
    extensions: &Extensions<GroupContext>,
) -> Result<Compartment, CompartmentError> {
    let bytes = &extensions
        .unknown(COMPARTMENT_EXTENSION)
        .ok_or(CompartmentError::Malformed)?
        .0;
    let compartment = Compartment::decode(bytes)?;
    let expected = compartment_extensions(&compartment).map_err(|_| CompartmentError::Malformed)?;
    if &expected == extensions {
        Ok(compartment)
    } else {
        Err(CompartmentError::Malformed)
    }
}

/// The charter in a group's context. The extensions must be exactly those of
/// [`group_extensions`]: anything else could bring senders or rules that nobody agreed to.
///
/// # Errors
/// [`CharterError::Malformed`] if it is missing, not alone, or can't be decoded.
pub fn charter_of(extensions: &Extensions<GroupContext>) -> Result<CharterHistory, CharterError> {
    let bytes = &extensions
        .unknown(CHARTER_EXTENSION)
        .ok_or(CharterError::Malformed)?
        .0;
    let history = CharterHistory::decode(bytes)?;
    let expected = group_extensions(&history).map_err(|_| CharterError::Malformed)?;
    if &expected == extensions {
        Ok(history)
    } else {
        Err(CharterError::Malformed)
    }
}

/// Puts a staged commit in the policy's words; `made_at_ms` is from its authenticated data.
///
/// # Errors
/// [`PolicyRefusal::Forbidden`] for anything that no commit of a room may contain,
/// [`PolicyRefusal::Accreditation`] and [`PolicyRefusal::Charter`] for parts that can't be read.
pub fn commit_facts(
    staged: &StagedCommit,
    sender: &Sender,
    made_at_ms: u64,
) -> Result<CommitFacts, PolicyRefusal> {
    let path_leaf = staged
        .update_path_leaf_node()
        .map(accreditation_of)
        .transpose()?;
    let committer = match sender {
        Sender::Member(leaf) => Committer::Member(leaf.u32()),
        Sender::NewMemberCommit => Committer::External(
            path_leaf
                .clone()
                .ok_or(PolicyRefusal::Forbidden("an external commit without path"))?,
        ),
        _ => return Err(PolicyRefusal::Forbidden("a commit from outside the room")),
    };
    let mut facts = CommitFacts {
        committer,
        made_at_ms,
        adds: Vec::new(),
        removals: Vec::new(),
        path_leaf,
        charter: None,
    };
    for queued in staged.queued_proposals() {
        add_proposal(&mut facts, queued)?;
    }
    Ok(facts)
}

fn add_proposal(facts: &mut CommitFacts, queued: &QueuedProposal) -> Result<(), PolicyRefusal> {
    let is_inline = queued.proposal_or_ref_type() == ProposalOrRefType::Proposal;
    let proposer = match queued.sender() {
        Sender::Member(leaf) => Some(leaf.u32()),
        Sender::NewMemberCommit => None,
        _ => return Err(PolicyRefusal::Forbidden("a proposal from outside the room")),
    };
    match queued.proposal() {
        Proposal::Remove(remove) => {
            let leaf = remove.removed().u32();
            check_stand_alone(is_inline || proposer == Some(leaf))?;
            facts.removals.push(Removal { leaf, proposer });
        }
        Proposal::Add(add) => {
            check_stand_alone(is_inline)?;
            facts
                .adds
                .push(accreditation_of(add.key_package().leaf_node())?);
        }
        Proposal::GroupContextExtensions(change) => {
            check_stand_alone(is_inline)?;
            if facts
                .charter
                .replace(charter_of(change.extensions())?)
                .is_some()
            {
                return Err(PolicyRefusal::Forbidden("two charters"));
            }
        }
        Proposal::ExternalInit(_) if matches!(facts.committer, Committer::External(_)) => {}
        Proposal::ExternalInit(_) => return Err(PolicyRefusal::Forbidden("an ExternalInit")),
        Proposal::Update(_) => return Err(PolicyRefusal::Forbidden("an Update")),
        Proposal::PreSharedKey(_) => return Err(PolicyRefusal::Forbidden("a pre-shared key")),
        Proposal::ReInit(_) => return Err(PolicyRefusal::Forbidden("a ReInit")),
        _ => return Err(PolicyRefusal::Forbidden("a proposal of unknown kind")),
    }
    Ok(())
}

/// Only a member's own Remove may travel as a message of its own: a commit then shows the work of
/// its committer alone, and the policy need not weigh two people's rights.
fn check_stand_alone(allowed: bool) -> Result<(), PolicyRefusal> {
    if allowed {
        Ok(())
    } else {
        Err(PolicyRefusal::Forbidden("another member's proposal"))
    }
}

/// Whether a stand-alone proposal may enter the room's queue: only a Remove of its own sender.
///
/// # Errors
/// [`PolicyRefusal::Forbidden`].
pub fn check_proposal(queued: &QueuedProposal) -> Result<(), PolicyRefusal> {
    match (queued.proposal(), queued.sender()) {
        (Proposal::Remove(remove), Sender::Member(leaf)) if remove.removed() == *leaf => Ok(()),
        _ => Err(PolicyRefusal::Forbidden("a proposal but one's own removal")),
    }
}

/// The accreditation in a leaf.
///
/// # Errors
/// See [`CertificateError`].
pub fn accreditation_of(leaf: &LeafNode) -> Result<Accreditation, CertificateError> {
    Accreditation::from_leaf(leaf.credential(), leaf.signature_key().as_slice())
}
