//! TLS with client certificates, made by `pki`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{ClientConfig, HandshakeKind, pki_types::ServerName};
use samband_gateway::{
    cot::port::{
        GREETED_OF_ADDRESS_MAX, Identity, Transport,
        tls::{self, Files, Server},
    },
    pki::Authority,
};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::clients::{Bare, Gateway, batch, xml};

/// An authority with a server and clients.
pub(super) struct Made {
    folder: TempDir,
    fingerprints: Vec<String>,
}

impl Made {
    pub(super) fn new(organisation: &str, clients: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = jiff::Timestamp::now();
        let (authority, made) = Authority::open(folder.path(), organisation, now, 1).unwrap();
        assert!(made.is_some());
        authority.server(organisation, &["127.0.0.1".into(), "localhost".into()]).unwrap();
        // Opened again, it issues under the same authority.
        let (authority, made) = Authority::open(folder.path(), organisation, now, 1).unwrap();
        assert!(made.is_none());
        let made = clients.iter().map(|client| authority.client(organisation, client).unwrap().fingerprint);
        Self { fingerprints: made.collect(), folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn files(&self, name: Option<&str>) -> Files {
        let own = |ending: &str| name.map(|name| self.path(&format!("{name}.{ending}")));
        Files { authority: self.path("ca.pem"), certificate: own("pem"), key: own("key") }
    }

    pub(super) fn server(&self, blocked: &[String]) -> Server {
        Server::new(&self.files(Some("server")), blocked).unwrap()
    }
}

async fn connect(gateway: &Gateway, config: Arc<ClientConfig>) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(gateway.address).await?;
    TlsConnector::from(config).connect(ServerName::try_from("127.0.0.1").unwrap(), stream).await
}

#[tokio::test]
async fn a_client_is_who_its_certificate_says() {
    let made = Made::new("raddning-jamtland", &["2311010"]);
    let mut gateway = Gateway::open(Transport::Tls(made.server(&[]))).await;
    let config = tls::client(&made.files(Some("2311010"))).unwrap();
    let mut client = Bare::new(connect(&gateway, config).await.unwrap());
    let (_, identity, to) = gateway.up().await;
    assert!(identity == Identity::Certificate("2311010".into()));
    assert_eq!(format!("{identity:?}"), "Certificate", "a name may be a person's");
    assert_eq!(client.xml().await.kind, "t-x-takp-v");
    client.send(xml("mine", "a-f-G", "").as_bytes()).await;
    assert_eq!(gateway.events().await.1[0].uid, "mine");
    to.send(batch("yours")).await.unwrap();
    assert_eq!(client.xml().await.uid, "yours");
}

#[tokio::test]
async fn without_a_certificate_of_this_authority_nobody_comes_in() {
    let made = Made::new("raddning-jamtland", &["2311010", "2311020"]);
    let other = Made::new("region-jh", &["2311010"]);
    let blocked = ["2311020".to_owned()];
    let mut gateway = Gateway::open(Transport::Tls(made.server(&blocked))).await;
    let foreign = Files { authority: made.files(None).authority, ..other.files(Some("2311010")) };
    for files in [made.files(None), foreign, made.files(Some("2311020"))] {
        let refused = match connect(&gateway, tls::client(&files).unwrap()).await {
            // With TLS 1.3 the client learns of it when it reads.
            Ok(stream) => Bare::new(stream).piece().await.is_none(),
            Err(_) => true,
        };
        assert!(refused);
        gateway.down().await;
    }
    // A server of another authority is none to a client.
    assert!(connect(&gateway, tls::client(&other.files(Some("2311010"))).unwrap()).await.is_err());
}

#[tokio::test]
async fn one_certificate_is_blocked_by_its_fingerprint() {
    let made = Made::new("raddning-jamtland", &["2311010", "2311020"]);
    let blocked = [made.fingerprints[0].to_uppercase()];
    let mut gateway = Gateway::open(Transport::Tls(made.server(&blocked))).await;
    let config = |name: &str| tls::client(&made.files(Some(name))).unwrap();
    let lost = connect(&gateway, config("2311010")).await;
    assert!(lost.is_err() || Bare::new(lost.unwrap()).piece().await.is_none());
    gateway.down().await;
    let _held = connect(&gateway, config("2311020")).await.unwrap();
    assert!(gateway.up().await.1 == Identity::Certificate("2311020".into()));
}

/// A ticket from before a certificate was blocked would be taken after it.
#[tokio::test]
async fn no_session_is_resumed() {
    let made = Made::new("raddning-jamtland", &["2311010"]);
    let mut gateway = Gateway::open(Transport::Tls(made.server(&[]))).await;
    let config = tls::client(&made.files(Some("2311010"))).unwrap();
    for _ in 0..3 {
        let mut client = Bare::new(connect(&gateway, config.clone()).await.unwrap());
        let (_, _, _to) = gateway.up().await;
        client.xml().await;
        assert_eq!(client.stream.get_ref().1.handshake_kind(), Some(HandshakeKind::Full));
        drop(client);
        gateway.down().await;
    }
}

#[test]
fn keys_are_for_nobody_elses_eyes() {
    use std::os::unix::fs::PermissionsExt as _;
    let made = Made::new("raddning-jamtland", &["2311010"]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for name in ["ca.key", "server.key", "2311010.key"] {
        assert_eq!(mode(&made.path(name)), 0o600);
    }
    let (authority, _) = Authority::open(made.folder.path(), "x", jiff::Timestamp::now(), 1).unwrap();
    for name in ["", "../x", "ca", "server", ".x", "a/b"] {
        assert!(authority.client("x", name).is_err(), "{name}");
    }
}

#[tokio::test]
async fn connections_that_say_nothing_are_few_of_an_address_and_take_no_clients_place() {
    let made = Made::new("raddning-jamtland", &["2311010"]);
    let mut gateway = Gateway::open(Transport::Tls(made.server(&[]))).await;
    let mut silent = Vec::new();
    for _ in 0..GREETED_OF_ADDRESS_MAX {
        silent.push(TcpStream::connect(gateway.address).await.unwrap());
    }
    // One more of that address is closed at once.
    let one_more = TcpStream::connect(gateway.address).await.unwrap();
    assert!(Bare::new(one_more).piece().await.is_none());
    // When they have gone there is room for whoever says who it is.
    drop(silent);
    for _ in 0..GREETED_OF_ADDRESS_MAX {
        gateway.down().await;
    }
    let config = tls::client(&made.files(Some("2311010"))).unwrap();
    let _held = connect(&gateway, config).await.unwrap();
    assert!(gateway.up().await.1 == Identity::Certificate("2311010".into()));
}
