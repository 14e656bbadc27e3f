//! The configuration recorder (AWS Config API reference, `DescribeConfigurationRecorders`,
//! `DescribeConfigurationRecorderStatus`, `DescribeDeliveryChannels`).

use std::collections::BTreeSet;

use aws_sdk_config::{
    Client,
    types::{
        ConfigurationRecorder, RecorderStatus, RecordingFrequency, RecordingGroup,
        RecordingStrategyType, ResourceType,
    },
};

use super::refusal::refusal;
use crate::{
    deployment::recorder::{Pace, Recorder, Running, Types},
    ports::{Error, Fault},
};

const RECORDERS: &str = "config:DescribeConfigurationRecorders";
const STATUS: &str = "config:DescribeConfigurationRecorderStatus";
const CHANNELS: &str = "config:DescribeDeliveryChannels";

/// The recorders of the Region that the account set up. Those of other services record for them.
///
/// # Errors
/// What Config, or the way to it, said; or that it said something which is not understood.
pub async fn recorders(client: &Client) -> Result<Vec<Recorder>, Error> {
    let sent = client.describe_configuration_recorders().send().await;
    let output = sent.map_err(|error| refusal(RECORDERS, &error))?;
    let recorders = output.configuration_recorders().iter();
    let own = recorders.filter(|recorder| recorder.service_principal().is_none());
    own.map(|recorder| {
        read(recorder).ok_or_else(|| {
            let line = format!("{RECORDERS}: the answer holds a recorder that is not understood");
            Error::Permanent(Fault::Deployment, line)
        })
    })
    .collect()
}

fn read(recorder: &ConfigurationRecorder) -> Option<Recorder> {
    let mode = recorder.recording_mode();
    let overrides = mode.map(|mode| mode.recording_mode_overrides());
    let overrides = overrides.unwrap_or_default().iter();
    Some(Recorder {
        name: recorder.name()?.to_owned(),
        types: recorder.recording_group().map_or(Some(Types::All), types)?,
        // Without a mode a recorder records continuously.
        pace: mode.map_or(Some(Pace::Continuous), |mode| {
            pace(mode.recording_frequency())
        })?,
        overrides: overrides
            .map(|one| {
                Some((
                    words(one.resource_types()),
                    pace(one.recording_frequency())?,
                ))
            })
            .collect::<Option<_>>()?,
    })
}

fn types(group: &RecordingGroup) -> Option<Types> {
    let strategy = group.recording_strategy();
    match strategy.and_then(|strategy| strategy.use_only()) {
        Some(RecordingStrategyType::AllSupportedResourceTypes) => Some(Types::All),
        Some(RecordingStrategyType::InclusionByResourceTypes) => {
            Some(Types::Only(words(group.resource_types())))
        }
        Some(RecordingStrategyType::ExclusionByResourceTypes) => {
            let excluded = group.exclusion_by_resource_types();
            let excluded = excluded.map(|excluded| excluded.resource_types());
            Some(Types::AllBut(words(excluded.unwrap_or_default())))
        }
        Some(_) => None,
        None if group.all_supported() => Some(Types::All),
        None => Some(Types::Only(words(group.resource_types()))),
    }
}

fn words(types: &[ResourceType]) -> BTreeSet<String> {
    types.iter().map(|kind| kind.as_str().to_owned()).collect()
}

fn pace(frequency: &RecordingFrequency) -> Option<Pace> {
    match frequency {
        RecordingFrequency::Continuous => Some(Pace::Continuous),
        RecordingFrequency::Daily => Some(Pace::Daily),
        _ => None,
    }
}

/// Whether the recorders of the Region are on.
///
/// # Errors
/// What Config, or the way to it, said.
pub async fn running(client: &Client) -> Result<Vec<Running>, Error> {
    let sent = client.describe_configuration_recorder_status().send().await;
    let output = sent.map_err(|error| refusal(STATUS, &error))?;
    let statuses = output.configuration_recorders_status().iter();
    let read = statuses.filter_map(|status| {
        let failed = matches!(status.last_status(), Some(RecorderStatus::Failure));
        let code = status.last_error_code().unwrap_or("no code");
        let words = status.last_error_message().unwrap_or_default();
        Some(Running {
            name: status.name()?.to_owned(),
            is_on: status.recording(),
            problem: failed.then(|| format!("{code} {words}").trim().to_owned()),
        })
    });
    Ok(read.collect())
}

/// How many delivery channels the Region has.
///
/// # Errors
/// What Config, or the way to it, said.
pub async fn channels(client: &Client) -> Result<usize, Error> {
    let sent = client.describe_delivery_channels().send().await;
    let output = sent.map_err(|error| refusal(CHANNELS, &error))?;
    Ok(output.delivery_channels().len())
}
