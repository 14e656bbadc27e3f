//! The instances, and what stands between them and the internet: from files, or from an account.

use rules::{
    facts::Need,
    web::{WebEdges, WebMap},
};

use super::{
    account,
    arguments::{Global, Source},
    failure::Failure,
};
use crate::{
    account::Reading,
    files::{self, Dating, Instances},
};

/// What AWS knows of a fleet.
#[derive(Debug)]
pub(super) struct AwsSide {
    /// The instances.
    pub(super) instances: Instances,
    /// What stands between the internet and them, where that was looked at.
    pub(super) web_edges: WebEdges,
}

/// Reads it. `needs` are those of the rules: what none of them needs is not read from an account.
///
/// # Errors
/// A usage failure of the files, or a runtime failure of AWS.
pub(super) fn read(
    global: &Global,
    source: &Source,
    needs: &[Need],
    dating: Dating,
) -> Result<AwsSide, Failure> {
    let Some(access) = source.account.access() else {
        return from_files(source, dating);
    };
    let readings = account::read(global, &access, needs.contains(&Need::WebEdges))?;
    from_readings(readings, dating)
}

fn from_files(source: &Source, dating: Dating) -> Result<AwsSide, Failure> {
    let instances = Instances::read(&source.instances, dating).map_err(Failure::usage)?;
    for file in &instances.unfinished {
        tracing::warn!("{file} ends with a NextToken: it does not hold every instance");
    }
    let web_edges = files::read_web_edges(&source.web).map_err(Failure::usage)?;
    Ok(AwsSide {
        instances,
        web_edges,
    })
}

fn from_readings(mut readings: Vec<Reading>, dating: Dating) -> Result<AwsSide, Failure> {
    let mut web_edges = WebEdges::default();
    for document in readings.iter_mut().filter_map(|reading| reading.web.take()) {
        let added = WebMap::try_from(document).and_then(|map| web_edges.add(map));
        added.map_err(|bad| {
            Failure::runtime(format!("the web edges do not hold together: {bad}"))
        })?;
    }
    Ok(AwsSide {
        instances: Instances::from_readings(readings, dating),
        web_edges,
    })
}
