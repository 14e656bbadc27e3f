//! The connectors through which the Manager knows AWS accounts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::clock::MINUTE;

use super::catalogue::Objects;
use super::computer::{Computer, Summary};
use super::place::ACCOUNTS;

/// One for each account but the last, with what its last synchronization found.
pub(crate) fn seeded(now: i64, computers: &BTreeMap<i32, Computer>) -> Objects {
    let synced = |account: &str, region: &str| {
        let mut found = (0, 0);
        for computer in computers.values() {
            match &computer.summary {
                Summary::Ec2(ec2) if ec2.account == account && ec2.zone.starts_with(region) => {
                    found.0 += 1;
                }
                Summary::Workspace {
                    account: own,
                    region: at,
                    ..
                } if own == account && at == region => {
                    found.1 += 1;
                }
                _ => {}
            }
        }
        json!({"region": region, "computersSynced": found.0, "workspacesSynced": found.1})
    };

    (1..)
        .zip(ACCOUNTS.iter().take(2))
        .map(|(id, (account, regions))| {
            let synced: Vec<Value> = regions
                .iter()
                .map(|region| synced(account, region))
                .collect();
            let object = json!({
                "ID": id,
                "displayName": format!("Account {account}"),
                "accountId": account,
                "accountAlias": format!("example-{id}"),
                "useInstanceRole": false,
                "crossAccountRoleArn": format!("arn:aws:iam::{account}:role/DeepSecurity"),
                "lastSyncTime": now - 10 * MINUTE,
                "syncedRegions": synced,
                "workspacesEnabled": true,
            });
            (id, object)
        })
        .collect()
}
