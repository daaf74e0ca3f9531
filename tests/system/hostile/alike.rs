//! Who asks for what is not theirs.

use entente_protocol::{BlobId, ClientControl, ClientFrame, RoomId, TakeKeyPackages};
use entente_tests::Raw;
use entente_trust::Role;

use super::Scene;
use crate::CLASSIC;

/// "There is none" and "it is not yours" are one answer, to the byte but for the reference.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_and_what_is_not_ones_own_look_alike() {
    let scene = Scene::set(&[]).await;
    let (_, stranger) = scene.cast.enrol("JO", "Stranger", Role::Field).await;
    let mut raw = Raw::greet(&scene.hub, &stranger).await;
    let nowhere = RoomId::from_bytes([3; 16]);
    let blob = BlobId::from_bytes([4; 16]);
    let questions = |room: RoomId| {
        [
            ClientControl::Follow {
                request: 1,
                room,
                after: 0,
            },
            ClientControl::GroupInfo { request: 1, room },
            ClientControl::Blob {
                request: 1,
                room,
                blob,
            },
            ClientControl::GetBlob {
                request: 1,
                room,
                blob,
                chunk: 0,
            },
            ClientControl::WelcomeTaken { request: 1, room },
        ]
    };
    let asked = questions(scene.room).into_iter().zip(questions(nowhere));
    for (there, elsewhere) in asked {
        let there = raw.ask(&there).await.encode();
        let elsewhere = raw.ask(&elsewhere).await.encode();
        let same = elsewhere.replace(&nowhere.to_string(), &scene.room.to_string());
        assert_eq!(there, same);
    }
    // A device that nobody knows, and one that is known and has no key package.
    let (_, known) = scene.cast.enrol("JO", "Packless", Role::Field).await;
    let mut answers = Vec::new();
    for device in [
        known.device(),
        entente_protocol::DeviceId::from_bytes([5; 16]),
    ] {
        raw.frame(&ClientFrame::TakeKeyPackages(TakeKeyPackages {
            request: 1,
            ciphersuite: CLASSIC,
            devices: vec![device],
        }))
        .await;
        answers.push(
            raw.control()
                .await
                .encode()
                .replace(&device.to_string(), "it"),
        );
    }
    assert_eq!(answers[0], answers[1]);
}
