//! The wire to a radio: a serial line, a pty, or TCP to a terminal server. Two threads, since none of them can be waited for the same
//! way; what they read and write goes through bounded channels.

use std::{
    fs::OpenOptions,
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rustix::termios::{self, OptionalActions, SpecialCodeIndex};
use tokio::{sync::mpsc, time::Instant};

/// Where a radio is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A serial device or a pty.
    Device(PathBuf),
    /// `tcp:host:port`.
    Tcp(String),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        match written.strip_prefix("tcp:") {
            Some(host) if host.contains(':') => Ok(Self::Tcp(host.to_owned())),
            Some(_) => Err("tcp:host:port".to_owned()),
            None if written.starts_with('/') => Ok(Self::Device(written.into())),
            None => Err("a device like /dev/ttyUSB0, or tcp:host:port".to_owned()),
        }
    }
}

/// An open wire.
pub struct Port {
    /// Octets to write.
    pub write: mpsc::Sender<Vec<u8>>,
    /// Octets read; ends when the wire is closed.
    pub read: mpsc::Receiver<Vec<u8>>,
    stop: Arc<AtomicBool>,
}

impl Drop for Port {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Pieces that wait in either direction.
const WAITING: usize = 256;
/// A read gives up so often to see whether anybody still listens.
const LOOK_UP: Duration = Duration::from_secs(1);
/// Reads of nothing, one right after the other, that tell of a line that was hung up.
const HUNG_UP: u32 = 5;

/// Opens the wire.
///
/// # Errors
/// It cannot be opened, or set to the speed.
pub fn open(address: &Address, baud: u32) -> io::Result<Port> {
    match address {
        Address::Device(path) => {
            // Without becoming its terminal: a hang-up of the line would end the program.
            let flags = rustix::fs::OFlags::NOCTTY.bits().cast_signed();
            let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
            let mut settings = termios::tcgetattr(&file)?;
            settings.make_raw();
            settings.set_speed(baud)?;
            settings.special_codes[SpecialCodeIndex::VMIN] = 0;
            settings.special_codes[SpecialCodeIndex::VTIME] = 10;
            termios::tcsetattr(&file, OptionalActions::Now, &settings)?;
            Ok(start(file.try_clone()?, file, true))
        }
        Address::Tcp(host) => {
            let stream = connect(host)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(LOOK_UP))?;
            Ok(start(stream.try_clone()?, stream, false))
        }
    }
}

fn connect(host: &str) -> io::Result<TcpStream> {
    let addresses = std::net::ToSocketAddrs::to_socket_addrs(host)?;
    let mut last = io::Error::from(ErrorKind::NotFound);
    for address in addresses {
        match TcpStream::connect_timeout(&address, Duration::from_secs(5)) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// `zero_is_quiet`: a serial line that has nothing to say reads nothing; of a socket that is its end.
fn start(reader: impl Read + Send + 'static, writer: impl Write + Send + 'static, zero_is_quiet: bool) -> Port {
    let stop = Arc::new(AtomicBool::new(false));
    let (to_write, from_gateway) = mpsc::channel(WAITING);
    let (to_gateway, read) = mpsc::channel(WAITING);
    let (stopped, ended) = (stop.clone(), stop.clone());
    std::thread::spawn(move || read_on(reader, &to_gateway, &stopped, zero_is_quiet));
    std::thread::spawn(move || write_on(writer, from_gateway, &ended));
    Port { write: to_write, read, stop }
}

fn read_on(mut reader: impl Read, heard: &mpsc::Sender<Vec<u8>>, stop: &AtomicBool, zero_is_quiet: bool) {
    let mut octets = [0; 1024];
    let mut at_once = 0;
    while !stop.load(Ordering::Relaxed) {
        let began = Instant::now();
        match reader.read(&mut octets) {
            // A line that was hung up reads nothing as well, but does not wait for it.
            Ok(0) if zero_is_quiet && began.elapsed() < LOOK_UP / 4 => {
                at_once += 1;
                if at_once >= HUNG_UP {
                    return;
                }
            }
            Ok(0) if zero_is_quiet => at_once = 0,
            Ok(0) => return,
            Ok(count) => {
                at_once = 0;
                if heard.blocking_send(octets[..count].to_vec()).is_err() {
                    return;
                }
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            Err(_) => return,
        }
    }
}

fn write_on(mut writer: impl Write, mut said: mpsc::Receiver<Vec<u8>>, ended: &AtomicBool) {
    while let Some(octets) = said.blocking_recv() {
        if writer.write_all(&octets).and_then(|()| writer.flush()).is_err() {
            // The reader ends with it, and whoever holds the port opens it again.
            ended.store(true, Ordering::Relaxed);
            return;
        }
    }
}
