//! From roles to the instances that have them.

use remediations::access::{Answer, InstanceOfProfile, Operation, Reader, profiles, reached};

fn reader(name: &str, answer: Answer, profiles: &[&str]) -> Reader {
    Reader {
        role: format!("arn:aws:iam::111122223333:role/{name}")
            .parse()
            .unwrap(),
        instance_profiles: profiles.iter().map(|each| Box::from(*each)).collect(),
        answer,
        operations: match answer {
            Answer::Denied => Vec::new(),
            _ => vec![
                (Operation::GetObject, answer),
                (Operation::ListBucket, answer),
            ],
        },
        trail: vec![format!("{name} has a policy").into()],
    }
}

fn instance(number: u64, region: &str, profile: &str) -> InstanceOfProfile {
    InstanceOfProfile {
        region: region.parse().unwrap(),
        instance: format!("i-{number:017x}").parse().unwrap(),
        profile: profile.into(),
    }
}

#[test]
fn instances_are_reached_by_what_their_role_may() {
    let readers = [
        reader("may", Answer::Possible, &["m1", "m2"]),
        reader("not", Answer::Denied, &["n"]),
        reader("can", Answer::Allowed, &["c"]),
    ];
    assert_eq!(
        profiles(&readers),
        ["c".into(), "m1".into(), "m2".into()] as [Box<str>; 3]
    );
    let instances = [
        instance(5, "us-east-1", "m2"),
        instance(4, "eu-west-1", "m1"),
        instance(4, "eu-west-1", "m1"),
        instance(3, "eu-west-1", "n"),
        instance(2, "us-east-1", "c"),
        instance(1, "us-east-1", "somebody else's"),
    ];
    let (found, unseen) = reached(&readers, &instances, 10);
    let lines: Vec<String> = found
        .iter()
        .map(|each| {
            let trail = each.trail.join("; ");
            format!("{} {} {} {trail}", each.instance, each.region, each.answer)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "i-00000000000000002 us-east-1 allowed by its role arn:aws:iam::111122223333:role/can, \
             allowed: s3:GetObject, s3:ListBucket; can has a policy",
            "i-00000000000000004 eu-west-1 possible by its role \
             arn:aws:iam::111122223333:role/may, possible: s3:GetObject, s3:ListBucket; \
             may has a policy",
            "i-00000000000000005 us-east-1 possible by its role \
             arn:aws:iam::111122223333:role/may, possible: s3:GetObject, s3:ListBucket; \
             may has a policy",
        ]
    );
    assert_eq!(unseen, []);
}

#[test]
fn a_role_with_too_many_instances_says_so() {
    let readers = [
        reader("many", Answer::Allowed, &["p"]),
        reader("few", Answer::Allowed, &["q"]),
    ];
    let many = (0..30).map(|number| instance(number, "us-east-1", "p"));
    let instances: Vec<_> = many.chain([instance(99, "us-east-1", "q")]).collect();
    let (found, unseen) = reached(&readers, &instances, 20);
    assert_eq!(found.len(), 21);
    let line = "the role arn:aws:iam::111122223333:role/many has 30 instances, of which 20 are \
                looked at";
    assert_eq!(unseen.len(), 1);
    assert_eq!((&*unseen[0].line, unseen[0].retryable), (line, false));
    assert_eq!(&*found[0].trail[1], line);
}
