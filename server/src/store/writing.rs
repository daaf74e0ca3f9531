//! What is written. When a call returns, it is on the disk; when it fails, nothing of it is.

use std::sync::Arc;

use entente_delivery::Effect;
use entente_protocol::{
    DeviceId, EnrolmentAnswer, EnrolmentRequest, Fingerprint, PushEndpoint, RoomId, TicketId,
};
use entente_trust::{Authority, SignedRevocationList};

use super::{
    Basis, BlobKey, BlobRow, DeviceRow, KeyPackageRow, PushSecret, Store, StoreError, engine,
};

impl Store {
    /// Stores what one room decided, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::RoomExists`] if an opened room is there already, [`StoreError::Behind`] if the
    /// room, or the one above it, is not where `basis` says, or closed; [`StoreError::TooManyCompartments`].
    pub async fn store_effects(
        &self,
        room: RoomId,
        basis: Basis,
        effects: Arc<Vec<Effect>>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        engine!(self.store_effects(room, basis, effects, now_ms))
    }

    /// Registers an authority, once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_authority(
        &self,
        authority: Authority,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        engine!(self.register_authority(authority, now_ms))
    }

    /// Notes how much of a blob is stored: [`StoreError::TooManyBlobs`] for the first chunk of one
    /// too many.
    pub(crate) async fn put_blob(&self, blob: BlobKey, row: BlobRow) -> Result<(), StoreError> {
        engine!(self.put_blob(blob, row))
    }

    /// Remembers a device for the directory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remember_device(&self, device: DeviceRow) -> Result<(), StoreError> {
        engine!(self.remember_device(device))
    }

    /// Adds key packages, all or none; returns the stock. A last-resort one replaces the last.
    ///
    /// # Errors
    /// [`StoreError::TooManyKeyPackages`] over the limit.
    pub async fn publish_key_packages(
        &self,
        device: DeviceId,
        packages: Vec<KeyPackageRow>,
    ) -> Result<u32, StoreError> {
        engine!(self.publish_key_packages(device, packages))
    }

    /// Takes one key package of each device, all or none; the last-resort one of those in `sparing`, whatever
    /// else there is.
    ///
    /// # Errors
    /// [`StoreError::NoKeyPackage`] with the devices that have none; then nothing is taken.
    pub async fn take_key_packages(
        &self,
        ciphersuite: u16,
        devices: Vec<DeviceId>,
        sparing: Vec<DeviceId>,
        now_ms: u64,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        engine!(self.take_key_packages(ciphersuite, devices, sparing, now_ms))
    }

    /// Forgets a welcome that was taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn welcome_taken(&self, device: DeviceId, room: RoomId) -> Result<(), StoreError> {
        engine!(self.welcome_taken(device, room))
    }

    /// Keeps an enrolment request for its authority's desk.
    ///
    /// # Errors
    /// [`StoreError::EnrolmentTaken`] if another request was made for the ticket,
    /// [`StoreError::TooManyEnrolments`] if the desk has too many waiting.
    pub async fn post_enrolment(
        &self,
        request: EnrolmentRequest,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        engine!(self.post_enrolment(request, now_ms))
    }

    /// Keeps the desk's answers; those to unknown or answered requests are passed over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn answer_enrolments(
        &self,
        authority: Fingerprint,
        answers: Vec<(TicketId, Option<EnrolmentAnswer>)>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        engine!(self.answer_enrolments(authority, answers, now_ms))
    }

    /// Keeps an authority's list unless there is a newer one; `devices` are those that it revokes anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_revocations(
        &self,
        list: SignedRevocationList,
        devices: Vec<DeviceId>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        engine!(self.put_revocations(list, devices, now_ms))
    }

    /// The hub's key: `fresh`, unless it has one.
    pub(crate) async fn push_key(&self, fresh: PushSecret) -> Result<PushSecret, StoreError> {
        engine!(self.push_key(fresh))
    }

    /// Where to push a device from now on, if anywhere.
    pub(crate) async fn push_subscribe(
        &self,
        device: DeviceId,
        endpoint: Option<PushEndpoint>,
    ) -> Result<(), StoreError> {
        engine!(self.push_subscribe(device, endpoint))
    }

    /// Notes that a device is pushed now; false if somebody else has pushed it since `pushed_ms`.
    pub(crate) async fn push_claim(
        &self,
        device: DeviceId,
        pushed_ms: u64,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        engine!(self.push_claim(device, pushed_ms, now_ms))
    }

    /// The push service knows no such subscription any more.
    pub(crate) async fn push_gone(
        &self,
        device: DeviceId,
        endpoint: PushEndpoint,
    ) -> Result<(), StoreError> {
        engine!(self.push_gone(device, endpoint))
    }
}
