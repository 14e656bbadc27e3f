//! The rules and application types of a seeded estate. They are few, so they are kept as the
//! JSON that the Manager answers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::clock::DAY;

use super::random::Random;

/// Objects by number.
pub(crate) type Objects = BTreeMap<i32, Value>;

/// The first number of every family of rules.
pub(crate) const FIRST: i32 = 1001;
const INTRUSION_PREVENTION_RULES: i32 = 200;
const INTEGRITY_RULES: i32 = 40;
const LOG_RULES: i32 = 16;

/// Name, direction, protocol, ports.
const APPLICATION_TYPES: [(&str, &str, &str, &[&str]); 14] = [
    (
        "Web Server Common",
        "incoming",
        "tcp",
        &["80", "443", "8080", "8443"],
    ),
    (
        "Web Application Common",
        "incoming",
        "tcp",
        &["80", "443", "8080"],
    ),
    (
        "Web Application PHP Based",
        "incoming",
        "tcp",
        &["80", "443"],
    ),
    (
        "Web Server Apache Tomcat",
        "incoming",
        "tcp",
        &["8080", "8009"],
    ),
    ("Web Server IIS", "incoming", "tcp", &["80", "443"]),
    (
        "Windows Services RPC Server",
        "incoming",
        "tcp",
        &["135", "445"],
    ),
    ("Windows SMB Server", "incoming", "tcp", &["139", "445"]),
    (
        "Remote Desktop Protocol Server",
        "incoming",
        "tcp",
        &["3389"],
    ),
    ("Database MySQL", "incoming", "tcp", &["3306"]),
    ("Database Microsoft SQL", "incoming", "tcp", &["1433"]),
    ("SSH Server", "incoming", "tcp", &["22"]),
    ("DNS Server", "incoming", "udp", &["53"]),
    ("Web Client Common", "outgoing", "tcp", &["80", "443"]),
    ("Suspicious Client Activity", "outgoing", "tcp-udp", &[]),
];

/// What the well-known rules are about: subject, application type (from 1), score, CVEs.
/// CVE-2021-44228 comes with and without a neighbour, and CVE-2021-4422 is the start of it: so a
/// search by a bare or by a wildcarded CVE each goes wrong in its own way.
const KNOWN: [(&str, i32, &str, &[&str]); 8] = [
    (
        "Remote code execution through logged lookups",
        2,
        "10.00",
        &["CVE-2021-44228"],
    ),
    (
        "Logged lookups, follow-up",
        2,
        "9.00",
        &["CVE-2021-44228", "CVE-2021-45046"],
    ),
    (
        "Crafted request to a media player",
        13,
        "6.50",
        &["CVE-2021-4422"],
    ),
    ("Crafted multipart header", 4, "10.00", &["CVE-2017-5638"]),
    ("Bean property injection", 4, "9.80", &["CVE-2022-22965"]),
    (
        "SMB transaction overflow",
        7,
        "9.30",
        &["CVE-2017-0144", "CVE-2017-0143", "CVE-2017-0145"],
    ),
    (
        "Remote desktop channel reuse",
        8,
        "10.00",
        &["CVE-2019-0708"],
    ),
    (
        "Environment function import",
        3,
        "10.00",
        &["CVE-2014-6271", "CVE-2014-7169"],
    ),
];

fn by_id(objects: impl Iterator<Item = (i32, Value)>) -> Objects {
    objects.collect()
}

pub(crate) fn application_types() -> Objects {
    by_id(
        (1..)
            .zip(APPLICATION_TYPES)
            .map(|(id, (name, direction, protocol, ports))| {
                let mut object = json!({
                    "ID": id, "name": name, "description": "", "minimumAgentVersion": "4.0.0.0",
                    "direction": direction, "protocol": protocol, "recommendationsMode": "enabled",
                    "portType": if ports.is_empty() { "any" } else { "multiple" },
                });
                if !ports.is_empty() {
                    set(&mut object, "portMultiple", json!(ports));
                }
                (id, object)
            }),
    )
}

pub(crate) fn intrusion_prevention_rules(seed: u64, now: i64) -> Objects {
    by_id((FIRST..FIRST + INTRUSION_PREVENTION_RULES).map(|id| {
        let place = usize::try_from(id - FIRST).unwrap_or(0);
        let mut random = Random::of(seed, 3, u64::from(id.unsigned_abs()));
        let (subject, application_type, score, cves) = match KNOWN.get(place) {
            Some((subject, application_type, score, cves)) => {
                let cves: Vec<String> = cves.iter().map(|cve| (*cve).to_owned()).collect();
                (
                    (*subject).to_owned(),
                    *application_type,
                    (*score).to_owned(),
                    cves,
                )
            }
            None => made_up(&mut random, id),
        };
        (
            id,
            rule(
                id,
                &subject,
                application_type,
                (score, cves),
                &mut random,
                now,
            ),
        )
    }))
}

