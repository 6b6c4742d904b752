//! The wire to a radio: a serial line, a pty, or TCP to a terminal server. A thread for each direction; neither waits without an end,
//! so that a radio that takes nothing more holds up nobody. What they read and write goes through bounded channels.

use std::{
    fs::OpenOptions,
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    os::{fd::AsFd, unix::fs::OpenOptionsExt as _},
    path::PathBuf,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::OFlags,
    termios::{self, ControlModes, OptionalActions},
};
use tokio::sync::mpsc;

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
/// A reader that hears nothing looks up so often to see whether anybody still listens.
const LOOK_UP: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };
/// A wire that takes nothing for so long is given up: a radio whose flow control has stuck, a terminal server that is gone.
const STUCK: Timespec = Timespec { tv_sec: 5, tv_nsec: 0 };

/// Opens the wire.
///
/// # Errors
/// It cannot be opened, or set to the speed.
pub fn open(address: &Address, baud: u32) -> io::Result<Port> {
    match address {
        Address::Device(path) => {
            // Without becoming its terminal: a hang-up of the line would end the program. Without waiting for a carrier.
            let flags = OFlags::NOCTTY | OFlags::NONBLOCK;
            let open = OpenOptions::new().read(true).write(true).custom_flags(flags.bits().cast_signed()).open(path);
            let file = open?;
            let mut settings = termios::tcgetattr(&file)?;
            settings.make_raw();
            // Cables of radios seldom have the modem's lines.
            settings.control_modes |= ControlModes::CLOCAL | ControlModes::CREAD;
            settings.set_speed(baud)?;
            termios::tcsetattr(&file, OptionalActions::Now, &settings)?;
            Ok(start(file.try_clone()?, file))
        }
        Address::Tcp(host) => {
            let stream = connect(host)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            Ok(start(stream.try_clone()?, stream))
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

fn start(reader: impl Read + AsFd + Send + 'static, writer: impl Write + AsFd + Send + 'static) -> Port {
    let stop = Arc::new(AtomicBool::new(false));
    let (to_write, from_gateway) = mpsc::channel(WAITING);
    let (to_gateway, read) = mpsc::channel(WAITING);
    let (stopped, ended) = (stop.clone(), stop.clone());
    std::thread::spawn(move || read_on(reader, &to_gateway, &stopped));
    std::thread::spawn(move || write_on(writer, from_gateway, &ended));
    Port { write: to_write, read, stop }
}

/// Waits until the wire is ready, or has been hung up; whether it is.
fn ready(wire: &impl AsFd, what: PollFlags, at_most: &Timespec) -> io::Result<bool> {
    loop {
        match poll(&mut [PollFd::new(wire, what)], Some(at_most)) {
            Ok(count) => return Ok(count > 0),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn read_on(mut reader: impl Read + AsFd, heard: &mpsc::Sender<Vec<u8>>, stop: &AtomicBool) {
    let mut octets = [0; 1024];
    while !stop.load(Ordering::Relaxed) {
        match ready(&reader, PollFlags::IN, &LOOK_UP) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(_) => return,
        }
        match reader.read(&mut octets) {
            // Ready, and nothing there: it was hung up.
            Ok(0) => return,
            Ok(count) => {
                if heard.blocking_send(octets[..count].to_vec()).is_err() {
                    return;
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(_) => return,
        }
    }
}

fn write_on(mut writer: impl Write + AsFd, mut said: mpsc::Receiver<Vec<u8>>, ended: &AtomicBool) {
    while let Some(octets) = said.blocking_recv() {
        if write_all(&mut writer, &octets).is_err() {
            // The reader ends with it, and whoever holds the port opens it again.
            ended.store(true, Ordering::Relaxed);
            return;
        }
    }
}

fn write_all(writer: &mut (impl Write + AsFd), mut octets: &[u8]) -> io::Result<()> {
    while !octets.is_empty() {
        match writer.write(octets) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => octets = &octets[written..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if !ready(writer, PollFlags::OUT, &STUCK)? {
                    return Err(ErrorKind::TimedOut.into());
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
