//! What every question of a sweep needs.

use std::net::IpAddr;

use rules::{
    instance::{AccountId, Region},
    web::{Part, Unread},
};

use crate::{
    aws::clients::Clients,
    ports::{Error, Page},
    time::Time,
};

use super::{attempts::repeated, pages::pages};

/// One reading of an account and Region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sweep<'a> {
    pub(super) clients: &'a Clients,
    pub(super) account: AccountId,
    pub(super) region: &'a Region,
    pub(super) time: &'a dyn Time,
}

impl Sweep<'_> {
    /// Every item of a list of EC2, whose pages are asked for again where one fails for now.
    pub(super) async fn ec2_pages<T, F>(
        &self,
        call: impl Fn(Option<String>) -> F,
    ) -> Result<Vec<T>, Error>
    where
        F: Future<Output = Result<Page<T>, Error>>,
    {
        let call = &call;
        pages(|at| repeated(self.time, move || call(at.clone()))).await
    }
}

/// What was read, or why it was not, as a part of the picture.
pub(super) fn part<T>(read: Result<T, Error>) -> Part<T> {
    match read {
        Ok(read) => Part::Read(read),
        Err(error) => unread(&error),
    }
}

pub(super) fn unread<T>(error: &Error) -> Part<T> {
    Part::Unread(Unread {
        unread: error.to_string().into(),
        retryable: error.is_retryable(),
    })
}

/// A port, which the SDKs hold as a wider number.
pub(super) fn port(reported: Option<i32>) -> Option<u16> {
    u16::try_from(reported?).ok()
}

/// Where an address of the IP version 4 or 6 stands in a filter of EC2.
pub(super) const fn is_ipv4(address: &IpAddr) -> bool {
    matches!(address, IpAddr::V4(_))
}
