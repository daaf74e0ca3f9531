//! Key packages, kept and handed out.

use entente_delivery::check_key_package;
use entente_protocol::{
    ErrorCode, HubControl, HubFrame, KeyPackageOf, KeyPackagesReply, PublishKeyPackages,
    TakeKeyPackages, limits,
};

use super::Session;
use crate::store::{KeyPackageRow, StoreError};

impl Session {
    pub(super) async fn publish(&self, publish: PublishKeyPackages) {
        let request = publish.request;
        let count = publish.key_packages.len() + usize::from(publish.last_resort.is_some());
        if count > limits::MAX_KEY_PACKAGES_PER_DEVICE {
            let detail = Some("MAX_KEY_PACKAGES_PER_DEVICE".to_owned());
            return self
                .outbound
                .refuse(Some(request), None, ErrorCode::LimitExceeded, detail);
        }
        let all = publish.key_packages.into_iter().map(|bytes| (bytes, false));
        let last = publish.last_resort.into_iter().map(|bytes| (bytes, true));
        let mut rows = Vec::with_capacity(count);
        for (bytes, last_resort) in all.chain(last) {
            let bytes = Vec::from(bytes);
            match check_key_package(&bytes, &self.peer, &self.hub.crypto) {
                Ok(info) if info.last_resort == last_resort => rows.push(KeyPackageRow {
                    ciphersuite: info.ciphersuite,
                    last_resort,
                    not_after_s: info.not_after_s,
                    hash: info.hash,
                    bytes,
                }),
                Ok(_) => {
                    let detail = Some("last_resort".to_owned());
                    let code = ErrorCode::BadKeyPackage;
                    return self.outbound.refuse(Some(request), None, code, detail);
                }
                Err(refusal) => {
                    let (code, detail) = (refusal.code, refusal.detail);
                    return self.outbound.refuse(Some(request), None, code, detail);
                }
            }
        }
        match self
            .hub
            .store
            .publish_key_packages(self.peer.device(), rows)
            .await
        {
            Ok(_) => {
                self.outbound.control(&HubControl::Done { request });
            }
            Err(StoreError::TooManyKeyPackages) => {
                let detail = Some("MAX_KEY_PACKAGES_PER_DEVICE".to_owned());
                self.outbound
                    .refuse(Some(request), None, ErrorCode::LimitExceeded, detail);
            }
            Err(error) => self.store_failed(request, &error),
        }
    }

    pub(super) async fn take(&self, take: TakeKeyPackages) {
        let request = take.request;
        if take.devices.len() > limits::MAX_DEVICES_PER_REQUEST {
            let detail = Some("MAX_DEVICES_PER_REQUEST".to_owned());
            return self
                .outbound
                .refuse(Some(request), None, ErrorCode::LimitExceeded, detail);
        }
        let now_ms = self.hub.clock.now_ms();
        let devices = take.devices.clone();
        let overdrawn = self.hub.overdrawn(self.peer.root(), &devices);
        match self
            .hub
            .store
            .take_key_packages(take.ciphersuite, devices, overdrawn, now_ms)
            .await
        {
            Ok(packages) => {
                let key_packages = take
                    .devices
                    .into_iter()
                    .zip(packages)
                    .map(|(device, bytes)| KeyPackageOf {
                        device,
                        key_package: bytes.into(),
                    })
                    .collect();
                let reply = KeyPackagesReply {
                    request,
                    key_packages,
                };
                self.send(request, &HubFrame::KeyPackages(reply));
            }
            Err(StoreError::NoKeyPackage(missing)) => {
                let ids: Vec<String> = missing.iter().map(ToString::to_string).collect();
                let code = ErrorCode::NoKeyPackage;
                self.outbound
                    .refuse(Some(request), None, code, Some(ids.join(" ")));
            }
            Err(error) => self.store_failed(request, &error),
        }
    }
}
