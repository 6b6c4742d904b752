//! The settings file and the command line.

use std::process::Command;

use samband_gateway::cot::settings::{Settings, SettingsError};

const EXAMPLE: &str = include_str!("../../../../examples/jamtland/tak.toml");

#[test]
fn the_example_is_read_and_what_is_wrong_is_refused() {
    let settings = Settings::read(EXAMPLE).unwrap();
    assert_eq!(settings.alla_rum.as_deref(), Some("samv-1"));
    assert!(settings.tcp.unwrap().ip().is_loopback() && settings.ws.unwrap().ip().is_loopback());
    let wrong = |text: &str| Settings::read(text).unwrap_err();
    assert!(matches!(wrong("portt = 1"), SettingsError::Toml(_)));
    assert!(matches!(wrong("tcp = \"8087\""), SettingsError::Toml(_)));
    assert!(
        matches!(wrong("[sort]\nsläckbil = \"brandbil\""), SettingsError::Toml(_)),
        "å, ä and ö are quoted in TOML"
    );
    assert!(matches!(wrong("[sort]\n\"släckbil\" = \"b-m-p\""), SettingsError::Code { table: "sort", .. }));
    assert!(matches!(wrong("[\"händelse\"]\n\"Brand\" = \"a f G\""), SettingsError::Code { .. }));
    assert!(matches!(wrong("talgrupper = [\"a\"]\nalla_rum = \"b\""), SettingsError::AllRooms(_)));
}

fn cot(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let (settings, spool) = (folder.path().join("tak.toml"), folder.path().join("spool"));
    std::fs::write(&settings, "").unwrap();
    let ended = Command::new(env!("CARGO_BIN_EXE_samband-gateway"))
        .args(["cot", "--as", "raddning-jamtland/gateway", "--hub", "http://127.0.0.1:1", "--settings"])
        .args([&settings, std::path::Path::new("--spool"), &spool])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[test]
fn without_encryption_only_on_loopback_and_with_tls_only_with_certificates() {
    let (code, says) = cot(&["--tcp", "0.0.0.0:0"]);
    assert!(code == Some(64) && says.contains("--allow-plain 0.0.0.0:0"), "{code:?} {says}");
    let (code, _) = cot(&["--ws", "192.0.2.1:8088", "--allow-plain", "192.0.2.1:8089"]);
    assert_eq!(code, Some(64), "another address was allowed");
    let (code, says) = cot(&["--tls", "127.0.0.1:0"]);
    assert!(code == Some(66) && says.contains("samband-gateway pki"), "{code:?} {says}");
    let (code, says) = cot(&[]);
    assert!(code == Some(64) && says.contains("nothing to do"), "{code:?} {says}");
    let (code, _) = cot(&["--connect", "http://tak.example"]);
    assert_eq!(code, Some(64));
}
