//! A member with a modified client: its own MLS, no policy, whatever it likes to commit.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use entente_protocol::{
    Authenticated, CommitBundle, DeviceId, GroupInfoReply, Recorded, RoomId, SendMessage,
    Statement, Wake, WelcomeDelivery,
};
use entente_room::Identity;
use entente_trust::issue::{AccreditationRequest, RootRequest, accredit, new_root};
use entente_trust::{
    Accreditation, Authority, DeviceSigner, Role, Roster, digest_of_seats, mls, recorded_content,
};
use openmls::group::{MlsGroup, MlsGroupJoinConfig, ProcessedWelcome};
use openmls::prelude::{
    Ciphersuite, Credential, CredentialWithKey, ExternalCommitBuilder, KeyPackage,
    LeafNodeParameters, MIXED_PLAINTEXT_WIRE_FORMAT_POLICY, MlsMessageBodyIn, MlsMessageIn,
    MlsMessageOut, ProcessedMessageContent, ProtocolMessage, RatchetTreeIn,
};
use openmls_rust_crypto::OpenMlsRustCrypto;
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::signatures::Signer as _;
use tls_codec::{DeserializeBytes as _, Serialize as _, VLBytes};

use super::now_ms;

const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
const DAY_MS: u64 = 24 * 3_600_000;

/// The device and its group.
pub struct Rogue {
    /// Its key and certificate.
    pub identity: Arc<Identity>,
    provider: OpenMlsRustCrypto,
    group: Option<MlsGroup>,
    number: u64,
}

/// A device of a certificate authority that somebody made at home, in any country's name.
#[must_use]
pub fn home_made(country: &str, role: Role, seed: u8) -> Identity {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let request = RootRequest {
        country: country.parse().unwrap(),
        name: "Bureau".to_owned(),
        not_before_ms: now_ms() - DAY_MS,
        not_after_ms: now_ms() + DAY_MS,
    };
    let root = Authority::from_der(&new_root(&key, &request, [seed; 16]).unwrap()).unwrap();
    accredited(&key, &root, role, [seed; 32], (-1, 1))
}

/// A device with a certificate of an authority whose key one has, valid from and to so many days
/// from now.
#[must_use]
pub fn accredited(
    key: &SigningKey,
    root: &Authority,
    role: Role,
    seed: [u8; 32],
    (from, to): (i64, i64),
) -> Identity {
    let signer = DeviceSigner::from_seed(&seed);
    let at = |days: i64| now_ms().saturating_add_signed(days * i64::try_from(DAY_MS).unwrap());
    let request = AccreditationRequest {
        device_key: signer.public_key(),
        officer: "X-666".to_owned(),
        callsign: "Ghost".to_owned(),
        role,
        not_before_ms: at(from),
        not_after_ms: at(to),
    };
    let leaf = accredit(key, root, &request, [9; 16]).unwrap();
    let chain = [leaf, root.der().to_vec()];
    Identity::new(signer, Accreditation::from_chain(&chain).unwrap()).unwrap()
}

impl Rogue {
    /// A device in the hands of somebody who writes their own client.
    #[must_use]
    pub fn new(identity: Arc<Identity>) -> Self {
        Self {
            identity,
            provider: OpenMlsRustCrypto::default(),
            group: None,
            number: 0,
        }
    }