fn made_up(random: &mut Random, id: i32) -> (String, i32, String, Vec<String>) {
    let subject = random.pick(&[
        "Buffer overflow in a request parser",
        "Directory traversal",
        "Command injection through a form field",
        "Use of freed memory",
        "Unsafe deserialization",
    ]);
    let application_type = i32::try_from(random.below(14)).unwrap_or(0) + 1;
    let score = format!("{}.{}0", 4 + random.below(6), random.below(10));
    let count = random.below(4);
    let cves = (0..count)
        .map(|_| {
            format!(
                "CVE-{}-{}",
                2012 + random.below(13),
                1000 + random.below(40_000)
            )
        })
        .collect();
    (format!("{subject} ({id})"), application_type, score, cves)
}

fn rule(
    id: i32,
    subject: &str,
    application_type: i32,
    (score, cves): (String, Vec<String>),
    random: &mut Random,
    now: i64,
) -> Value {
    let issued = now - random.between(100 * DAY, 3000 * DAY);
    let severity = if score.starts_with("10") || score.starts_with('9') {
        "critical"
    } else {
        "high"
    };
    let mut object = json!({
        "ID": id,
        "identifier": (1_005_000 + id).to_string(),
        "name": if cves.is_empty() { subject.to_owned() } else { format!("{subject} ({})", cves.join(", ")) },
        "description": "",
        "minimumAgentVersion": random.pick(&["4.0.0.0", "7.0.0.1042", "12.0.0.0", "20.0.1.0"]),
        "applicationTypeID": application_type,
        "priority": "normal",
        "severity": severity,
        "type": if cves.is_empty() { "smart" } else { "exploit" },
        "detectOnly": id % 17 == 0,
        "eventLoggingDisabled": false,
        "generateEventOnPacketDrop": true,
        "alwaysIncludePacketData": false,
        "debugModeEnabled": false,
        "alertEnabled": false,
        "originalIssue": issued,
        "lastUpdated": issued + 30 * DAY,
        "recommendationsMode": if id % 13 == 0 { "unknown" } else { "enabled" },
        "canBeAssignedAlone": id % 19 != 0,
        "CVSSScore": score,
    });
    if !cves.is_empty() {
        set(&mut object, "CVE", json!(cves));
    }
    if id % 19 == 0 {
        set(&mut object, "dependsOnRuleIDs", json!([id - 1]));
    }
    object
}

pub(crate) fn integrity_monitoring_rules(now: i64) -> Objects {
    by_id((FIRST..FIRST + INTEGRITY_RULES).map(|id| {
        let object = json!({
            "ID": id,
            "identifier": (1_002_000 + id).to_string(),
            "name": format!("{}: system files changed", id - FIRST + 1),
            "description": "",
            "minimumAgentVersion": "7.0.0.0",
            "minimumManagerVersion": "7.0.0.0",
            "severity": if id % 3 == 0 { "high" } else { "medium" },
            "type": "2",
            "originalIssue": now - 900 * DAY,
            "lastUpdated": now - 90 * DAY,
            "template": "file",
            "fileBaseDirectory": "/etc",
            "fileIncludeSubDirectories": true,
            "alertEnabled": false,
            "realTimeMonitoringEnabled": true,
            "recommendationsMode": "enabled",
        });
        (id, object)
    }))
}

pub(crate) fn log_inspection_rules(now: i64) -> Objects {
    by_id((FIRST..FIRST + LOG_RULES).map(|id| {
        let mut object = json!({
            "ID": id,
            "identifier": (1_003_000 + id).to_string(),
            "name": format!("{}: failed sign-ins", id - FIRST + 1),
            "description": "",
            "minimumAgentVersion": "7.0.0.0",
            "minimumManagerVersion": "7.0.0.0",
            "type": "Defined",
            "originalIssue": now - 800 * DAY,
            "lastUpdated": now - 80 * DAY,
            "alertEnabled": false,
            "alertMinimumSeverity": 4,
            "recommendationsMode": "enabled",
            "sortOrder": 40_000,
            "canBeAssignedAlone": id % 5 != 0,
        });
        if id % 5 == 0 {
            set(&mut object, "dependsOnRuleIDs", json!([id - 1]));
        }
        (id, object)
    }))
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(map) = object.as_object_mut() {
        map.insert(key.to_owned(), value);
    }
}
