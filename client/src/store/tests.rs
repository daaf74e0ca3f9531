//! What a seized directory gives away, and what survives.

use redb::ReadableTable as _;

use super::*;

/// Nonce, kind, key and tag.
const SLOT_BYTES: usize = 24 + 1 + 32 + 16;

fn pass(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn new_store(dir: &Path) -> SealedStore {
    SealedStore::create(dir, &pass("open sesame"), KdfCost::Exercise).unwrap()
}

fn all_bytes(dir: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(dir).unwrap();
    files
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

#[test]
fn records_survive_and_come_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    store.put(b"r2", b"two").unwrap();
    store.put(b"r1", b"one").unwrap();
    store.put(b"s1", b"other").unwrap();
    drop(store);
    let store = SealedStore::open(dir.path(), &pass("open sesame")).unwrap();
    let found = store.scan(b"r").unwrap();
    assert_eq!(
        found,
        [
            (b"1".to_vec(), b"one".to_vec()),
            (b"2".to_vec(), b"two".to_vec())
        ]
    );
    store.apply(b"r", &vec![(b"1".to_vec(), None)]).unwrap();
    assert_eq!(store.get(b"r1").unwrap(), None);
    assert_eq!(store.get(b"s1").unwrap().unwrap(), b"other");
}

#[test]
fn only_one_process_and_only_with_the_passphrase() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let second = SealedStore::open(dir.path(), &pass("open sesame"));
    assert!(matches!(second, Err(StoreError::InUse(_))), "{second:?}");
    drop(store);
    let before = all_bytes(dir.path());
    let wrong = SealedStore::open(dir.path(), &pass("open sesam"));
    assert!(
        matches!(wrong, Err(StoreError::WrongPassphrase)),
        "{wrong:?}"
    );
    assert_eq!(all_bytes(dir.path()), before);
    let again = SealedStore::create(dir.path(), &pass("other"), KdfCost::Exercise);
    assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
}

#[test]
fn values_are_not_in_the_files_but_keys_are() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    store
        .put(b"key-in-the-clear", b"value that nobody may read")
        .unwrap();
    drop(store);
    let bytes = all_bytes(dir.path());
    assert!(
        contains(&bytes, b"key-in-the-clear"),
        "the search must be able to find something"
    );
    assert!(!contains(&bytes, b"nobody may read"));
    assert!(!contains(&bytes, b"open sesame"));
}

#[test]
fn a_value_put_under_another_key_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    store.put(b"a", b"1").unwrap();
    store.put(b"b", b"2").unwrap();
    let write = store.database.begin_write().unwrap();
    {
        let mut table = write.open_table(RECORDS).unwrap();
        let stolen = table
            .get(b"a".as_slice())
            .unwrap()
            .unwrap()
            .value()
            .to_vec();
        table.insert(b"b".as_slice(), stolen.as_slice()).unwrap();
    }
    write.commit().unwrap();
    assert!(matches!(store.get(b"b"), Err(StoreError::Tampered(_))));
    assert_eq!(store.get(b"a").unwrap().unwrap(), b"1");
}

#[test]
fn a_changed_header_does_not_open() {
    let dir = tempfile::tempdir().unwrap();
    drop(new_store(dir.path()));
    let path = dir.path().join(HEADER_FILE);
    let good = std::fs::read(&path).unwrap();
    for index in 0..good.len() {
        let mut bad = good.clone();
        bad[index] ^= 1;
        std::fs::write(&path, bad).unwrap();
        // A flipped bit in a CBOR length or cost may also be a header that costs a lot: bounded.
        // What the second slot holds is no business of this passphrase.
        let opened = SealedStore::open(dir.path(), &pass("open sesame"));
        let is_second_slot = index >= good.len() - SLOT_BYTES;
        assert_eq!(opened.is_ok(), is_second_slot, "byte {index}");
    }
    std::fs::write(&path, good).unwrap();
    SealedStore::open(dir.path(), &pass("open sesame")).unwrap();
}

