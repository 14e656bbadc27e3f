//! Looks up the addresses of a Manager's name, and refuses those that no Manager has.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address;

/// A look-up by the machine's own means. A name that leads to a link-local or metadata address is
/// refused, so that a name cannot get round what [`super::ManagerUrl`] refuses; the connection is
/// made to the very addresses that were checked.
#[derive(Debug)]
pub(super) struct Resolver;

/// A name leads to an address that is refused.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to {address}, {kind}")]
pub(super) struct RefusedAddress {
    address: IpAddr,
    kind: &'static str,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Vec<SocketAddr> = found.collect();
            check(&addresses)?;
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

/// One refused address condemns all: a name of a Manager has no business with it.
fn check(addresses: &[SocketAddr]) -> Result<(), RefusedAddress> {
    for address in addresses {
        if let Some(kind) = address::refused(address.ip()) {
            return Err(RefusedAddress {
                address: address.ip(),
                kind,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deep_security::{error::Problem, failure};

    /// A name server that leads every name to the metadata of the machine.
    struct Hostile;

    impl Resolve for Hostile {
        fn resolve(&self, _: Name) -> Resolving {
            let metadata: SocketAddr = "169.254.169.254:0".parse().unwrap();
            Box::pin(async move {
                check(&[metadata])?;
                let none: Addrs = Box::new(std::iter::empty());
                Ok(none)
            })
        }
    }

    #[test]
    fn bad_input_19_a_name_that_leads_to_a_metadata_address_is_refused() {
        let public: SocketAddr = "192.0.2.1:0".parse().unwrap();
        let metadata: SocketAddr = "[::ffff:169.254.169.254]:0".parse().unwrap();
        assert!(check(&[public]).is_ok());
        let refused = check(&[public, metadata]).unwrap_err().to_string();
        assert!(
            refused.ends_with("a link-local or metadata address"),
            "{refused}"
        );
    }

    #[test]
    fn the_refusal_of_an_address_is_told_as_such() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let client = reqwest::Client::builder()
            .dns_resolver(Hostile)
            .tls_certs_only([])
            .build();
        let call = client.unwrap().get("http://manager.example/api").send();
        let problem = failure::problem(&runtime.block_on(call).unwrap_err());
        let expected = "the name leads to 169.254.169.254, a link-local or metadata address";
        assert_eq!(problem, Problem::RefusedAddress(expected.to_owned()));
    }
}
