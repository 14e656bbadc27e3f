//! The AWS Security Finding Format, for AWS Security Hub.
//!
//! A batch is what `BatchImportFindings` takes at once: at most 100 findings, all of the account and
//! Region that it is sent to (AWS Security Hub partner integration guide, "Guidelines for using the
//! BatchImportFindings API"; user guide, "AWS Security Finding Format").

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use jiff::Timestamp;
use rules::{
    CATALOGUE, gap, grader,
    instance::{AccountId, InstanceId, Region},
    text::fitted,
};
use serde::Serialize;

use super::{row::Row, word::Word};
use crate::results::Results;

/// The most findings of a batch.
const BATCH: usize = 100;
/// The longest texts, in characters (API reference, `AwsSecurityFinding`).
const TITLE: usize = 256;
const DESCRIPTION: usize = 1024;
const RECOMMENDATION: usize = 512;
const PRODUCT_FIELD: usize = 2048;

/// The version of the format.
const SCHEMA: &str = "2018-10-08";
/// The kind of finding, among those that the format knows.
const TYPE: &str = "Software and Configuration Checks/AWS Security Best Practices";

/// What `BatchImportFindings` takes.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    findings: Vec<Finding>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Finding {
    schema_version: &'static str,
    id: String,
    product_arn: String,
    generator_id: String,
    aws_account_id: String,
    types: [&'static str; 1],
    created_at: Timestamp,
    updated_at: Timestamp,
    severity: Severity,
    title: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remediation: Option<Remediation>,
    product_fields: BTreeMap<&'static str, String>,
    resources: [Resource; 1],
    compliance: Compliance,
    record_state: &'static str,
    finding_provider_fields: ProviderFields,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Severity {
    label: String,
    original: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Remediation {
    recommendation: Recommendation,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Recommendation {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    r#type: &'static str,
    id: String,
    partition: &'static str,
    region: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Compliance {
    status: &'static str,
}

/// Where a product says again what its customers may change.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProviderFields {
    severity: Severity,
    types: [&'static str; 1],
}

/// Writes results as batches of findings, one JSON document a line: each line is a request of
/// `BatchImportFindings` to one account and Region. The findings belong to the default product of
/// their account. The id of a finding is of its place and rule, so that the next import updates it.
///
/// Gives back how many results are left out, since their account, Region or instance is not known.
///
/// # Errors
/// What `out` says when it cannot be written to.
pub fn asff(results: &Results, out: &mut dyn Write) -> io::Result<usize> {
    let mut batches: BTreeMap<(AccountId, Region), Vec<Finding>> = BTreeMap::new();
    let mut left_out = 0;
    for row in results.rows() {
        let Some((account, region, instance)) = place(&row) else {
            left_out += 1;
            continue;
        };
        let finding = Finding::new(&row, account, &region, instance, results.as_of);
        let batch = batches.entry((account, region)).or_default();
        batch.push(finding);
        if batch.len() == BATCH {
            write_batch(std::mem::take(batch), out)?;
        }
    }
    for batch in batches.into_values().filter(|batch| !batch.is_empty()) {
        write_batch(batch, out)?;
    }
    Ok(left_out)
}

fn write_batch(findings: Vec<Finding>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Batch { findings })?;
    writeln!(out)
}

/// Where a row is; `None` where that is not known, or not in words of AWS.
fn place(row: &Row<'_>) -> Option<(AccountId, Region, InstanceId)> {
    let account = row.account?.parse().ok()?;
    let region = row.region?.parse().ok()?;
    Some((account, region, row.instance.parse().ok()?))
}

impl Finding {
    fn new(
        row: &Row<'_>,
        account: AccountId,
        region: &Region,
        instance: InstanceId,
        as_of: Timestamp,
    ) -> Self {
        let partition = partition(region);
        let severity = Severity {
            label: label(row).to_uppercase(),
            original: row.severity.to_owned(),
        };
        let mut description = format!("{} {}", row.code, row.reason);
        if let Some(exception) = row.exception {
            description = format!("excepted by {exception}: {description}");
        }
        let fields = [
            ("deepgrade/Rule", Some(row.rule)),
            ("deepgrade/Verdict", Some(row.verdict.word())),
            ("deepgrade/Code", Some(row.code)),
            ("deepgrade/Exception", row.exception),
            ("deepgrade/Name", row.name),
            ("deepgrade/Computer", row.computer.as_deref()),
            ("deepgrade/Manager", row.manager.as_deref()),
        ];
        let fields = fields.into_iter().filter_map(|(name, value)| {
            let value = value.filter(|value| !value.is_empty())?;
            Some((name, fitted(value, PRODUCT_FIELD)))
        });
        Self {
            schema_version: SCHEMA,
            id: format!("deepgrade/{account}/{region}/{instance}/{}", row.rule),
            product_arn: format!(
                "arn:{partition}:securityhub:{region}:{account}:product/{account}/default"
            ),
            generator_id: format!("deepgrade/ds-{}", row.rule),
            aws_account_id: account.to_string(),
            types: [TYPE],
            created_at: as_of,
            updated_at: as_of,
            title: fitted(&format!("ds-{}: {instance}", row.rule), TITLE),
            description: fitted(&description, DESCRIPTION),
            remediation: remediation(row),
            product_fields: fields.collect(),
            resources: [Resource {
                r#type: "AwsEc2Instance",
                id: format!("arn:{partition}:ec2:{region}:{account}:instance/{instance}"),
                partition,
                region: region.to_string(),
            }],
            compliance: Compliance {
                status: status(row.known()),
            },
            record_state: "ACTIVE",
            finding_provider_fields: ProviderFields {
                severity: severity.clone(),
                types: [TYPE],
            },
            severity,
        }
    }
}

/// How severe it is. What is neither violated nor unknown is for information, as in the findings of
/// Security Hub's own controls, and so is what somebody answers for: its `Original` severity is that of
/// the rule. To suppress it would be for good: an import cannot change the workflow of a finding (AWS
/// Security Hub API reference, `BatchImportFindings`).
fn label<'a>(row: &Row<'a>) -> &'a str {
    match row.known() {
        _ if row.exception.is_some() => "informational",
        Word::NonCompliant | Word::Undetermined => row.severity,
        Word::NotApplicable | Word::Compliant => "informational",
    }
}

const fn status(word: Word) -> &'static str {
    match word {
        Word::NonCompliant => "FAILED",
        Word::Undetermined => "WARNING",
        Word::NotApplicable => "NOT_AVAILABLE",
        Word::Compliant => "PASSED",
    }
}

/// What to do about it, by its code, where there is something to be done.
fn remediation(row: &Row<'_>) -> Option<Remediation> {
    if !matches!(row.verdict, Word::NonCompliant | Word::Undetermined) {
        return None;
    }
    let codes = CATALOGUE.iter().flat_map(|rule| rule.codes);
    let mut codes = codes.chain(grader::CODES).chain(gap::CODES);
    let remedy = codes.find(|code| code.id == row.code)?.remedy?;
    Some(Remediation {
        recommendation: Recommendation {
            text: fitted(remedy, RECOMMENDATION),
        },
    })
}

/// The partition of AWS that a Region is of, by how its name begins (AWS General Reference, "Amazon
/// Resource Names").
fn partition(region: &Region) -> &'static str {
    const PARTITIONS: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    let name = region.to_string();
    let partition = PARTITIONS.iter().find(|(begin, _)| name.starts_with(begin));
    partition.map_or("aws", |(_, partition)| partition)
}
