//! A member's function reads its own part of what is shared, and no other's: the policies of both
//! accounts, held against what the reader really reads, by the evaluator that findings of Macie are
//! judged by.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use deepgrade::{
    inventory::{Condition, ETag, Found, Library, Picture, Publisher, Put, Status, Store},
    ledger::{Key, Partition},
    ports::{Error, Extract},
    time::ManualTime,
};
use jiff::Timestamp;
use remediations::access::{
    Answer, Authorization, BucketFacts, BucketPolicy, Document, Operation, Policy, PolicyKind,
    Role, readers,
};
use rules::{instance::AccountId, inventory::Inventory, ledger::Source};
use serde_json::{Value, json};

use crate::{
    policies::of_roles,
    template::{HUB, MEMBER, ORGANIZATION, REGION, Stack, text},
};

const OTHER: &str = "777788889999";
const BUCKET: &str = "deepgrade-111122223333-eu-west-1";

/// Objects in memory, with the keys that were read.
#[derive(Clone, Debug, Default)]
struct Objects(Arc<Mutex<Kept>>);

type Kept = (BTreeMap<String, Vec<u8>>, Vec<String>);

impl Store for Objects {
    async fn get(&self, key: &str, _: Option<&ETag>) -> Result<Found, Error> {
        let mut kept = self.0.lock().unwrap();
        kept.1.push(key.to_owned());
        Ok(kept
            .0
            .get(key)
            .map_or(Found::Missing, |bytes| Found::Object {
                bytes: bytes.clone(),
                etag: ETag("\"1\"".to_owned()),
            }))
    }

    async fn put(&self, key: &str, bytes: Vec<u8>, _: &Condition) -> Result<Put, Error> {
        self.0.lock().unwrap().0.insert(key.to_owned(), bytes);
        Ok(Put::Done(ETag("\"1\"".to_owned())))
    }

    async fn delete(&self, keys: &[String]) -> Result<(), Error> {
        let mut kept = self.0.lock().unwrap();
        kept.0.retain(|key, _| !keys.contains(key));
        Ok(())
    }
}

/// What waits for nothing.
fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// An inventory of two accounts, one of which is so large that it is cut, with computers that may be
/// anybody's and IPS rules.
fn published() -> Objects {
    let now: Timestamp = "2026-11-29T10:00:00Z".parse().unwrap();
    let computer = |id: usize, account: Option<&str>| {
        let mut link = json!({"id": format!("i-{id:017x}"), "source": "connector"});
        if let Some(account) = account {
            link["account"] = json!(account);
        }
        json!({"id": id, "name": "x", "instance": link})
    };
    let members = (1..=2_500).map(|id| computer(id, Some(MEMBER)));
    let others = (3_000..3_003).map(|id| computer(id, Some(OTHER)));
    let anybodys = (4_000..4_002).map(|id| computer(id, None));
    let computers: Vec<Value> = members.chain(others).chain(anybodys).collect();
    let have_rules = computers.iter().map(|computer| json!([computer["id"], 0]));
    let have_rules: Vec<Value> = have_rules.collect();
    let inventory: Inventory = serde_json::from_value(json!({
        "schemaVersion": "1", "manager": "production", "takenAt": now, "completeness": "complete",
        "computers": computers, "policies": [{"id": 3, "name": "x"}],
        "intrusionPreventionRules": [{"id": 9, "CVE": ["CVE-2021-44228"], "applicationType": 9}],
        "applicationTypes": [{"id": 9, "name": "Web Server Common"}],
        "policyRules": {"sets": [[9]], "holders": [[3, 0]]},
        "computerRules": {"sets": [[9]], "holders": have_rules},
    }))
    .unwrap();
    let store = Objects::default();
    let time = Arc::new(ManualTime::at(now));
    let publisher = Publisher::new(&store, vec!["production".to_owned()], time);
    let status = Status {
        checked_at: now,
        ..Status::default()
    };
    finish(publisher.publish(&Picture::from(inventory), status)).unwrap();
    store.0.lock().unwrap().1.clear();
    store
}

/// The keys that a reader of an account reads, for everything that it may be asked.
fn read(store: &Objects, account: &str) -> Vec<String> {
    let account: AccountId = account.parse().unwrap();
    let instances = [
        None,
        Some("i-00000000000000007"),
        Some("i-00000000000000bb9"),
    ];
    for instance in instances.map(|id| id.map(|id| id.parse().unwrap())) {
        for intrusion_prevention in [false, true] {
            let library = Library::new(store.clone(), account);
            let extract = Extract {
                instance,
                intrusion_prevention,
            };
            finish(library.extract(extract)).unwrap();
        }
    }
    std::mem::take(&mut store.0.lock().unwrap().1)
}