#[test]
fn the_duress_passphrase_destroys_and_opens_an_empty_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    store.put(b"device/seed", b"the key of an officer").unwrap();
    let header_before = std::fs::read(dir.path().join(HEADER_FILE)).unwrap();
    assert!(matches!(
        store.set_duress(&pass("open sesame")),
        Err(StoreError::SamePassphrase)
    ));
    store.set_duress(&pass("all right, I open it")).unwrap();
    drop(store);
    let header = std::fs::read(dir.path().join(HEADER_FILE)).unwrap();
    assert_eq!(header.len(), header_before.len(), "it can't be seen");
    // The right one still opens what was there, a wrong one nothing.
    let store = SealedStore::open(dir.path(), &pass("open sesame")).unwrap();
    assert!(store.get(b"device/seed").unwrap().is_some());
    drop(store);
    assert!(SealedStore::open(dir.path(), &pass("guess")).is_err());
    assert_eq!(std::fs::read(dir.path().join(HEADER_FILE)).unwrap(), header);

    let empty = SealedStore::open(dir.path(), &pass("all right, I open it")).unwrap();
    assert!(empty.scan(b"").unwrap().is_empty());
    drop(empty);
    assert!(matches!(
        SealedStore::open(dir.path(), &pass("open sesame")),
        Err(StoreError::WrongPassphrase)
    ));
    // It goes on as a store like any other.
    let again = SealedStore::open(dir.path(), &pass("all right, I open it")).unwrap();
    again.put(b"a", b"1").unwrap();
    // With the old header back the old records are not there any more.
    drop(again);
    std::fs::write(dir.path().join(HEADER_FILE), &header).unwrap();
    let old = SealedStore::open(dir.path(), &pass("open sesame")).unwrap();
    assert!(old.get(b"device/seed").unwrap().is_none());
}

#[test]
fn a_wiped_directory_holds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    store.put(b"a", b"1").unwrap();
    // Also while it is in use: there may be no time to look for the process.
    wipe(dir.path()).unwrap();
    drop(store);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    assert!(matches!(
        SealedStore::open(dir.path(), &pass("open sesame")),
        Err(StoreError::Missing(_))
    ));
}

/// The room's keys in a database from before it ended are worth nothing to somebody who has the
/// header, the passphrase, and every other file as they are now.
#[test]
fn what_a_disk_kept_of_an_ended_room_can_not_be_opened() {
    let room = [b"room/".as_slice(), &[7; 16]].concat();
    let (mls, said) = (
        [&room, b"msecret".as_slice()].concat(),
        [&room, b"l1".as_slice()].concat(),
    );
    let package = b"keys/mprivate".to_vec();
    let other = b"keys/mleft".to_vec();
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let all = [&mls, &said, &package, &other].map(|key| (key.clone(), Some(b"value".to_vec())));
    store.apply(&[], &all.into()).unwrap();
    drop(store);
    let kept = std::fs::read(dir.path().join(DATABASE_FILE)).unwrap();

    let store = SealedStore::open(dir.path(), &pass("open sesame")).unwrap();
    for key in [&mls, &package, &said, &other] {
        assert!(store.get(key).unwrap().is_some(), "until then all is there");
    }
    let gone = vec![(mls.clone(), None), (package.clone(), None)];
    store.apply(&[], &gone).unwrap();
    for key in [&mls, &package] {
        store.renew(&Scope::of(key).unwrap()).unwrap();
    }
    assert_eq!(store.get(&other).unwrap().unwrap(), b"value", "sealed anew");
    drop(store);
    let store = SealedStore::open(dir.path(), &pass("open sesame")).unwrap();
    assert_eq!(store.get(&other).unwrap().unwrap(), b"value");
    assert_eq!(store.get(&said).unwrap().unwrap(), b"value", "the record");
    drop(store);

    std::fs::write(dir.path().join(DATABASE_FILE), kept).unwrap();
    let carved = SealedStore::open(dir.path(), &pass("open sesame")).unwrap();
    for key in [&mls, &package] {
        let opened = carved.get(key);
        assert!(matches!(opened, Err(StoreError::Tampered(_))), "{opened:?}");
    }
    assert_eq!(carved.get(&said).unwrap().unwrap(), b"value");
}

/// A process that ends in the middle of sealing anew loses nothing.
#[test]
fn a_renewal_cut_off_is_gone_on_with() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let key = b"keys/mprivate";
    let scope = Scope::of(key).unwrap();
    store.put(key, b"value").unwrap();
    for _ in 0..3 {
        store.scopes.add(&scope).unwrap();
    }
    assert_eq!(store.get(key).unwrap().unwrap(), b"value");
    store.renew(&scope).unwrap();
    assert_eq!(store.get(key).unwrap().unwrap(), b"value");
}
