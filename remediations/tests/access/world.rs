//! One role, and the bucket `books`.

use std::sync::Arc;

use remediations::access::{
    Authorization, BucketFacts, BucketPolicy, Document, Policy, PolicyKind, Reader, Role,
    Unreadable, readers,
};
use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/app/reader";
pub(crate) const ROLE_ID: &str = "AROAREADER";

/// What is given: statements of each policy, or the text of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) identity: Vec<String>,
    pub(crate) boundary: Option<String>,
    pub(crate) bucket: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) organization: Option<String>,
}

impl World {
    pub(crate) fn ask(&self, object: Option<&str>) -> Reader {
        let policy = |kind, name: &str, text: &String| Policy {
            kind,
            name: name.into(),
            document: Document::parse_encoded(text).map(Arc::new),
        };
        let identity = self.identity.iter().enumerate();
        let role = Role {
            arn: ROLE.parse().unwrap(),
            id: ROLE_ID.into(),
            policies: identity
                .map(|(index, text)| policy(PolicyKind::Inline, &format!("p{}", index + 1), text))
                .collect(),
            boundary: self
                .boundary
                .as_ref()
                .map(|text| policy(PolicyKind::Boundary, "b", text)),
            instance_profiles: vec!["arn:aws:iam::111122223333:instance-profile/p".into()],
        };
        let authorization = Authorization {
            account: ACCOUNT.parse().unwrap(),
            organization: self.organization.as_deref().map(Box::from),
            roles: vec![role],
            gaps: Vec::new(),
        };
        readers(&authorization, &self.facts(), object).remove(0)
    }

    pub(crate) fn facts(&self) -> BucketFacts {
        BucketFacts {
            name: self.name.as_deref().unwrap_or("books").into(),
            partition: "aws".into(),
            account: self.owner.as_ref().map(|owner| owner.parse().unwrap()),
            policy: match self.bucket.as_deref().map(Document::parse) {
                None => BucketPolicy::None,
                Some(Ok(document)) => BucketPolicy::Read(document),
                Some(Err(reason)) => BucketPolicy::Unread(reason),
            },
        }
    }
}

/// A document of these statements.
pub(crate) fn document(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// Why a text is no document.
pub(crate) fn unreadable(text: &str) -> Unreadable {
    Document::parse(text).unwrap_err()
}
