//! Into a room: by opening it, or by a Welcome.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use entente_protocol::{Fingerprint, OpenRoom, RoomId, WelcomeDelivery};
use entente_trust::{
    Charter, CharterHistory, Compartment, Roster, SignedCharter, check_invitation, check_roster,
    mls,
};
use openmls::group::{MlsGroup, ProcessedWelcome, StagedWelcome};
use openmls::prelude::{
    Extensions, GroupContext, MIXED_PLAINTEXT_WIRE_FORMAT_POLICY, MlsMessageBodyIn, MlsMessageIn,
    RatchetTreeIn, Welcome, WelcomeError,
};
use openmls_traits::OpenMlsProvider as _;
use tls_codec::{DeserializeBytes as _, Serialize as _};

use super::sitting::Sittings;
use super::{Session, State, revocation};
use crate::limits::PADDING_BYTES;
use crate::record::{prefix, to_cbor};
use crate::store::MemberStore;
use crate::transcript::Transcript;
use crate::{
    Author, Board, Changes, CharterText, Identity, KeyStore, Notice, SessionError, profile,
};

/// Place of the message that opens a room.
pub(super) const OPENING_SEQ: u64 = 1;

/// What a coordinator opens a room with.
#[derive(Debug, Clone)]
pub struct NewRoom {
    /// The clear part; signed here.
    pub charter: Charter,
    /// The secret part; its digest must be in the charter.
    pub text: CharterText,
}

impl Session {
    /// Makes the group of a new room. The session goes on when the hub has accepted the request and
    /// delivers it back as sequence number 1.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub fn create(
        identity: Arc<Identity>,
        new: NewRoom,
        now_ms: u64,
    ) -> Result<(Self, OpenRoom), SessionError> {
        let NewRoom { charter, text } = new;
        text.check()?;
        if text.digest() != charter.text_digest {
            return Err(SessionError::CharterText);
        }
        let signature = charter.sign(identity.signer(), identity.accreditation());
        let charters = CharterHistory::opened(SignedCharter {
            charter,
            signatures: vec![signature],
        });
        charters.check_opening(now_ms)?;
        let room = charters.in_force().room;
        let store = MemberStore::default();
        let extensions = mls::group_extensions(&charters).map_err(SessionError::mls)?;
        let suite = charters.in_force().ciphersuite;
        let (group, group_info, ratchet_tree) =
            new_group(&identity, &store, room, suite, extensions, now_ms)?;
        let roster = Roster::default().refreshed(group.members())?;
        let mut session = Self::assemble(
            identity,
            store,
            group,
            (charters, roster),
            State {
                next_number: 2,
                used_number: 1,
                ..State::new(room, Transcript::at_opening(), Some(text))
            },
        )?;
        session.put(vec![prefix::BOARD], Some(to_cbor(&Board::default())));
        session.note_sitting(OPENING_SEQ, None);
        let request = OpenRoom {
            request: 0,
            room,
            number: 1,
            group_info: group_info.into(),
            ratchet_tree: ratchet_tree.into(),
        };
        Ok((session, request))
    }

    /// Joins by a Welcome, if the room is one that this device may be in: a charter with its own
    /// authority, no seat that the charter does not allow, and an inviter who may invite. The
    /// inviter, or the coordinator who opened the room, must be of this device's own authority or of
    /// one in `trusted`: a charter proves that its coordinators want the room, not who they are.
    ///
    /// On success persist the changes of both the session and the key store in one transaction.
    ///
    /// # Errors
    /// See [`SessionError`]; the key store is unchanged then.
    pub fn join(
        identity: Arc<Identity>,
        keys: &mut KeyStore,
        delivery: &WelcomeDelivery,
        trusted: &BTreeSet<Fingerprint>,
        now_ms: u64,
    ) -> Result<(Self, Notice), SessionError> {
        Self::enter(identity, keys, delivery, trusted, None, now_ms)
    }

    /// Joins again where this session stands still or has ended: somebody has seated the device
    /// anew. What this session knows must hold still: the way in can't be older than it, nor by a
    /// charter that did not grow from the one it knew, nor at the side of somebody who was revoked. The
    /// record goes on; drop this session's MLS records ([`Session::forget_mls`]) before the new
    /// one's changes are stored.
    ///
    /// # Errors
    /// As [`Session::join`]; [`SessionError::OldState`], [`SessionError::GoneSeat`].
    pub fn rejoin(
        &self,
        keys: &mut KeyStore,
        delivery: &WelcomeDelivery,
        trusted: &BTreeSet<Fingerprint>,
        now_ms: u64,
    ) -> Result<(Self, Notice), SessionError> {
        let identity = self.identity.clone();
        Self::enter(identity, keys, delivery, trusted, Some(self), now_ms)
    }

    fn enter(
        identity: Arc<Identity>,
        keys: &mut KeyStore,
        delivery: &WelcomeDelivery,
        trusted: &BTreeSet<Fingerprint>,
        earlier: Option<&Self>,
        now_ms: u64,
    ) -> Result<(Self, Notice), SessionError> {
        let staged = Staged::read(keys, delivery)?;
        let context = staged.context();
        let charters = mls::charter_of(context.extensions())?;
        charters.check_standing()?;
        let roster = staged.roster()?;
        let inviter = staged.inviter();
        if let Some(earlier) = earlier {
            let epoch = context.epoch().as_u64();
            earlier.check_welcome(epoch, &charters, (&roster, inviter))?;
        }
        check_charter(
            charters.in_force(),
            delivery.room,
            u16::from(context.ciphersuite()),
            now_ms,
        )?;
        check_roster(&roster, charters.in_force())?;
        check_invitation(
            &roster,
            charters.in_force(),
            inviter,
            identity.accreditation(),
            now_ms,
        )?;
        check_trusted(&identity, trusted, &roster, inviter, &charters)?;
        let mut state = State::new(delivery.room, Transcript::unanchored_at(delivery.seq), None);
        if let Some(earlier) = earlier {
            earlier.hand_down(&mut state);
        }
        let (mut session, by) =
            staged.into_session(identity, keys, (charters, roster), (state, earlier))?;
        session.note_sitting(delivery.seq, None);
        session.state.noted.insert(delivery.seq, Some(by.device));
        Ok((
            session,
            Notice::Joined {
                seq: delivery.seq,
                by,
            },
        ))
    }

    pub(super) fn assemble(
        identity: Arc<Identity>,
        store: MemberStore,
        group: MlsGroup,
        (charters, roster): (CharterHistory, Roster),
        mut state: State,
    ) -> Result<Self, SessionError> {
        state.charter = charters.encode();
        let mut session = Self {
            identity,
            store,
            roster,
            group: Some(group),
            compartment: state
                .compartment
                .as_deref()
                .map(Compartment::decode)
                .transpose()?,
            above: None,
            charters,
            revocations: revocation::restored(&state)?,
            state,
            board: Board::default(),
            outbox: BTreeMap::new(),
            log: BTreeMap::new(),
            sittings: Sittings::default(),
            changes: Changes::new(),
            positions: BTreeMap::new(),
            rejected: BTreeMap::new(),
            lost: BTreeMap::new(),
            said: BTreeMap::new(),
            fates: BTreeMap::new(),
            askers: BTreeMap::new(),
            announced: 0,
            strange: None,
            searched: super::promotions::Searched::default(),
        };
        session.set_board(Board::default());
        Ok(session)
    }
}

