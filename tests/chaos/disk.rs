//! A disk that is full, and one that can't be written.

use std::path::{Path, PathBuf};
use std::process::Command;

use entente_tests::{HubProcess, program, within};

use crate::party::Party;
use crate::report::report;
use crate::told;

/// Small enough to be filled at once.
const SIZE: &str = "size=48m";

/// A file system of its own for a hub. Only root can make one.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: &Path) -> Option<Self> {
        let at = folder.join("disk");
        std::fs::create_dir(&at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "entente-test"])
            .arg(&at)
            .output();
        if !mounted.is_ok_and(|output| output.status.success()) {
            assert!(
                std::env::var_os("ENTENTE_CHAOS_REPORT").is_none(),
                "a disk of its own takes root"
            );
            eprintln!("no file system can be mounted here: full and read-only disks were left out");
            return None;
        }
        Some(Self(at))
    }

    fn remount(&self, how: &str) {
        let options = format!("remount,{how}");
        let done = Command::new("mount")
            .args(["-o", &options])
            .arg(&self.0)
            .status();
        assert!(done.unwrap().success(), "{options}");
    }

    /// Takes what is left of it; returns the file that holds it.
    fn fill(&self) -> PathBuf {
        let filler = self.0.join("filler");
        let mut file = std::fs::File::create(&filler).unwrap();
        let block = vec![7; 64 * 1024];
        while std::io::Write::write_all(&mut file, &block).is_ok() {}
        while std::io::Write::write_all(&mut file, &[7]).is_ok() {}
        filler
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// The hub goes on by itself when there is room again, and what was not stored was not acknowledged.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(folder.path()) else {
        return;
    };
    let hub = HubProcess::start_logging_to(&disk.0.join("hub"), &folder.path().join("hub.log"));
    let mut party = Party::begin(folder.path(), &hub.url()).await;
    let times = told("ENTENTE_CHAOS_FULL", 2);
    for _ in 0..times {
        party.go_on(20).await;
        let known = hub.log().matches("disk is full").count();
        let filler = disk.fill();
        within(async {
            while hub.log().matches("disk is full").count() == known {
                tokio::time::sleep(core::time::Duration::from_millis(20)).await;
            }
        })
        .await;
        std::fs::remove_file(filler).unwrap();
    }
    party.go_on(20).await;
    let counted = party.end().await;
    report("disk full", times, counted);
    assert!(counted.is_whole(), "{counted:?}");
}

/// A hub says why it does not start, and starts when it can, with all that it had.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_can_not_be_written_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(folder.path()) else {
        return;
    };
    let data = disk.0.join("hub");
    let mut hub = HubProcess::start_logging_to(&data, &folder.path().join("hub.log"));
    let mut party = Party::begin(folder.path(), &hub.url()).await;
    let times = told("ENTENTE_CHAOS_READ_ONLY", 2);
    for _ in 0..times {
        party.go_on(20).await;
        hub.kill();
        disk.remount("ro");
        let refused = Command::new(program("entente-server"))
            .arg("--data")
            .arg(&data)
            .args(["--listen", "127.0.0.1:0", "--json"])
            .output()
            .unwrap();
        assert_eq!(refused.status.code(), Some(4), "{refused:?}");
        let said = String::from_utf8(refused.stdout).unwrap();
        assert!(said.contains(r#""code":"data""#), "{said}");
        disk.remount("rw");
        hub.restart();
    }
    party.go_on(20).await;
    let counted = party.end().await;
    report("disk read-only at a restart", times, counted);
    assert!(counted.is_whole(), "{counted:?}");
}
