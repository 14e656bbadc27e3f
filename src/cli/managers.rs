//! The Managers that the arguments and the settings name.

use std::{path::Path, sync::Arc, time::Duration};

use rules::{
    inventory::Inventory,
    text::{listed, quoted},
};
use tokio::runtime::{Builder, Runtime};

use super::{
    arguments::{Global, ManagerSource},
    failure::Failure,
    terminal,
};
use crate::{
    deep_security::{
        Access, ApiKey, CaBundle, Error, Limits, ManagerUrl, Progress, Reader, Scheme,
        operator::Operator,
    },
    environment, files,
    settings::{ManagerSettings, Settings},
    time::{RealTime, Time},
};

/// The most Managers that a complaint names.
const NAMED: usize = 5;

/// How long one thing may take that a Manager is asked for when it is acted on: two answers that take
/// as long as is waited for them, and what is between.
const ONE_THING: Duration = Duration::from_mins(3);

/// The settings that the arguments name; empty ones when they name none.
///
/// # Errors
/// A usage failure when the file cannot be read.
pub(super) fn settings(source: &ManagerSource) -> Result<Settings, Failure> {
    source.settings.as_deref().map_or_else(
        || Ok(Settings::default()),
        |path| Settings::read(path).map_err(Failure::usage),
    )
}

/// A reader for every Manager that is named: the one of the arguments, otherwise those of the
/// settings.
///
/// # Errors
/// A usage failure that names what is refused: URL, key or CA file.
pub(super) fn readers(
    source: &ManagerSource,
    managers: &[ManagerSettings],
) -> Result<Vec<Reader>, Failure> {
    let managers = match source.url() {
        None => managers.to_vec(),
        Some(url) => vec![ManagerSettings {
            name: String::new(),
            url: url.to_owned(),
            authentication: source.authentication,
            key_file: source.key_file.clone(),
            key_env: source.key_env.clone(),
            key_secret: None,
            operator_key_secret: None,
            operator_key_file: None,
            operator_key_env: None,
            ca_file: source.ca_file.clone(),
        }],
    };
    let time: Arc<dyn Time> = Arc::new(RealTime::start());
    managers
        .iter()
        .map(|manager| reader(manager, &time))
        .collect()
}

/// An operator for every Manager of the settings that is named.
///
/// # Errors
/// A usage failure that names the Manager that the settings do not have, or what is refused: URL,
/// operator's key or CA file.
pub(super) fn operators(
    settings: &Settings,
    names: &[String],
) -> Result<Vec<Arc<Operator>>, Failure> {
    let time: Arc<dyn Time> = Arc::new(RealTime::start());
    let operator = |name: &String| operator(settings, name, &time).map(Arc::new);
    names.iter().map(operator).collect()
}

fn operator(settings: &Settings, name: &str, time: &Arc<dyn Time>) -> Result<Operator, Failure> {
    let mut managers = settings.managers.iter();
    let Some(manager) = managers.find(|manager| manager.name == name) else {
        let known = settings.managers.iter();
        let known: Vec<String> = known.map(|manager| quoted(&manager.name)).collect();
        let known = match known.as_slice() {
            [] => "no Manager".to_owned(),
            known => listed(known, NAMED),
        };
        return Err(Failure::usage(format!(
            "the settings do not name Manager {}, which the plan acts on: they name {known}",
            quoted(name)
        )));
    };
    if manager.operator_key_file.is_none() && manager.operator_key_env.is_none() {
        let name = quoted(name);
        return Err(Failure::usage(format!(
            "the settings give no operator's key for Manager {name}: operatorKeyFile or \
             operatorKeyEnv"
        )));
    }
    let as_operator = ManagerSettings {
        key_file: manager.operator_key_file.clone(),
        key_env: manager.operator_key_env.clone(),
        key_secret: None,
        ..manager.clone()
    };
    let mut access = access(&as_operator, time)?;
    access.limits.deadline = ONE_THING;
    Operator::new(access, Arc::clone(time)).map_err(Failure::usage)
}

fn reader(manager: &ManagerSettings, time: &Arc<dyn Time>) -> Result<Reader, Failure> {
    let access = access(manager, time)?;
    Reader::new(access, Arc::clone(time)).map_err(Failure::usage)
}

