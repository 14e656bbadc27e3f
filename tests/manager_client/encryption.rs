//! Certificates are verified, whatever happens.

use deepgrade::deep_security::{Access, CaBundle, Error};
use testbed::{Certificate, Estate, Manager, Options};

use crate::bench::{access, as_of, line, patient, read, reader_of, trusting};

fn manager(certificate: Certificate) -> Manager {
    let options = Options {
        certificate: Some(certificate),
        ..Options::default()
    };
    Manager::start(Estate::seeded(1, 3), options).unwrap()
}

fn refusal(access: Access, manager: &Manager) -> Error {
    let (reader, time) = reader_of(access);
    let error = read(&reader).map(|reading| reading.inventory).unwrap_err();
    assert!(!error.is_retryable());
    assert!(
        time.sleeps().is_empty(),
        "a bad certificate does not get better by trying again"
    );
    assert!(
        manager.calls().is_empty(),
        "zero bytes of the key were sent"
    );
    error
}

#[test]
fn a_private_authority_vouches_for_its_manager() {
    for certificate in [Certificate::PrivateAuthority, Certificate::SelfSigned] {
        let manager = manager(certificate);
        let (reader, _) = reader_of(trusting(&manager));
        assert_eq!(
            read(&reader).unwrap().inventory.computers().len(),
            3,
            "{certificate:?}"
        );
    }
}

/// The rules before this product turned verification off for the setting "0". Here no setting
/// reaches the verifier, so there is nothing to set: the certificate is refused.
#[test]
fn tls_checks_cannot_be_turned_off_by_the_string_0_or_by_anything_else() {
    let manager = manager(Certificate::SelfSigned);
    let line = line(&refusal(access(&manager, patient()), &manager));
    assert!(
        line.contains("the certificate is signed by nobody who is trusted"),
        "{line}"
    );
    assert!(line.contains("as CA bundle"), "{line}");
}

#[test]
fn case_32_a_certificate_of_another_authority_is_refused() {
    let other = manager(Certificate::PrivateAuthority);
    let manager = manager(Certificate::PrivateAuthority);
    let ca = CaBundle::from_pem(other.ca_pem().unwrap().as_bytes(), as_of()).unwrap();
    let access = Access {
        ca: Some(ca),
        ..access(&manager, patient())
    };
    let line = line(&refusal(access, &manager));
    assert!(
        line.contains("signed by nobody who is trusted") || line.contains("cannot be verified"),
        "{line}"
    );
}

#[test]
fn case_32_an_expired_certificate_is_refused() {
    let manager = manager(Certificate::Expired);
    let line = line(&refusal(trusting(&manager), &manager));
    assert!(
        line.contains("the certificate has expired; renew it on the Manager"),
        "{line}"
    );
}

#[test]
fn case_32_a_certificate_for_another_host_is_refused() {
    let manager = manager(Certificate::WrongHost);
    let line = line(&refusal(trusting(&manager), &manager));
    assert!(
        line.contains("the certificate is for another host"),
        "{line}"
    );
}
