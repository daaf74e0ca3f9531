//! The order of a room: what gets a place in it, and what each device is shown there.

use entente_protocol::{
    CommitBundle, Delivery, DeviceId, HubFrame, MessageKind, RoomId, WelcomeDelivery,
};
use entente_trust::mls;
use openmls::prelude::{MlsMessageBodyIn, MlsMessageIn, ProcessedMessageContent, ProtocolMessage};
use openmls_rust_crypto::MemoryStorage;
use tls_codec::DeserializeBytes as _;

use super::state::State;

impl State {
    /// Gives a message its place and shows each device what the lie makes of it. Returns the place
    /// in the sender's own view.
    pub(super) fn append(
        &mut self,
        id: RoomId,
        kind: MessageKind,
        (sender, number): (DeviceId, u64),
        message: Vec<u8>,
    ) -> u64 {
        let time_ms = self.now_ms();
        let room = self.rooms.get_mut(&id).unwrap();
        let epoch = room.epoch();
        let delivery = Delivery {
            room: id,
            seq: room.log.len() as u64 + 1,
            kind,
            sender,
            number,
            epoch: match kind {
                MessageKind::Commit => epoch.saturating_sub(1),
                _ => epoch,
            },
            time_ms,
            message: message.into(),
        };
        room.log.push(delivery.clone());
        room.last_numbers.insert(sender, number);
        let mut news = Vec::new();
        for (device, (before, shown)) in &mut room.shown {
            let versions = match &mut self.lie {
                Some(lie) => lie(*device, delivery.clone()),
                None => vec![delivery.clone()],
            };
            for mut version in versions {
                version.seq = *before + shown.len() as u64 + 1;
                shown.push(version.clone());
                if room.following.contains(device) {
                    news.push((*device, version));
                }
            }
        }
        let place = room
            .shown
            .get(&sender)
            .map_or(0, |(before, shown)| before + shown.len() as u64);
        for (device, version) in news {
            self.send(device, &HubFrame::Delivery(version));
        }
        place
    }

    /// Any commit of the current epoch, whoever made it and whatever it does. None if it is stale.
    pub(super) fn commit(&mut self, sender: DeviceId, bundle: CommitBundle) -> Option<u64> {
        let room = self.rooms.get_mut(&bundle.room).unwrap();
        let message = MlsMessageIn::tls_deserialize_exact_bytes(bundle.commit.as_slice()).unwrap();
        let MlsMessageBodyIn::PublicMessage(message) = message.extract() else {
            panic!("a commit is a PublicMessage");
        };
        let message = ProtocolMessage::from(message);
        if message.epoch() != room.group.group_context().epoch() {
            return None;
        }
        let processed = room.group.process_message(&room.crypto, message).unwrap();
        let ProcessedMessageContent::StagedCommitMessage(staged) = processed.into_content() else {
            panic!("not a commit");
        };
        let added: Vec<DeviceId> = staged
            .add_proposals()
            .filter_map(|add| {
                let leaf = add.add_proposal().key_package().leaf_node();
                mls::accreditation_of(leaf).ok()
            })
            .map(|accreditation| accreditation.device())
            .collect();
        room.group
            .merge_commit(&MemoryStorage::default(), *staged)
            .unwrap();
        room.group_info = bundle.group_info.clone().into();
        let tree = room.tree();
        let seq = self.append(
            bundle.room,
            MessageKind::Commit,
            (sender, bundle.number),
            bundle.commit.into(),
        );
        self.keep_state(bundle.room);
        let room = self.rooms.get_mut(&bundle.room).unwrap();
        let places: Vec<(DeviceId, u64)> = added
            .into_iter()
            .map(|device| {
                let place = room.log.len() as u64;
                room.shown.insert(device, (place, Vec::new()));
                (device, place)
            })
            .collect();
        for (device, place) in places {
            let welcome = WelcomeDelivery {
                room: bundle.room,
                seq: place,
                welcome: bundle.welcome.clone().unwrap(),
                ratchet_tree: tree.clone().into(),
            };
            for kept in [&mut self.welcomes, &mut self.every_welcome] {
                kept.entry(device).or_default().push(welcome.clone());
            }
            self.send(device, &HubFrame::Welcome(welcome));
        }
        Some(seq)
    }

    pub(super) fn keep_state(&mut self, room: RoomId) {
        let room = self.rooms.get_mut(&room).unwrap();
        let state = room.group_info_reply(0);
        room.states.push(state);
    }
}