fn access(manager: &ManagerSettings, time: &Arc<dyn Time>) -> Result<Access, Failure> {
    let url: ManagerUrl = manager.url.parse().map_err(Failure::usage)?;
    let key = key(manager, &url)?;
    let ca = manager
        .ca_file
        .as_deref()
        .map(|path| ca_bundle(path, time.as_ref()))
        .transpose()?;
    let name = (!manager.name.is_empty()).then(|| manager.name.clone());
    // A person who waits can try again sooner than a machine would.
    let limits = Limits {
        tries: 4,
        ..Limits::default()
    };
    Ok(Access {
        name,
        url,
        key,
        ca,
        limits,
    })
}

fn key(manager: &ManagerSettings, url: &ManagerUrl) -> Result<ApiKey, Failure> {
    let scheme: Scheme = manager.authentication;
    match (&manager.key_file, &manager.key_env) {
        (Some(path), None) => {
            let complain =
                |what: String| Failure::usage(format!("key file {}: {what}", path.display()));
            let content = files::read_small(path).map_err(complain)?;
            let content = String::from_utf8(content)
                .map_err(|_| complain("the API key is not text".to_owned()))?;
            ApiKey::from_file_content(scheme, &content).map_err(|bad| complain(bad.to_string()))
        }
        (_, Some(name)) => {
            if !is_variable_name(name) {
                let message = "--key-env takes the name of an environment variable, not the key";
                return Err(Failure::usage(message));
            }
            let complain =
                |what: String| Failure::usage(format!("environment variable {name}: {what}"));
            let value = environment::variable(name)
                .ok_or_else(|| complain("is not set, and should hold the API key".to_owned()))?;
            ApiKey::new(scheme, &value).map_err(|bad| complain(bad.to_string()))
        }
        (None, None) if manager.key_secret.is_some() => Err(Failure::usage(format!(
            "keySecret of {url} is for functions on AWS: give keyFile or keyEnv besides it",
        ))),
        (None, None) => Err(Failure::usage(format!(
            "no API key for {url}: give --key-file FILE or --key-env NAME (in settings: keyFile or \
             keyEnv)",
        ))),
    }
}

fn is_variable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn ca_bundle(path: &Path, time: &dyn Time) -> Result<CaBundle, Failure> {
    let complain = |what: String| Failure::usage(format!("CA file {}: {what}", path.display()));
    let pem = files::read_small(path).map_err(complain)?;
    CaBundle::from_pem(&pem, time.now()).map_err(|bad| complain(bad.to_string()))
}

/// Reads the inventory of one Manager, with a counter on the terminal.
///
/// # Errors
/// What the Manager, or the way to it, said.
pub(super) async fn inventory(global: &Global, reader: &Reader) -> Result<Inventory, Error> {
    let counter = terminal::counter(global, reader.name().to_owned());
    let reading = reader
        .inventory(&|progress| {
            let (read, of) = match progress {
                Progress::Policies(read) => (read, "policies"),
                Progress::Computers(read) => (read, "computers"),
                Progress::IntrusionPreventionRules(read) => (read, "IPS rules"),
                Progress::ApplicationTypes(read) => (read, "application types"),
            };
            counter.set_message(format!("{}: {of}", reader.name()));
            counter.set_position(read as u64);
        })
        .await;
    counter.finish_and_clear();
    let reading = reading?;
    tracing::info!(
        manager = reader.name(),
        calls = reading.calls,
        "inventory read"
    );
    Ok(reading.inventory)
}

/// Reads the inventories of all Managers that are named, one after the other.
///
/// # Errors
/// A usage failure of the arguments, or a runtime failure of a Manager.
pub(super) fn inventories(
    global: &Global,
    source: &ManagerSource,
    managers: &[ManagerSettings],
) -> Result<Vec<Inventory>, Failure> {
    let readers = readers(source, managers)?;
    let runtime = runtime()?;
    let read = |reader| runtime.block_on(inventory(global, reader));
    let read: Result<Vec<_>, _> = readers.iter().map(read).collect();
    read.map_err(Failure::runtime)
}

/// Something to wait for a Manager or for AWS with.
///
/// # Errors
/// A runtime failure when the operating system refuses it.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::runtime(format!("cannot wait for the network: {error}")))
}