/// The function `rule` of an account, or another role there.
fn role(account: &str, name: &str, statements: &[Value]) -> Role {
    let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    Role {
        arn: format!("arn:aws:iam::{account}:role/{name}")
            .parse()
            .unwrap(),
        id: "AROARULE".into(),
        policies: vec![Policy {
            kind: PolicyKind::Inline,
            name: "rule".into(),
            document: Document::parse(&document).map(Arc::new),
        }],
        boundary: None,
        instance_profiles: Vec::new(),
    }
}

/// Whether the role may do that to an object of the hub, or to the bucket.
fn asked(
    role: Role,
    organization: &str,
    policy: &Value,
    operation: Operation,
    object: &str,
) -> Answer {
    let authorization = Authorization {
        account: role.arn.account(),
        organization: Some(organization.into()),
        roles: vec![role],
        gaps: Vec::new(),
    };
    let bucket = BucketFacts {
        name: BUCKET.into(),
        partition: "aws".into(),
        account: Some(HUB.parse().unwrap()),
        policy: BucketPolicy::Read(Document::parse(&policy.to_string()).unwrap()),
    };
    let reader = readers(&authorization, &bucket, Some(object)).remove(0);
    let answers = reader.operations.into_iter();
    let found = answers.into_iter().find(|(each, _)| *each == operation);
    found.map_or(Answer::Denied, |(_, answer)| answer)
}

fn foundation() -> Stack {
    Stack::new("foundation", HUB, &[("OrganizationId", ORGANIZATION)])
}

/// What the role of the function `rule` allows in an account.
fn rights(account: &str) -> Vec<Value> {
    let given = [("HubAccountId", HUB), ("HubRegion", REGION)];
    let stack = Stack::new("account", account, &given);
    let statements = of_roles(&stack).into_iter();
    let own = statements.filter(|statement| statement.is_of("RuleRole"));
    own.map(|statement| statement.value).collect()
}

const RULE: &str = "deepgrade-rule-ap-southeast-2";

#[test]
fn a_member_reads_all_that_its_function_asks_for_and_no_other_members_computers() {
    let store = published();
    let policy = foundation().resource("BucketPolicy")["PolicyDocument"].clone();
    let get = |account: &str, organization: &str, key: &str| {
        let key = format!("inventory/{key}");
        let role = role(account, RULE, &rights(account));
        asked(role, organization, &policy, Operation::GetObject, &key)
    };
    let (own, others) = (read(&store, MEMBER), read(&store, OTHER));
    assert!(
        own.iter()
            .any(|key| key.contains(&format!("accounts/{MEMBER}-000-rules"))),
        "{own:?}"
    );
    assert!(
        others.iter().any(|key| key.ends_with("/instances.bin")),
        "{others:?}"
    );
    for key in &own {
        assert_eq!(get(MEMBER, ORGANIZATION, key), Answer::Allowed, "{key}");
    }
    // The policy of the bucket holds a member that gives its function more, too.
    let all = [json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})];
    for key in others.iter().filter(|key| key.contains("/accounts/")) {
        assert_eq!(get(OTHER, ORGANIZATION, key), Answer::Allowed, "{key}");
        assert_eq!(get(MEMBER, ORGANIZATION, key), Answer::Denied, "{key}");
        let key = format!("inventory/{key}");
        let greedy = role(MEMBER, RULE, &all);
        let answer = asked(greedy, ORGANIZATION, &policy, Operation::GetObject, &key);
        assert_eq!(answer, Answer::Denied, "{key}");
    }
    // Nobody writes, and nobody reads the settings.
    let objects = store.0.lock().unwrap().0.clone();
    for key in objects.keys().map(|key| format!("inventory/{key}")) {
        for operation in [Operation::PutObject, Operation::DeleteObject] {
            let role = role(MEMBER, RULE, &rights(MEMBER));
            let answer = asked(role, ORGANIZATION, &policy, operation, &key);
            assert_eq!(answer, Answer::Denied, "{operation} {key}");
        }
    }
    assert_eq!(
        get(MEMBER, ORGANIZATION, "../settings/settings.yaml"),
        Answer::Denied
    );
    // Whoever is of another organization, or is not the function, reads nothing, whatever its own
    // account allows.
    assert_eq!(
        get(MEMBER, "o-othersothers", "pointer.json"),
        Answer::Denied
    );
    let pointer = "inventory/pointer.json";
    for (name, answer) in [(RULE, Answer::Allowed), ("admin", Answer::Denied)] {
        let role = role(MEMBER, name, &all);
        assert_eq!(
            asked(role, ORGANIZATION, &policy, Operation::GetObject, pointer),
            answer
        );
        let role = self::role(MEMBER, name, &all);
        let settings = "settings/settings.yaml";
        let answer = asked(role, ORGANIZATION, &policy, Operation::GetObject, settings);
        assert_eq!(answer, Answer::Denied, "{name}");
    }
}

