//! A phone in the wrong hands.

use crate::commands::Shell;

fn file_bytes(dir: &std::path::Path) -> Vec<u8> {
    let files = std::fs::read_dir(dir).unwrap();
    files
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn wiped_opened_under_duress_and_evicted() {
    let shell = Shell::open();
    shell.authority("JO");
    for (callsign, role) in [
        ("Petra", "coordinator"),
        ("Falcon", "field"),
        ("Basalt", "field"),
    ] {
        shell.device("JO", callsign, role);
    }
    let pem = "JO=JO/authority.pem";
    shell.run(&[
        "room",
        "open",
        "--dir",
        "Petra",
        "--title",
        "T",
        "--closes-in",
        "1h",
        "--authority",
        pem,
    ]);
    // On the board before they came: they were given it all the same.
    let lorry = ["--kind", "vehicle", "--name", "White lorry"];
    shell.run(&[&["target", "add", "--dir", "Petra"], &lorry[..]].concat());
    shell.run(&["room", "admit", "--dir", "Petra", "Falcon", "Basalt"]);
    shell.run(&["say", "--dir", "Falcon", "Before the seizure."]);

    // The same words on every device, in every language the same places.
    let numbers: Vec<_> = ["Petra", "Falcon", "Basalt"]
        .map(|dir| shell.run(&["room", "safety-number", "--dir", dir])[0]["words"].clone())
        .into();
    assert_eq!(numbers[0], numbers[1]);
    assert_eq!(numbers[0], numbers[2]);
    assert_eq!(numbers[0].as_array().unwrap().len(), 9);
    let french = shell.run(&["--lang", "fr", "room", "safety-number", "--dir", "Petra"]);
    assert_ne!(french[0]["words"], numbers[0]);
    assert_eq!(
        french[0]["digits"],
        shell.run(&["room", "safety-number", "--dir", "Falcon"])[0]["digits"]
    );

    // Falcon has to give away a passphrase, and gives away the other one.
    let set = shell
        .command("correct horse", &["device", "duress", "--dir", "Falcon"])
        .env("ENTENTE_DURESS_PASSPHRASE", "all right, here it is")
        .output()
        .unwrap();
    assert!(set.status.success(), "{set:?}");
    assert_eq!(shell.run(&["room", "list", "--dir", "Falcon"]).len(), 1);
    let opened = shell
        .command(
            "all right, here it is",
            &["room", "list", "--dir", "Falcon", "--json"],
        )
        .output()
        .unwrap();
    assert!(
        opened.status.success() && opened.stdout.is_empty(),
        "it seems to be a device without rooms: {opened:?}"
    );
    shell.fail(&["room", "list", "--dir", "Falcon"], "wrong_passphrase", 4);

    // Basalt has a moment.
    assert!(!file_bytes(&shell.dir("Basalt")).is_empty());
    shell.run(&["device", "wipe", "--dir", "Basalt", "--yes"]);
    assert!(file_bytes(&shell.dir("Basalt")).is_empty());
    shell.fail(&["device", "show", "--dir", "Basalt"], "missing", 4);

    // The coordinator takes the seats and learns what was at stake.
    let evicted = shell.run(&["room", "evict", "--dir", "Petra", "Falcon", "Basalt"]);
    assert_eq!(evicted.len(), 2);
    for one in &evicted {
        let (from, to) = (&one["read_from"], &one["read_to"]);
        assert_eq!(from, 3, "the commit that admitted it: {one}");
        assert_eq!(one["board_as_of"], *from);
        assert_eq!(one["board_targets"], 1, "what it had from before: {one}");
        assert!(to.as_u64() > Some(3), "{one}");
    }
    assert_eq!(shell.run(&["room", "roster", "--dir", "Petra"]).len(), 1);
    let after = shell.run(&["room", "safety-number", "--dir", "Petra"]);
    assert_ne!(after[0]["words"], numbers[0]);
}
