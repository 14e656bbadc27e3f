//! Certificates, good and bad, as a client judges them.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, as it should"
)]

mod client;

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use testbed::{Certificate, Estate, Manager, Options};

fn manager(certificate: Certificate) -> Manager {
    let options = Options {
        certificate: Some(certificate),
        ..Options::default()
    };
    Manager::start(Estate::seeded(1, 3), options).unwrap()
}

fn ask(manager: &Manager, trusted: Option<&str>) -> io::Result<String> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = trusted {
        roots
            .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
            .unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(("127.0.0.1", manager.port()))?;
    let mut stream = StreamOwned::new(connection, stream);
    let headers = client::sound_headers();
    let headers = headers.each_ref().map(String::as_str);
    stream.write_all(client::text("GET", "/policies", &headers, None).as_bytes())?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        // The server does not say goodbye before it closes.
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
        _ => {}
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn a_client_that_trusts_the_authority_gets_an_answer() {
    for kind in [Certificate::PrivateAuthority, Certificate::SelfSigned] {
        let manager = manager(kind);
        assert!(manager.url().starts_with("https://127.0.0.1:"));
        let answer = ask(&manager, manager.ca_pem()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{kind:?}: {answer}");
        assert_eq!(manager.calls().len(), 1);
    }
}

#[test]
fn a_bad_certificate_is_refused_before_anything_is_asked() {
    for (kind, trusts, complaint) in [
        (Certificate::SelfSigned, false, "UnknownIssuer"),
        (Certificate::PrivateAuthority, false, "UnknownIssuer"),
        (Certificate::Expired, true, "expired"),
        (Certificate::WrongHost, true, "not valid for name"),
    ] {
        let manager = manager(kind);
        let error = ask(&manager, manager.ca_pem().filter(|_| trusts)).unwrap_err();
        assert!(error.to_string().contains(complaint), "{kind:?}: {error}");
        assert!(manager.calls().is_empty());
    }
}
