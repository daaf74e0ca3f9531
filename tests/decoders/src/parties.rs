//! Frames that do something: a seated device's at its hub, and the hub's at a member. MLS is read and checked in them.

use entente_delivery::{Input, Room, check_key_package};
use entente_protocol::{ClientFrame, HubFrame};
use entente_room::{CommitWish, Session};
use openmls_rust_crypto::RustCrypto;

use crate::stage::Stage;

/// A key package as its owner publishes it.
pub fn key_packages(bytes: &[u8]) {
    let stage = Stage::get();
    let owner = stage.listener();
    let crypto = RustCrypto::default();
    if let Ok(info) = check_key_package(bytes, owner.accreditation(), &crypto) {
        let stranger = stage.sender();
        assert!(check_key_package(bytes, stranger.accreditation(), &crypto).is_err());
        assert!(!info.hash.is_empty());
    }
}

/// A room as it is opened.
pub fn openings(bytes: &[u8]) {
    let stage = Stage::get();
    let Ok(ClientFrame::OpenRoom(open)) = ClientFrame::decode(bytes) else {
        return;
    };
    let wanted = open.room;
    if let Ok((room, _)) = Room::open(stage.sender().accreditation(), open, stage.now_ms) {
        assert_eq!(room.id(), wanted);
        assert_eq!(room.seats().count(), 1);
    }
}

/// What a seated device sends into its room: a refusal changes nothing.
pub fn hub(bytes: &[u8]) {
    let stage = Stage::get();
    let input = match ClientFrame::decode(bytes) {
        Ok(ClientFrame::Commit(bundle)) => Input::Commit(bundle),
        Ok(ClientFrame::Propose(propose)) => Input::Propose(propose),
        Ok(ClientFrame::Send(send)) => Input::Send(send),
        Ok(ClientFrame::Ephemeral(send)) => Input::Ephemeral(send),
        _ => return,
    };
    let mut room = stage.hub();
    let state = |room: &Room| {
        let seats: Vec<_> = room.seats().copied().collect();
        (room.head(), room.epoch(), room.closes_at_ms(), seats)
    };
    let before = state(&room);
    if room
        .handle(stage.sender().device(), input, stage.now_ms)
        .is_err()
    {
        assert_eq!(state(&room), before);
    }
}

/// What a hub tells a member.
pub fn member(bytes: &[u8]) {
    let Ok(frame) = HubFrame::decode(bytes) else {
        return;
    };
    let stage = Stage::get();
    match frame {
        HubFrame::Delivery(delivery) => {
            let mut session = stage.session();
            let before = session.cursor();
            if session.receive(&delivery).is_err() {
                assert_eq!(session.cursor(), before);
            }
            let changes = session.take_changes();
            assert!(changes.len() < 10_000, "one delivery, few records");
        }
        HubFrame::Ephemeral(delivery) => {
            let _ = stage.session().receive_ephemeral(&delivery);
        }
        HubFrame::Welcome(delivery) => {
            let (mut keys, trusted) = (stage.keys(), stage.trusted());
            let identity = stage.listener();
            let _ = Session::join(identity, &mut keys, &delivery, &trusted, stage.now_ms);
        }
        HubFrame::GroupInfo(reply) => {
            let mut session = stage.session();
            let _ = session.resync(&reply, stage.now_ms);
            let _ = session.learn_end(&reply);
        }
        HubFrame::JoinRequest(join) => {
            let _ = stage.session().take_join_request(&join, stage.now_ms);
        }
        HubFrame::KeyPackages(reply) => {
            let packages = reply.key_packages.into_iter();
            let wanted = packages.map(|it| (it.device, Vec::from(it.key_package)));
            let wish = CommitWish::Admit(wanted.collect());
            let _ = stage.session().commit(wish, stage.now_ms);
        }
        _ => {}
    }
}