#[test]
fn a_member_is_told_of_an_object_that_is_not_there() {
    let policy = foundation().resource("BucketPolicy")["PolicyDocument"].clone();
    let role = role(MEMBER, RULE, &rights(MEMBER));
    let answer = asked(role, ORGANIZATION, &policy, Operation::ListBucket, "x");
    assert_eq!(answer, Answer::Allowed);
}

/// The evaluator knows buckets: it is told of a row as of an object whose key is the partition key of
/// the row, which is what `dynamodb:LeadingKeys` holds (Amazon DynamoDB developer guide, "Using IAM
/// policy conditions for fine-grained access control").
fn as_bucket(statements: &[Value]) -> Vec<Value> {
    let tables = statements
        .iter()
        .filter(|statement| statement["Action"][0] == "dynamodb:Query");
    let tables = tables.map(|statement| {
        let mut statement = statement.clone();
        assert_eq!(statement["Action"], json!(["dynamodb:Query"]));
        let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/deepgrade-ledger";
        assert_eq!(statement["Resource"], json!([table]));
        let conditions = statement["Condition"].as_object_mut().unwrap();
        let keys = conditions.remove("ForAllValues:StringLike").unwrap();
        let keys = keys["dynamodb:LeadingKeys"].as_array().unwrap().iter();
        let keys: Vec<String> = keys
            .map(|key| format!("arn:aws:s3:::{BUCKET}/{}", text(key)))
            .collect();
        if statement["Condition"] == json!({}) {
            statement.as_object_mut().unwrap().remove("Condition");
        }
        statement["Action"] = json!("s3:GetObject");
        statement["Resource"] = json!(keys);
        statement
    });
    tables.collect()
}

#[test]
fn a_member_reads_its_rows_of_the_ledger_and_no_others() {
    let policy = foundation().resource("Ledger")["ResourcePolicy"]["PolicyDocument"].clone();
    let shared = as_bucket(policy["Statement"].as_array().unwrap());
    assert_eq!(shared.len(), policy["Statement"].as_array().unwrap().len());
    let policy = json!({"Version": "2012-10-17", "Statement": shared});
    let ask = |account: &str, organization: &str, name: &str, partition: &str| {
        let role = role(account, name, &as_bucket(&rights(account)));
        asked(role, organization, &policy, Operation::GetObject, partition)
    };
    let partition = |account: &str| Partition {
        account: account.parse().unwrap(),
        region: REGION.parse().unwrap(),
    };
    // What `read_ledger` asks for: the rows of the account in any Region, and the list of these.
    let rows = |account| {
        [
            Key::watermark(&partition(account), Source::Macie).partition,
            Key::region(&partition(account)).partition,
        ]
    };
    for row in rows(MEMBER) {
        assert_eq!(
            ask(MEMBER, ORGANIZATION, RULE, &row),
            Answer::Allowed,
            "{row}"
        );
        assert_eq!(
            ask(MEMBER, ORGANIZATION, "admin", &row),
            Answer::Denied,
            "{row}"
        );
        assert_eq!(
            ask(MEMBER, "o-othersothers", RULE, &row),
            Answer::Denied,
            "{row}"
        );
    }
    let [found, regions] = rows(OTHER);
    let control = [
        Key::acting().partition,
        Key::PARTITIONS.to_owned(),
        Key::manager("m"),
    ];
    for row in control.into_iter().chain([found, regions]) {
        assert_eq!(
            ask(MEMBER, ORGANIZATION, RULE, &row),
            Answer::Denied,
            "{row}"
        );
        // Nor where the member gives its function more.
        let all = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"});
        let greedy = role(MEMBER, RULE, &[all]);
        let answer = asked(greedy, ORGANIZATION, &policy, Operation::GetObject, &row);
        assert_eq!(answer, Answer::Denied, "{row}");
    }
    // In its own account the hub's function is not held by the policy of the table.
    let own = rights(HUB);
    assert_eq!(as_bucket(&own).len(), 1);
}

/// One account shares nothing.
#[test]
fn without_an_organization_nobody_else_is_let_in() {
    let stack = Stack::new("foundation", HUB, &[]);
    assert!(stack.resource("Ledger")["ResourcePolicy"].is_null());
    let policy = stack.resource("BucketPolicy")["PolicyDocument"].clone();
    let allowed = policy["Statement"].as_array().unwrap().iter();
    assert_eq!(
        allowed
            .filter(|statement| statement["Effect"] == "Allow")
            .count(),
        0
    );
}
