//! A room: its group as it is, and everything that was ever said.

use std::collections::{HashMap, HashSet};

use entente_protocol::{Delivery, DeviceId, GroupInfoReply, OpenRoom, RoomId};
use openmls::group::PublicGroup;
use openmls::prelude::{MlsMessageBodyIn, MlsMessageIn, ProposalStore, RatchetTreeIn};
use openmls_rust_crypto::{MemoryStorage, RustCrypto};
use tls_codec::{DeserializeBytes as _, Serialize as _};

pub(super) struct Room {
    pub(super) crypto: RustCrypto,
    pub(super) group: PublicGroup,
    pub(super) group_info: Vec<u8>,
    /// Every state that the room was in, as it could be had by whoever comes back.
    pub(super) states: Vec<GroupInfoReply>,
    /// Everything as it came, in true order.
    pub(super) log: Vec<Delivery>,
    /// What each device was shown: the place before its first, and all after.
    pub(super) shown: HashMap<DeviceId, (u64, Vec<Delivery>)>,
    pub(super) following: HashSet<DeviceId>,
    pub(super) last_numbers: HashMap<DeviceId, u64>,
    /// Says so instead of the truth when somebody follows.
    pub(super) head: Option<u64>,
}

impl Room {
    pub(super) fn open(founder: DeviceId, open: &OpenRoom) -> Self {
        let (crypto, group) =
            public_group(open.group_info.as_slice(), open.ratchet_tree.as_slice());
        Self {
            crypto,
            group,
            group_info: open.group_info.as_slice().to_vec(),
            states: Vec::new(),
            log: Vec::new(),
            shown: HashMap::from([(founder, (0, Vec::new()))]),
            following: HashSet::new(),
            last_numbers: HashMap::new(),
            head: None,
        }
    }

    pub(super) fn epoch(&self) -> u64 {
        self.group.group_context().epoch().as_u64()
    }

    pub(super) fn tree(&self) -> Vec<u8> {
        self.group
            .export_ratchet_tree()
            .tls_serialize_detached()
            .unwrap()
    }

    pub(super) fn group_info_reply(&self, request: u32) -> GroupInfoReply {
        GroupInfoReply {
            request,
            room: RoomId::from_slice(self.group.group_id().as_slice()).unwrap(),
            seq: self.log.len() as u64,
            group_info: self.group_info.clone().into(),
            ratchet_tree: self.tree().into(),
        }
    }
}

fn public_group(group_info: &[u8], tree: &[u8]) -> (RustCrypto, PublicGroup) {
    let crypto = RustCrypto::default();
    let message = MlsMessageIn::tls_deserialize_exact_bytes(group_info).unwrap();
    let MlsMessageBodyIn::GroupInfo(info) = message.extract() else {
        panic!("not a GroupInfo");
    };
    let tree = RatchetTreeIn::tls_deserialize_exact_bytes(tree).unwrap();
    let storage = MemoryStorage::default();
    let (group, _) =
        PublicGroup::from_external(&crypto, &storage, tree, info, ProposalStore::new()).unwrap();
    (crypto, group)
}
