//! What Macie says (Amazon Macie API reference, "Finding Descriptions"; Amazon Macie user guide,
//! "Amazon EventBridge event schema for Macie findings").

use remediations::finding::{About, Bucket, Finding, FindingId, Life, Severity, SeverityWord};
use rules::{ledger::Source, text::quoted};

use super::{Reading, Sent, foreign, moment, node::Node, parsed, region, required, version};

/// The longest name of a bucket, in characters: that of the oldest (Amazon S3 user guide, "General
/// purpose bucket naming rules").
const BUCKET: usize = 255;
/// The longest key of an object, in bytes (Amazon S3 user guide, "Naming Amazon S3 objects").
const KEY: usize = 1024;

/// A finding as Macie reports it, of which nothing is believed yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) id: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) title: Option<String>,
    /// The word for its severity.
    pub(crate) severity: Option<String>,
    /// The same as a number: 1 to 3.
    pub(crate) score: Option<f64>,
    pub(crate) created_at: Option<String>,
    pub(crate) updated_at: Option<String>,
    pub(crate) count: u64,
    pub(crate) archived: bool,
    pub(crate) sample: bool,
    pub(crate) bucket: Option<String>,
    pub(crate) bucket_arn: Option<String>,
    pub(crate) object: Option<String>,
}

impl Report {
    pub(super) fn read(detail: &Node<'_>) -> Result<Self, String> {
        Ok(Self {
            id: detail.text("id")?,
            account: detail.text("accountId")?,
            region: detail.text("region")?,
            kind: detail.text("type")?,
            title: detail.text("title")?,
            severity: detail.text("severity.description")?,
            score: detail.number("severity.score")?,
            created_at: detail.time("createdAt"),
            updated_at: detail.time("updatedAt"),
            count: detail.count("count")?,
            archived: detail.flag("archived")?,
            sample: detail.flag("sample")?,
            bucket: detail.text("resourcesAffected.s3Bucket.name")?,
            bucket_arn: detail.text("resourcesAffected.s3Bucket.arn")?,
            object: detail.text("resourcesAffected.s3Object.key")?,
        })
    }

    /// The finding that it means.
    pub(crate) fn finding<'a>(self, sent: impl Into<Sent<'a>>) -> Result<Reading, String> {
        let sent = sent.into();
        let arn = self.bucket_arn.as_deref();
        let of_arn = arn.and_then(|arn| arn.rsplit(":::").next().map(str::to_owned));
        let bucket = required("resourcesAffected.s3Bucket.name", self.bucket.or(of_arn))?;
        Ok(Reading::Finding(Box::new(Finding {
            source: Source::Macie,
            id: parsed::<FindingId>("id", self.id)?,
            account: parsed("accountId", self.account)?,
            region: region(self.region, sent)?,
            version: version(self.updated_at.as_deref(), self.count, sent)?,
            life: if self.archived {
                Life::Archived
            } else {
                Life::Active
            },
            sample: self.sample,
            severity: severity(self.severity.as_deref(), self.score)?,
            kind: foreign(&required("type", self.kind)?),
            title: foreign(&self.title.unwrap_or_default()),
            since: self.created_at.as_deref().and_then(moment),
            about: About::Bucket(Bucket {
                name: name(&bucket)?,
                object: self.object.as_deref().map(key).transpose()?,
            }),
        })))
    }
}

/// The name of a bucket is a text and nothing else: it is compared and asked for, never a path.
fn name(bucket: &str) -> Result<Box<str>, String> {
    let odd = |character: char| character.is_control() || character.is_whitespace();
    if bucket.chars().count() > BUCKET || bucket.chars().any(odd) {
        return Err(format!("{} is not the name of a bucket", quoted(bucket)));
    }
    Ok(bucket.into())
}

fn key(object: &str) -> Result<Box<str>, String> {
    if object.len() > KEY {
        return Err(format!("{} is not the key of an object", quoted(object)));
    }
    Ok(object.into())
}

fn severity(word: Option<&str>, score: Option<f64>) -> Result<Severity, String> {
    let word = match (word, score) {
        (Some(word), _) if word.eq_ignore_ascii_case("low") => SeverityWord::Low,
        (Some(word), _) if word.eq_ignore_ascii_case("medium") => SeverityWord::Medium,
        (Some(word), _) if word.eq_ignore_ascii_case("high") => SeverityWord::High,
        (Some(word), _) => return Err(format!("severity {} is not known", quoted(word))),
        (None, Some(1.0)) => SeverityWord::Low,
        (None, Some(2.0)) => SeverityWord::Medium,
        (None, Some(3.0)) => SeverityWord::High,
        (None, Some(score)) => return Err(format!("severity {score} is not known")),
        (None, None) => return Err("missing severity.description".to_owned()),
    };
    Ok(Severity::Word(word))
}