/// A Welcome that was opened, and changes nothing yet.
pub(super) struct Staged {
    store: MemberStore,
    staged: StagedWelcome,
    used: Welcome,
    before: HashMap<Vec<u8>, Vec<u8>>,
}

impl Staged {
    pub(super) fn read(keys: &KeyStore, delivery: &WelcomeDelivery) -> Result<Self, SessionError> {
        let welcome = read_welcome(delivery.welcome.as_slice())?;
        let tree = RatchetTreeIn::tls_deserialize_exact_bytes(delivery.ratchet_tree.as_slice())
            .map_err(|_| SessionError::Malformed("ratchet tree"))?;
        let used = welcome.clone();
        let before = keys.values();
        let store = MemberStore::from_unsaved(before.clone());
        let staged =
            ProcessedWelcome::new_from_welcome(&store.provider, &profile::join_config(), welcome)
                .and_then(|processed| processed.into_staged_welcome(&store.provider, Some(tree)))
                .map_err(|error| match error {
                    WelcomeError::NoMatchingKeyPackage => SessionError::UnknownKeyPackage,
                    other => SessionError::mls(other),
                })?;
        if staged.group_context().group_id() != &profile::group_id(delivery.room) {
            return Err(SessionError::OtherRoom);
        }
        Ok(Self {
            store,
            staged,
            used,
            before,
        })
    }

    pub(super) fn context(&self) -> &GroupContext {
        self.staged.group_context()
    }

    pub(super) fn roster(&self) -> Result<Roster, SessionError> {
        Ok(Roster::default().refreshed(self.staged.members())?)
    }

