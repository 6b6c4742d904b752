//! The programs as a user runs them: built, started, talked to, killed.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
};

use crate::deployment::root;

/// Path of a program of this workspace, built if need be.
///
/// # Panics
/// It cannot be built.
pub fn program(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let dir = BUILT.get_or_init(|| {
        #[expect(clippy::expect_used, reason = "a test cannot go on without its programs")]
        let test = std::env::current_exe().expect("this test's own path");
        // target/<profile>/deps/suite-…
        let dir = test.ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default();
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "-p", "samband-hub", "-p", "samband-gateway"]).current_dir(root());
        if dir.ends_with("release") {
            build.arg("--release");
        }
        if let Some(target) = dir.parent() {
            build.env("CARGO_TARGET_DIR", target);
        }
        let built = build.status().is_ok_and(|status| status.success());
        assert!(built, "the programs could not be built");
        dir
    });
    dir.join(name)
}

/// Runs `samband` from the repository's root.
///
/// # Panics
/// It cannot be started.
pub fn samband(args: &[&str]) -> Output {
    #[expect(clippy::expect_used, reason = "a test cannot go on without its programs")]
    Command::new(program("samband")).args(args).current_dir(root()).output().expect("samband starts")
}

/// A hub in a process of its own. Killed when dropped.
pub struct HubProcess {
    child: Child,
    /// Address for people.
    pub people: String,
    /// Address for devices.
    pub devices: String,
}

impl HubProcess {
    /// Starts it on free ports and waits until it serves.
    ///
    /// # Panics
    /// It does not start.
    pub fn start(data: &Path) -> Self {
        Self::start_at(data, "127.0.0.1:0")
    }

    /// The same, for devices at this address: where it was before.
    ///
    /// # Panics
    /// It does not start.
    #[expect(clippy::expect_used, reason = "a test cannot go on without its hub")]
    pub fn start_at(data: &Path, devices: &str) -> Self {
        let mut child = Command::new(program("samband"))
            .args(["serve", "--demo-tokens", "--people", "127.0.0.1:0", "--devices", devices, "--data"])
            .arg(data)
            .current_dir(root())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("samband starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("its first line");
        let word = |after: &str| {
            let rest = line.split(after).nth(1).unwrap_or_default();
            rest.split([',', '\n']).next().unwrap_or_default().trim().to_owned()
        };
        let (people, devices) = (word("people "), word("devices "));
        assert!(!devices.is_empty(), "the hub said: {line}");
        Self { child, people, devices }
    }

    /// As a power cut would: no goodbye, no flush.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        self.kill();
    }
}