    /// The device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.identity.device()
    }

    /// A key package of its own.
    #[must_use]
    pub fn key_package(&self) -> Vec<u8> {
        let own = self.identity.accreditation().to_credential_with_key();
        self.key_package_as(own.credential, own.signature_key.as_slice().to_vec())
    }

    /// A key package in the name of a credential and a key, signed by its own key.
    #[must_use]
    pub fn key_package_as(&self, credential: Credential, key: Vec<u8>) -> Vec<u8> {
        let named = CredentialWithKey {
            credential,
            signature_key: key.into(),
        };
        KeyPackage::builder()
            .leaf_node_capabilities(mls::capabilities())
            .build(SUITE, &self.provider, self.identity.signer(), named)
            .unwrap()
            .into_key_package()
            .tls_serialize_detached()
            .unwrap()
    }

    /// Joins by a Welcome, without asking anything.
    pub fn join(&mut self, delivery: &WelcomeDelivery) {
        let message =
            MlsMessageIn::tls_deserialize_exact_bytes(delivery.welcome.as_slice()).unwrap();
        let MlsMessageBodyIn::Welcome(welcome) = message.extract() else {
            panic!("not a Welcome");
        };
        let tree =
            RatchetTreeIn::tls_deserialize_exact_bytes(delivery.ratchet_tree.as_slice()).unwrap();
        let config = MlsGroupJoinConfig::builder()
            .wire_format_policy(MIXED_PLAINTEXT_WIRE_FORMAT_POLICY)
            .use_ratchet_tree_extension(false)
            .build();
        let processed =
            ProcessedWelcome::new_from_welcome(&self.provider, &config, welcome).unwrap();
        let staged = processed
            .into_staged_welcome(&self.provider, Some(tree))
            .unwrap();
        self.group = Some(staged.into_group(&self.provider).unwrap());
        self.number = 0;
    }

    /// Its group.
    pub fn group(&mut self) -> &mut MlsGroup {
        self.group.as_mut().unwrap()
    }

    /// Forgets the commit that it has just made: it was refused.
    pub fn drop_commit(&mut self) {
        let group = self.group.as_mut().unwrap();
        group.clear_pending_commit(self.provider.storage()).unwrap();
    }

    /// The commit that it has just made was accepted.
    pub fn merge_commit(&mut self) {
        let group = self.group.as_mut().unwrap();
        group.merge_pending_commit(&self.provider).unwrap();
    }

    /// The state of its group, as whoever comes back would want it from the hub.
    pub fn state(&mut self, room: RoomId) -> GroupInfoReply {
        let (provider, identity) = (&self.provider, self.identity.clone());
        let group = self.group.as_ref().unwrap();
        let info = group
            .export_group_info(provider.crypto(), identity.signer(), false)
            .unwrap();
        GroupInfoReply {
            request: 0,
            room,
            seq: 0,
            group_info: info.tls_serialize_detached().unwrap().into(),
            ratchet_tree: group
                .export_ratchet_tree()
                .tls_serialize_detached()
                .unwrap()
                .into(),
        }
    }

    /// Whether it can read an application message with the keys that it has.
    pub fn reads(&mut self, message: &[u8]) -> bool {
        let Ok(message) = MlsMessageIn::tls_deserialize_exact_bytes(message) else {
            return false;
        };
        let Ok(message) = ProtocolMessage::try_from(message) else {
            return false;
        };
        let group = self.group.as_mut().unwrap();
        group.is_active()
            && group
                .process_message(&self.provider, message)
                .is_ok_and(|processed| {
                    matches!(
                        processed.into_content(),
                        ProcessedMessageContent::ApplicationMessage(_)
                    )
                })
    }

    /// Follows what the room does; true if it could read the message.
    pub fn take(&mut self, message: &[u8]) -> bool {
        let Ok(message) = MlsMessageIn::tls_deserialize_exact_bytes(message) else {
            return false;
        };
        let Ok(message) = ProtocolMessage::try_from(message) else {
            return false;
        };
        let group = self.group.as_mut().unwrap();
        let Ok(processed) = group.process_message(&self.provider, message) else {
            return false;
        };
        match processed.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                group.merge_staged_commit(&self.provider, *staged).is_ok()
            }
            ProcessedMessageContent::ProposalMessage(queued) => group
                .store_pending_proposal(self.provider.storage(), *queued)
                .is_ok(),
            _ => true,
        }
    }

    /// The authenticated data of its next message, as an honest client would write it.
    pub fn next_aad(&mut self, room: RoomId) -> (u64, Vec<u8>) {
        self.number += 1;
        let authenticated = Authenticated {
            room,
            number: self.number,
            seen_seq: 0,
            seen_hash: [0; 32],
            time_ms: now_ms(),
            above: None,
        };
        (self.number, authenticated.encode().unwrap())
    }

    /// Says anything: the bytes need not be an event, nor true. Signed for the record as an honest client would.
    pub fn say(&mut self, room: RoomId, event: &[u8]) -> SendMessage {
        self.say_signed(room, event, |_| ())
    }

    /// The same, with a statement for the record that the test has changed before it is signed.
    pub fn say_signed(
        &mut self,
        room: RoomId,
        event: &[u8],
        change: impl FnOnce(&mut Statement),
    ) -> SendMessage {
        let (number, aad) = self.next_aad(room);
        let salt = [5; Recorded::SALT_BYTES];
        let group = self.group.as_ref().unwrap();
        let roster = Roster::default().refreshed(group.members()).unwrap();
        let charters = mls::charter_of(group.extensions()).unwrap();
        let mut statement = Statement {
            version: Statement::VERSION,
            charter: charters.in_force().fingerprint(),
            roster: digest_of_seats(&roster.certificates()),
            epoch: group.epoch().as_u64(),
            device: self.device(),
            authenticated: Authenticated::decode(&aad).unwrap(),
            content: recorded_content(&salt, event),
        };
        change(&mut statement);
        let signature = self.identity.signer().sign_statement(&statement);
        let recorded = Recorded {
            signature: signature.to_vec().into(),
            salt,
            event: event.to_vec().into(),
        };
        self.send(room, (number, aad), &recorded.encode().unwrap())
    }

    /// Says bytes as they are, without any signature for the record.
    pub fn say_bare(&mut self, room: RoomId, content: &[u8]) -> SendMessage {
        let next = self.next_aad(room);
        self.send(room, next, content)
    }

    fn send(&mut self, room: RoomId, (number, aad): (u64, Vec<u8>), content: &[u8]) -> SendMessage {
        let group = self.group.as_mut().unwrap();
        group.set_aad(aad);
        let message = group
            .create_message(&self.provider, self.identity.signer(), content)
            .unwrap();
        SendMessage {
            request: 0,
            room,
            number,
            message: message.tls_serialize_detached().unwrap().into(),
            wake: Wake::No,
        }
    }

    /// An external commit: into a group that has no seat for it.
    pub fn external_commit(&mut self, reply: &GroupInfoReply) -> CommitBundle {
        let (number, aad) = self.next_aad(reply.room);
        let message =
            MlsMessageIn::tls_deserialize_exact_bytes(reply.group_info.as_slice()).unwrap();
        let MlsMessageBodyIn::GroupInfo(info) = message.extract() else {
            panic!("not a GroupInfo");
        };
        let tree =
            RatchetTreeIn::tls_deserialize_exact_bytes(reply.ratchet_tree.as_slice()).unwrap();
        let config = MlsGroupJoinConfig::builder()
            .wire_format_policy(MIXED_PLAINTEXT_WIRE_FORMAT_POLICY)
            .use_ratchet_tree_extension(false)
            .build();
        let (_, bundle) = ExternalCommitBuilder::new()
            .with_aad(aad)
            .with_ratchet_tree(tree)
            .with_config(config)
            .build_group(
                &self.provider,
                info,
                self.identity.accreditation().to_credential_with_key(),
            )
            .unwrap()
            .leaf_node_parameters(
                LeafNodeParameters::builder()
                    .with_capabilities(mls::capabilities())
                    .build(),
            )
            .load_psks(self.provider.storage())
            .unwrap()
            .create_group_info(true)
            .use_ratchet_tree_extension(false)
            .build(
                self.provider.rand(),
                self.provider.crypto(),
                self.identity.signer(),
                |_| true,
            )
            .unwrap()
            .finalize(&self.provider)
            .unwrap();
        let (commit, _, group_info) = bundle.into_messages();
        CommitBundle {
            request: 0,
            room: reply.room,
            number,
            commit: commit.tls_serialize_detached().unwrap().into(),
            welcome: None,
            group_info: group_info.unwrap().tls_serialize_detached().unwrap().into(),
        }
    }

    /// An external commit that takes `victim`'s leaf instead of its own one, under its own good
    /// signature. openmls makes none, so the Remove in an honest one is changed and signed again.
    pub fn external_commit_removing(
        &mut self,
        reply: &GroupInfoReply,
        own: u32,
        victim: u32,
    ) -> CommitBundle {
        let mut bundle = self.external_commit(reply);
        let mut bytes = bundle.commit.as_slice().to_vec();
        // By value, Remove, leaf (RFC 9420 §12.1.3 and §12.4).
        let remove = |leaf: u32| [&[1, 0, 3], leaf.to_be_bytes().as_slice()].concat();
        let wanted = remove(own);
        let at = bytes
            .windows(wanted.len())
            .position(|part| part == wanted)
            .unwrap();
        bytes[at..at + wanted.len()].copy_from_slice(&remove(victim));
        // At the end lie the signature, 2 + 64 bytes, and the confirmation tag, 1 + 32 bytes.
        let (content, end) = bytes.split_at(bytes.len() - 99);
        let tag = end[66..].to_vec();
        let info = MlsMessageIn::tls_deserialize_exact_bytes(reply.group_info.as_slice()).unwrap();
        let MlsMessageBodyIn::GroupInfo(info) = info.extract() else {
            panic!("not a GroupInfo");
        };
        let context = info.group_context().tls_serialize_detached().unwrap();
        // SignContent (RFC 9420 §5.1.2) over FramedContentTBS (§6.1).
        let label = VLBytes::new(b"MLS 1.0 FramedContentTBS".to_vec());
        let signed = VLBytes::new([content, &context].concat());
        let payload = [
            label.tls_serialize_detached().unwrap(),
            signed.tls_serialize_detached().unwrap(),
        ]
        .concat();
        let signature = self.identity.signer().sign(&payload).unwrap();
        let signature = VLBytes::new(signature).tls_serialize_detached().unwrap();
        bundle.commit = [content.to_vec(), signature, tag].concat().into();
        bundle
    }

    /// A commit of anything; `wish` puts proposals into it.
    pub fn commit(&mut self, room: RoomId, wish: &Wish) -> CommitBundle {
        let (number, aad) = self.next_aad(room);
        let identity = self.identity.clone();
        let provider = &self.provider;
        let group = self.group.as_mut().unwrap();
        group.set_aad(aad);
        let mut builder = group.commit_builder().force_self_update(true);
        for key_package in &wish.adds {
            let package = openmls::prelude::KeyPackageIn::tls_deserialize_exact_bytes(key_package)
                .unwrap()
                .validate(provider.crypto(), openmls::prelude::ProtocolVersion::Mls10)
                .unwrap();
            builder = builder.propose_adds([package]);
        }
        builder = builder.propose_removals(wish.removals.clone());
        if let Some(charters) = &wish.charters {
            builder = builder
                .propose_group_context_extensions(mls::group_extensions(charters).unwrap())
                .unwrap();
        }
        if let Some(identity) = &wish.own_leaf {
            let credential = identity.accreditation().to_credential_with_key();
            builder = builder.leaf_node_parameters(
                openmls::prelude::LeafNodeParameters::builder()
                    .with_capabilities(mls::capabilities())
                    .with_credential_with_key(credential)
                    .build(),
            );
        }
        let bundle = builder
            .load_psks(provider.storage())
            .unwrap()
            .create_group_info(true)
            .use_ratchet_tree_extension(false)
            .build(
                provider.rand(),
                provider.crypto(),
                identity.signer(),
                |_| true,
            )
            .unwrap()
            .stage_commit(provider)
            .unwrap();
        let (commit, welcome, group_info) = bundle.into_messages();
        let bytes = |message: &MlsMessageOut| message.tls_serialize_detached().unwrap();
        CommitBundle {
            request: 0,
            room,
            number,
            commit: bytes(&commit).into(),
            welcome: welcome.as_ref().map(|welcome| bytes(welcome).into()),
            group_info: group_info.as_ref().map(&bytes).unwrap().into(),
        }
    }
}

/// What a rogue commits.
#[derive(Default)]
pub struct Wish {
    /// Key packages of whom it adds.
    pub adds: Vec<Vec<u8>>,
    /// Leaves that it removes.
    pub removals: Vec<openmls::prelude::LeafNodeIndex>,
    /// Charters that it puts in force.
    pub charters: Option<entente_trust::CharterHistory>,
    /// Another certificate for its own leaf.
    pub own_leaf: Option<Arc<Identity>>,
}