    /// Leaf of who invites.
    pub(super) fn inviter(&self) -> u32 {
        self.staged.welcome_sender_index().u32()
    }

    /// Carries it out; returns the session and who invited.
    pub(super) fn into_session(
        self,
        identity: Arc<Identity>,
        keys: &mut KeyStore,
        (charters, roster): (CharterHistory, Roster),
        (state, earlier): (State, Option<&Session>),
    ) -> Result<(Session, Author), SessionError> {
        let inviter = self.inviter();
        let Self {
            store,
            staged,
            used,
            before,
        } = self;
        let group = staged
            .into_group(&store.provider)
            .map_err(SessionError::mls)?;
        // What the Welcome used up is gone from both; what it left belongs to the key store alone.
        let after = store.values();
        store.with_values(|values| values.retain(|key, _| !before.contains_key(key)));
        let roster = roster.refreshed(group.members())?;
        let mut session = Session::assemble(identity, store, group, (charters, roster), state)?;
        if let Some(earlier) = earlier {
            session.succeed(earlier);
        }
        keys.retain(&after);
        // The keys of the leaf have opened, or will open, another Welcome: they are given up at once.
        session.state.wants_new_keys = keys.spend(&used);
        let by = session
            .roster
            .at(inviter)
            .map(|seat| Author::of(&seat.accreditation, session.charter()))
            .ok_or(SessionError::NoSeat)?;
        Ok((session, by))
    }
}

/// A group of which this device is the only member; with its GroupInfo and ratchet tree, encoded.
pub(super) fn new_group(
    identity: &Identity,
    store: &MemberStore,
    id: RoomId,
    suite: u16,
    extensions: Extensions<GroupContext>,
    now_ms: u64,
) -> Result<(MlsGroup, Vec<u8>, Vec<u8>), SessionError> {
    let group = MlsGroup::builder()
        .with_group_id(profile::group_id(id))
        .ciphersuite(profile::ciphersuite(suite)?)
        .with_wire_format_policy(MIXED_PLAINTEXT_WIRE_FORMAT_POLICY)
        .padding_size(PADDING_BYTES)
        .sender_ratchet_configuration(profile::ratchets())
        .use_ratchet_tree_extension(false)
        .max_past_epochs(0)
        .with_capabilities(mls::capabilities())
        .with_group_context_extensions(extensions)
        .lifetime(profile::lifetime(now_ms))
        .build(
            &store.provider,
            identity.signer(),
            identity.accreditation().to_credential_with_key(),
        )
        .map_err(SessionError::mls)?;
    let group_info = group
        .export_group_info(store.provider.crypto(), identity.signer(), false)
        .map_err(SessionError::mls)?
        .tls_serialize_detached()
        .map_err(SessionError::mls)?;
    let ratchet_tree = group
        .export_ratchet_tree()
        .tls_serialize_detached()
        .map_err(SessionError::mls)?;
    Ok((group, group_info, ratchet_tree))
}

fn check_trusted(
    identity: &Identity,
    trusted: &BTreeSet<Fingerprint>,
    roster: &Roster,
    inviter: u32,
    charters: &CharterHistory,
) -> Result<(), SessionError> {
    let is_trusted =
        |root: Fingerprint| root == identity.accreditation().root() || trusted.contains(&root);
    let inviter = roster.at(inviter).ok_or(SessionError::NoSeat)?;
    let openers = charters.opening().signers();
    if is_trusted(inviter.accreditation.root()) || openers.iter().any(|root| is_trusted(*root)) {
        return Ok(());
    }
    let accreditation = &inviter.accreditation;
    Err(SessionError::UnknownInviter {
        inviter: Box::new(Author::of(accreditation, charters.in_force())),
        authority: accreditation.root(),
    })
}

/// That the charter in a group is that group's, and not over.
pub(super) fn check_charter(
    charter: &Charter,
    room: RoomId,
    ciphersuite: u16,
    now_ms: u64,
) -> Result<(), SessionError> {
    if charter.room != room || charter.ciphersuite != ciphersuite {
        return Err(SessionError::OtherRoom);
    }
    if now_ms >= charter.closes_at_ms {
        return Err(SessionError::Ended);
    }
    Ok(())
}

fn read_welcome(bytes: &[u8]) -> Result<Welcome, SessionError> {
    match MlsMessageIn::tls_deserialize_exact_bytes(bytes).map(MlsMessageIn::extract) {
        Ok(MlsMessageBodyIn::Welcome(welcome)) => Ok(welcome),
        _ => Err(SessionError::Malformed("welcome")),
    }
}
