//! Bounds of what a room holds, beside those of the wire in `entente_protocol::limits`.

/// Targets on a board.
pub const MAX_TARGETS: usize = 20_000;

/// Hits on a board.
pub const MAX_HITS: usize = 100_000;

/// Identifiers of one target.
pub const MAX_IDENTIFIERS: usize = 256;

/// Bytes of an identifier's value.
pub const MAX_IDENTIFIER_BYTES: usize = 256;

/// Bytes of an encoded charter without signatures.
pub const MAX_CHARTER_BYTES: usize = 8 * 1024;

/// Bytes of a signature (Ed25519: 64).
pub const MAX_SIGNATURE_BYTES: usize = 64;

/// Devices whose removal a member remembers; the oldest go first.
pub const MAX_GONE: usize = 10_000;

/// Last-resort key packages of one suite whose private halves a device keeps: those whose successor
/// may not have reached the hub.
pub const MAX_LAST_RESORTS: usize = 3;

/// Amendments of the charter that collect signatures at once.
pub const MAX_DRAFTS: usize = 16;

/// Proposals to leave, beside the last one, that a device knows as its own.
pub const MAX_PROPOSALS: usize = 8;

/// Sequence numbers whose running hash a member remembers, to compare with what others claim.
pub const TRANSCRIPT_WINDOW: usize = 4_096;

/// Deliveries that a joiner holds until a snapshot gives it the running hash.
pub const MAX_UNANCHORED: usize = 100_000;

/// Sequence numbers whose board digest a member remembers, to compare with snapshots.
pub const DIGEST_WINDOW: usize = 256;

/// Bytes of one part of a snapshot.
pub const SNAPSHOT_PART_BYTES: usize = 128 * 1024;

/// Parts of a snapshot.
pub const MAX_SNAPSHOT_PARTS: usize = 1_024;

/// Events that wait to be sent from one device.
pub const MAX_OUTBOX: usize = 10_000;

/// Padding of application messages: their length is a multiple of this, in bytes.
pub const PADDING_BYTES: usize = 128;

/// Messages of one sender and epoch that may come late (ephemeral ones overtake stored ones).
pub const OUT_OF_ORDER_TOLERANCE: u32 = 256;

/// Messages of one sender and epoch that may be missing before the next one.
pub const MAX_FORWARD_DISTANCE: u32 = 100_000;

/// Bytes of a playbook in a charter's text.
pub const MAX_PLAYBOOK_BYTES: usize = 64 * 1024;

/// Phases of a playbook.
pub const MAX_PHASES: usize = 32;

/// Tasks of a playbook.
pub const MAX_TASKS: usize = 256;

/// Earlier values of one field that a board keeps; older ones are in each member's own record.
pub const MAX_FIELD_HISTORY: usize = 32;

/// Points of one target's track.
pub const MAX_TRACK_POINTS: usize = 512;

/// Links of one target.
pub const MAX_LINKS: usize = 64;

/// Check requests on a board.
pub const MAX_CHECKS: usize = 20_000;

/// Promotions that a compartment's board keeps.
pub const MAX_PROMOTIONS: usize = 1_000;

/// Places in the room of which a compartment's member tells that something was said there without agreement.
pub const MAX_UNAGREED: usize = 1_000;

/// Documents on a board.
pub const MAX_DOCUMENTS: usize = 5_000;

/// Hits that one receipt names.
pub const MAX_RECEIPT_HITS: usize = 256;

/// Verdicts on one hit: they may be put right, but not for ever.
pub const MAX_VERDICTS: usize = 8;

/// Alarms about one delivery in custody that a board keeps; it counts them all.
pub const MAX_ALARMS: usize = 256;

/// Reports about one delivery that a board keeps.
pub const MAX_REPORTS: usize = 512;

/// Hand-overs of one delivery.
pub const MAX_LEGS: usize = 64;

/// Aborts of one operation that a board keeps.
pub const MAX_ABORTS: usize = 32;

/// Earlier votes that a board keeps.
pub const MAX_POLLS: usize = 32;

/// Notes on the state of one task.
pub const MAX_TASK_STEPS: usize = 32;

/// Age at which a position is called stale, in milliseconds.
pub const STALE_AFTER_MS: u64 = 15 * 60_000;

/// Places of others that a member remembers at once.
pub const MAX_LIVE_POSITIONS: usize = 1_000;
