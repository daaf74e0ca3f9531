//! Deliberate bugs, each in what the simulation models around the real code: so that each check is known
//! to be able to fail.

/// A bug to put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// The hub accepts before the disk has it.
    AckBeforeSync,
    /// The hub delivers before the disk has it.
    PublishBeforeSync,
    /// The hub stores a message a second time, as one does that tries again without looking.
    StoredTwice,
    /// A crash leaves half a batch on the hub's disk.
    TornBatch,
    /// The desk signs a higher role than the authority decided.
    InflatedRole,
    /// The hub tells each member another time of the same message.
    TimesDiffer,
    /// The hub's disk forgets that a room was closed.
    ForgottenClosing,
    /// The hub takes messages of an epoch that is over.
    StaleEpochTaken,
    /// The hub takes a second commit of an epoch.
    StaleCommitTaken,
    /// The hub goes on delivering to whom a commit has removed.
    RemovedStillServed,
    /// Nobody looks at the alarms of the devices.
    UnseenAlarms,
    /// The hub changes a bit of what it stores.
    BitRot,
    /// The hub forgets a follower without telling it.
    ForgottenFollower,
}
