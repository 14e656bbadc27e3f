//! The function `waf`: tells which managed rule groups of AWS WAF fit what stands behind web ACLs,
//! and adds them in Count mode where acting is on. A schedule invokes it; what the event says does
//! not matter. It looks at the function's account and Region, and at those in which there are
//! findings.

use std::slice::from_ref;

use remediations::catalogue::cover_with_waf::{Presence, Recommendation, WEB_PORTS, recommend};
use rules::text::{clean, listed};
use serde::Serialize;

use super::{
    Invocation, Refused,
    crew::{Crew, Crews},
    home, in_turn, unfinished,
};
use crate::{
    aws::{waf::Waf, web},
    cover::{Bounds, Change, Estate, MAX_AGE, Recorded, act, ask, shield, situation},
    ledger::{Partition, read_partitions},
    patience::Deadline,
    ports::{Error, answering::Investigate as _},
    remediate::Mode,
    telemetry,
    time::Time,
};

/// How many names a line shows.
const SHOWN: usize = 10;

/// The function, as long as Lambda keeps its process.
pub(super) struct WafFunction {
    crews: Crews,
}

/// What one run found, and did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// Whether anything was done, or only told.
    acting: bool,
    /// How many accounts and Regions were looked at.
    partitions: usize,
    /// How many web ACLs stand before instances.
    web_acls: usize,
    /// How many rule groups are recommended.
    recommended: usize,
    /// How many web ACLs and instances could not be told everything of.
    unknown: usize,
    /// How many rule groups were added.
    added: usize,
    /// How many web ACLs were left as they are, although something is recommended for them.
    refused: usize,
    /// What could not be done, in one line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
}

impl WafFunction {
    pub(super) fn new(crews: Crews) -> Self {
        Self { crews }
    }

    pub(super) async fn answer(&self, invocation: Invocation) -> Result<Summary, Refused> {
        let time = self.crews.time.as_ref();
        let began = time.elapsed();
        let whole = Deadline::new(time, invocation.ends(time));
        let crew = self.crews.crew(&invocation).await?;
        let mode = crew.mode().await?;
        let mut summary = Summary {
            acting: mode == Mode::Acting,
            ..Summary::default()
        };
        let mut partitions = read_partitions(crew.remediate.table()).await?;
        let home = home(&invocation)?;
        if !partitions.contains(&home) {
            partitions.push(home);
        }
        for partition in in_turn(partitions, time.now()) {
            let covered = whole.limit(self.cover(&crew, &partition, mode, &mut summary));
            match covered.await {
                Some(Ok(())) => summary.partitions += 1,
                Some(Err(error)) => summary.problems.push(format!("{partition}: {error}")),
                None => summary
                    .problems
                    .push(format!("{partition}: the time was over")),
            }
        }
        let failed = unfinished("covered", &summary.problems);
        let took = time.elapsed().saturating_sub(began);
        telemetry::write(&telemetry::counted(
            "waf",
            &[
                ("Partitions", summary.partitions),
                ("WebAcls", summary.web_acls),
                ("Recommended", summary.recommended),
                ("Unknown", summary.unknown),
                ("Added", summary.added),
                ("Refused", summary.refused),
                ("Problems", summary.problems.len()),
            ],
            failed.as_deref(),
            took,
            time.now(),
        ));
        failed.map_or(Ok(summary), |line| Err(Refused::Unfinished(line)))
    }

    /// Covers the instances of an account and Region.
    async fn cover(
        &self,
        crew: &Crew,
        partition: &Partition,
        mode: Mode,
        summary: &mut Summary,
    ) -> Result<(), Error> {
        let time: &dyn Time = self.crews.time.as_ref();
        let now = time.now();
        let (account, region) = (partition.account, &partition.region);
        let clients = crew.world.accounts().clients(partition).await?;
        let web = web::gather(&clients, account, region, now, time).await?;
        let inventories = crew.world.inventories(account).await?;
        let estate = Estate {
            web_edges: &web.edges,
            instances: &web.instances,
            now,
            max_age: MAX_AGE,
            ports: &WEB_PORTS,
        };
        let mut known = situation(&estate, &crew.remediation.rule_groups, |instance| {
            shield(&inventories, instance, now, MAX_AGE)
        });
        let waf = Waf::new(from_ref(clients.as_ref()), time);
        ask(&mut known, &waf).await;
        let recommendation = recommend(&known);
        summary.note(&recommendation);
        if mode == Mode::DryRun {
            return Ok(());
        }
        let recorded = Recorded {
            web_acls: &waf,
            table: crew.remediate.table(),
            partition,
            bounds: Bounds {
                web_acls_an_hour: crew.remediation.web_acls_an_hour,
                retention: crew.remediation.limits().retention,
            },
            time,
        };
        for (arn, outcome) in act(&recommendation, &recorded).await {
            match outcome {
                Ok(Change::Added { groups, .. }) => summary.added += groups.len(),
                Ok(Change::Nothing) => {}
                Ok(Change::Refused(reason)) => {
                    tracing::warn!(web_acl = clean(&arn), "left as it is: {}", clean(&reason));
                    summary.refused += 1;
                }
                Err(error) => summary.problems.push(format!("{}: {error}", clean(&arn))),
            }
        }
        Ok(())
    }
}

impl Summary {
    /// Counts what is recommended, and tells it.
    fn note(&mut self, recommendation: &Recommendation) {
        for advice in &recommendation.web_acls {
            self.web_acls += 1;
            let missing = advice.missing().count();
            self.recommended += missing;
            let mut rows = advice.rows.iter();
            let is_unknown = rows.any(|row| matches!(row.presence, Presence::Unknown(_)));
            self.unknown += usize::from(is_unknown);
            if missing > 0 {
                let names = advice.missing().map(|row| clean(&row.group.name));
                let names = listed(names, SHOWN);
                tracing::info!(web_acl = clean(&advice.arn), "recommended: {names}");
            }
        }
        let instances = recommendation.instances.iter();
        let untold = instances.filter(|judged| judged.kinds.is_err() || !judged.gaps.is_empty());
        self.unknown += untold.count();
    }
}
