//! Which machine stands where: what AWS and Deep Security both say about it.

use super::computer::Ec2Summary;
use super::policy::ids;
use super::random::Random;

/// The AWS accounts of a seeded estate, each with its regions. The last has no connector.
pub const ACCOUNTS: [(&str, [&str; 2]); 3] = [
    ("111122223333", ["us-east-1", "eu-west-1"]),
    ("444455556666", ["eu-central-1", "ap-northeast-1"]),
    ("777788889999", ["us-west-2", "ap-southeast-2"]),
];

const PURPOSE: u64 = 1;

/// What a machine is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) word: &'static str,
    pub(crate) policy: i32,
    pub(crate) windows: bool,
    pub(crate) platform: &'static str,
    pub(crate) instance_type: &'static str,
}

const ROLES: [Role; 5] = [
    Role {
        word: "iis",
        policy: ids::WINDOWS_WEB,
        windows: true,
        platform: "Microsoft Windows Server 2019 (64 bit)  Build 17763",
        instance_type: "m5.large",
    },
    Role {
        word: "sql",
        policy: ids::WINDOWS_DATABASE,
        windows: true,
        platform: "Microsoft Windows Server 2022 (64 bit)  Build 20348",
        instance_type: "r5.xlarge",
    },
    Role {
        word: "web",
        policy: ids::LINUX_WEB,
        windows: false,
        platform: "Amazon Linux 2 (64 bit) (4.14.336-257.562.amzn2.x86_64)",
        instance_type: "t3.medium",
    },
    Role {
        word: "db",
        policy: ids::LINUX_DATABASE,
        windows: false,
        platform: "Red Hat Enterprise 8 (64 bit) (4.18.0-513.el8.x86_64)",
        instance_type: "r6i.large",
    },
    Role {
        word: "bastion",
        policy: ids::LINUX_BASTION,
        windows: false,
        platform: "Ubuntu Linux 22 (64 bit) (5.15.0-1051-aws)",
        instance_type: "t3.micro",
    },
];

/// One machine.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) account: &'static str,
    pub(crate) region: &'static str,
    pub(crate) zone: String,
    pub(crate) instance: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) private_ip: String,
    pub(crate) public_ip: String,
    pub(crate) image: String,
    pub(crate) environment: &'static str,
    pub(crate) team: &'static str,
}

impl Place {
    /// The machine at `index`; `connected` = in an account that has a connector.
    pub(crate) fn of(seed: u64, index: u64, connected: bool) -> Self {
        let mut random = Random::of(seed, PURPOSE, index);
        let accounts = if connected {
            ACCOUNTS.get(..2)
        } else {
            ACCOUNTS.get(2..)
        };
        let (account, regions) = random.pick(accounts.unwrap_or_default());
        let region = random.pick(&regions);
        let instance = format!("i-0{}", random.hex(16));
        let number = random.below(ROLES.len() as u64);
        let role = ROLES
            .into_iter()
            .cycle()
            .nth(usize::try_from(number).unwrap_or(0));
        let role = role.unwrap_or(ROLES[0]);
        let octets = [random.below(250), random.below(250)];
        let [third, fourth] = octets.map(|octet| octet + 2);
        let public = matches!(role.word, "iis" | "web" | "bastion");
        Self {
            account,
            region,
            zone: format!("{region}{}", random.pick(&["a", "b", "c"])),
            instance,
            name: format!("{}-{index:06}", role.word),
            role,
            private_ip: format!("10.{}.{third}.{fourth}", index % 200),
            public_ip: if public {
                format!("198.51.{}.{}", index % 250, fourth)
            } else {
                String::new()
            },
            image: format!("ami-0{}", random.hex(16)),
            environment: random.pick(&["production", "staging", "development"]),
            team: random.pick(&["payments", "search", "data", "platform"]),
        }
    }

    /// What a connector tells about it.
    pub(crate) fn ec2_summary(&self) -> Ec2Summary {
        Ec2Summary {
            account: self.account.to_owned(),
            instance: self.instance.clone(),
            zone: self.zone.clone(),
            private_ip: self.private_ip.clone(),
            public_ip: self.public_ip.clone(),
            instance_type: self.role.instance_type.to_owned(),
            image: self.image.clone(),
            state: "POWER ON".to_owned(),
            security_groups: self.security_groups(),
            tags: self.tags(),
        }
    }

    /// The security groups: name and id, one set for each role and account.
    pub(crate) fn security_groups(&self) -> Vec<(String, String)> {
        [self.role.word, "default"]
            .into_iter()
            .map(|name| {
                let item = u64::from(name.len() as u32) + self.account.len() as u64;
                let mut random =
                    Random::of(item, PURPOSE, u64::from(self.role.policy.unsigned_abs()));
                (name.to_owned(), format!("sg-0{}", random.hex(16)))
            })
            .collect()
    }

    /// Tags, as the connector and EC2 both tell them.
    pub(crate) fn tags(&self) -> Vec<(String, String)> {
        [
            ("Name", self.name.as_str()),
            ("environment", self.environment),
            ("team", self.team),
            (
                "backup",
                if self.role.word.ends_with('b') {
                    "daily"
                } else {
                    "weekly"
                },
            ),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
    }
}
