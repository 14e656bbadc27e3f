//! `deepgrade waf`: which managed rule groups fit what stands behind web ACLs.

use std::path::Path;

use remediations::{
    catalogue::cover_with_waf::{Presence, Recommendation, Situation, WEB_PORTS, recommend},
    web_groups::Preferences,
};
use rules::{facts::Need, web_groups::WebKind};

use super::{
    arguments::{Global, Waf, WafFormat},
    failure::{Exit, Failure},
    managers, source, terminal,
};
use crate::{
    account::Access,
    cover::{Bounds, Estate, MAX_AGE, Outcomes, shield, situation},
    report,
    settings::Settings,
};

#[cfg(feature = "live")]
mod live;

/// What has to be read.
const NEEDS: [Need; 3] = [Need::Computer, Need::Policies, Need::WebEdges];

/// Lists what is recommended, and adds it where that is asked for.
///
/// # Errors
/// A usage failure of the arguments or files, a runtime failure of AWS, of a Manager or of the output,
/// and a refusal where somebody has stopped everything that acts with the ledger.
pub(super) fn waf(global: &Global, mut arguments: Waf) -> Result<Exit, Failure> {
    // The fleet is gathered without it: nothing that is recommended rests on findings.
    let ledger = arguments.source.ledger.take();
    let source = &arguments.source;
    if ledger.is_some() && !arguments.act {
        return Err(Failure::usage(
            "--ledger is where --act writes down what it adds, and --act is not given",
        ));
    }
    if arguments.table.is_some() && source.account.region.len() > 1 {
        return Err(Failure::usage(
            "a table is in one Region: with --table NAME give --region REGION once",
        ));
    }
    if !source::gives(source, Need::WebEdges) {
        return Err(Failure::usage(
            "give what stands before the instances with --web FILE, or an account with --region \
             REGION",
        ));
    }
    if arguments.act && source.account.access().is_none() {
        return Err(Failure::usage(
            "--act changes the account that --region names: files cannot be acted on",
        ));
    }
    let settings = managers::settings(&source.manager)?;
    let fleet = source::fleet(global, source, &settings.managers, &NEEDS)?;
    let estate = Estate {
        web_edges: &fleet.web_edges,
        instances: &fleet.instances,
        now: fleet.as_of,
        max_age: MAX_AGE,
        ports: &WEB_PORTS,
    };
    let preferences = preferences(&settings, &arguments);
    let known = situation(&estate, &preferences, |instance| {
        shield(&fleet.inventories, instance, fleet.as_of, MAX_AGE)
    });
    let (recommendation, outcomes) = match source.account.access() {
        Some(access) => {
            let acting = arguments.act.then(|| Acting {
                ledger: match (&ledger, &arguments.table) {
                    (Some(path), _) => Some(Where::File(path)),
                    (None, Some(name)) => Some(Where::Table(name)),
                    (None, None) => None,
                },
                bounds: Bounds {
                    web_acls_an_hour: settings.remediation.web_acls_an_hour,
                    retention: settings.remediation.limits().retention,
                },
            });
            of_account(&access, known, acting)?
        }
        None => (recommend(&known), Outcomes::new()),
    };
    let file = arguments.output_file.as_deref();
    let options = terminal::options(global, file, 0);
    terminal::write_to(file, |out| match arguments.output {
        WafFormat::Table => {
            report::waf_table(fleet.as_of, &recommendation, &outcomes, &options, out)
        }
        WafFormat::Json => report::waf_json(fleet.as_of, &recommendation, &outcomes, out),
    })?;
    Ok(exit(&recommendation, &outcomes))
}

/// How is acted.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "live"), expect(dead_code, reason = "as with the SDKs"))]
struct Acting<'a> {
    /// The ledger in which it is written down; `None` where none is named.
    ledger: Option<Where<'a>>,
    /// How much may be done.
    bounds: Bounds,
}

/// Where a ledger is.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "live"), expect(dead_code, reason = "as with the SDKs"))]
enum Where<'a> {
    /// In a file.
    File(&'a Path),
    /// In a table of DynamoDB, in the Region that is read.
    Table(&'a str),
}

#[cfg(feature = "live")]
fn of_account(
    access: &Access,
    known: Situation,
    acting: Option<Acting<'_>>,
) -> Result<(Recommendation, Outcomes), Failure> {
    live::of_account(access, known, acting)
}

/// Never called: an account cannot be read without the SDKs of AWS, and that is said before.
#[cfg(not(feature = "live"))]
fn of_account(
    _: &Access,
    known: Situation,
    _: Option<Acting<'_>>,
) -> Result<(Recommendation, Outcomes), Failure> {
    Ok((recommend(&known), Outcomes::new()))
}

/// The rule groups that the settings name for a kind of website, and beyond them the arguments.
fn preferences(settings: &Settings, arguments: &Waf) -> Preferences {
    let mut preferences = settings.remediation.rule_groups.clone();
    for (kind, group) in [
        (WebKind::WebServer, &arguments.web_server_group),
        (WebKind::WebApplication, &arguments.web_application_group),
    ] {
        if let Some(group) = group {
            preferences.prefer(kind, group.clone());
        }
    }
    preferences
}

/// What could not be changed outranks what could not be told.
fn exit(recommendation: &Recommendation, outcomes: &Outcomes) -> Exit {
    let mut rows = recommendation.web_acls.iter().flat_map(|acl| &acl.rows);
    let unknown = rows.any(|row| matches!(row.presence, Presence::Unknown(_)));
    let mut instances = recommendation.instances.iter();
    let untold = instances.any(|judged| judged.kinds.is_err() || !judged.gaps.is_empty());
    if outcomes.values().any(Result::is_err) {
        Exit::Runtime
    } else if unknown || untold {
        Exit::Incomplete
    } else {
        Exit::Done
    }
}
