//! What is read.

use entente_protocol::{
    Delivery, DeviceId, EnrolmentRequest, Fingerprint, RoomId, RoomSummary, TicketId,
};
use entente_trust::{Authority, SignedRevocationList};
use tls_codec::VLBytes;

use super::{
    BlobKey, BlobRow, EnrolmentState, Head, Store, StoreError, StoredRoom, StoredWelcome,
    Subscription, engine,
};

impl Store {
    /// Everything needed to load a room; none if there is no such room.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn room(&self, room: RoomId) -> Result<Option<StoredRoom>, StoreError> {
        engine!(self.room(room))
    }

    /// The oldest sequence number that is kept of a room.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn oldest(&self, room: RoomId) -> Result<u64, StoreError> {
        engine!(self.oldest(room))
    }

    /// The next page of a room's log above `after` and not above `until`, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn page(
        &self,
        room: RoomId,
        after: u64,
        until: u64,
    ) -> Result<Vec<Delivery>, StoreError> {
        engine!(self.page(room, after, until))
    }

    /// Where a device's message number lies in the log, and when it was accepted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn place_of(
        &self,
        room: RoomId,
        sender: DeviceId,
        number: u64,
    ) -> Result<Option<(u64, u64)>, StoreError> {
        engine!(self.place_of(room, sender, number))
    }

    /// Rooms whose time is over and whose closing was not carried out yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn overdue_rooms(&self, now_ms: u64) -> Result<Vec<RoomId>, StoreError> {
        engine!(self.overdue_rooms(now_ms))
    }

    /// How many rooms are open.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_room_count(&self) -> Result<usize, StoreError> {
        engine!(self.open_room_count())
    }

    /// The open rooms in which a device has a seat, in order of id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rooms_of(&self, device: DeviceId) -> Result<Vec<RoomSummary>, StoreError> {
        engine!(self.rooms_of(device))
    }

    /// How many welcomes wait for a device.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn welcome_count(&self, device: DeviceId) -> Result<u32, StoreError> {
        engine!(self.welcome_count(device))
    }

    /// How many key packages are in stock for a device, and how many welcomes wait for it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn waiting(&self, device: DeviceId) -> Result<(u32, u32), StoreError> {
        engine!(self.waiting(device))
    }

    /// The welcomes that wait for a device.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn welcomes(&self, device: DeviceId) -> Result<Vec<StoredWelcome>, StoreError> {
        engine!(self.welcomes(device))
    }

    /// How many blobs a room has, and how many chunks are stored of them together.
    pub(crate) async fn blobs_of(&self, room: RoomId) -> Result<(u64, u64), StoreError> {
        engine!(self.blobs_of(room))
    }

    /// How much of a blob is stored; none if the room has no such blob.
    pub(crate) async fn blob(&self, blob: BlobKey) -> Result<Option<BlobRow>, StoreError> {
        engine!(self.blob(blob))
    }

    /// The authorities that have registered.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if one can't be read.
    pub async fn authorities(&self) -> Result<Vec<Authority>, StoreError> {
        engine!(self.authorities())
    }

    /// Key packages in stock of a device, the last-resort ones not counted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn key_package_count(&self, device: DeviceId) -> Result<u32, StoreError> {
        engine!(self.key_package_count(device))
    }

    /// Chains of the devices of a country, or of all, at most
    /// [`entente_protocol::limits::MAX_DEVICES_PER_REQUEST`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn directory(&self, country: Option<&str>) -> Result<Vec<Vec<VLBytes>>, StoreError> {
        engine!(self.directory(country))
    }

    /// What became of an enrolment.
    pub(crate) async fn enrolment(
        &self,
        authority: Fingerprint,
        ticket: TicketId,
    ) -> Result<EnrolmentState, StoreError> {
        engine!(self.enrolment(authority, ticket))
    }

    /// Requests that wait for an authority's desk, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn waiting_enrolments(
        &self,
        authority: Fingerprint,
    ) -> Result<Vec<EnrolmentRequest>, StoreError> {
        engine!(self.waiting_enrolments(authority))
    }

    /// The newest list of each authority.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if one can't be read.
    pub async fn revocations(&self) -> Result<Vec<SignedRevocationList>, StoreError> {
        engine!(self.revocations())
    }

    /// Where to push a device because of a room: none if it did not ask, has no seat there any
    /// more, or the room is closed.
    pub(crate) async fn push_subscription(
        &self,
        room: RoomId,
        device: DeviceId,
    ) -> Result<Option<Subscription>, StoreError> {
        engine!(self.push_subscription(room, device))
    }

    /// Where rooms are; those that do not exist are left out.
    pub(crate) async fn heads(&self, rooms: &[RoomId]) -> Result<Vec<Head>, StoreError> {
        engine!(self.heads(rooms))
    }

    /// Who was removed by messages above `after`, in their order.
    pub(crate) async fn unseated(
        &self,
        room: RoomId,
        after: u64,
    ) -> Result<Vec<(u64, DeviceId)>, StoreError> {
        engine!(self.unseated(room, after))
    }

    /// Which welcomes wait for these devices: to which rooms, and by which commits.
    pub(crate) async fn waiting_welcomes(
        &self,
        devices: &[DeviceId],
    ) -> Result<Vec<(DeviceId, RoomId, u64)>, StoreError> {
        engine!(self.waiting_welcomes(devices))
    }

    /// The number of the newest list of each authority.
    pub(crate) async fn revocation_numbers(&self) -> Result<Vec<(Fingerprint, u32)>, StoreError> {
        engine!(self.revocation_numbers())
    }

    /// An authority that has registered.
    pub(crate) async fn authority(
        &self,
        root: Fingerprint,
    ) -> Result<Option<Authority>, StoreError> {
        engine!(self.authority(root))
    }

    /// Checks the whole audit chain; returns how many rows it has.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a row does not follow on the one before.
    pub async fn verify_audit(&self) -> Result<u64, StoreError> {
        engine!(self.verify_audit())
    }
}
