//! Deepgrade as it is deployed, from the templates to what AWS Config shows: nothing of it is mocked.
//! The templates are created in moto; the functions are the real binaries with the environments that
//! moto holds of them; Deep Security Manager, AWS Config and the Lambda Runtime API are the
//! simulators; and whoever looks at the result is not Deepgrade but boto3 and the vendor's SDK.
#![cfg(feature = "aws")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

#[path = "end_to_end/deployment.rs"]
mod deployment;
#[path = "end_to_end/estate.rs"]
mod estate;
#[path = "end_to_end/findings.rs"]
mod findings;
#[path = "end_to_end/member.rs"]
mod member;
#[path = "end_to_end/operator.rs"]
mod operator;
#[path = "end_to_end/rules.rs"]
mod rules_of_the_pack;
#[path = "end_to_end/web_acl.rs"]
mod web_acl;
#[path = "end_to_end/world.rs"]
mod world;

use serde_json::json;

use deployment::Deployment;
use member::Member;
use world::{HEARTBEAT, World};

#[test]
fn what_the_templates_deploy_grades_answers_and_shows() {
    let world = World::new();
    let deployment = Deployment::of_the_hub(&world);
    let estate = estate::Estate::build(&world);
    let pack = rules_of_the_pack::Pack::deploy(&world, &deployment);

    // The schedules run, and then AWS Config asks.
    deployment.renew(&world);
    deployment.run("backfill", &json!({}));
    pack.see_changes(&deployment, &estate);
    pack.run(&deployment, "undecided, at first");
    pack.shows(&estate, "shown, at first");

    // Somebody starts the remediations that the pack offers, and an instance goes.
    operator::remediate(&world, &deployment, &pack, &estate);
    estate.terminate(&world, "gone");
    world.manager.advance(2 * HEARTBEAT);
    deployment.renew(&world);
    pack.run(&deployment, "undecided, when remediations are done");
    pack.shows(&estate, "shown, when remediations are done");

    // Another account of the organization, whose computers are read with all others.
    let member = Member::join(&world);
    deployment.renew(&world);
    member.reads_its_own_computers(&deployment);

    // Something is found.
    findings::answered(&world, &deployment, &pack, &estate);
    web_acl::is_covered(&world, &deployment, &estate);
    member.reads_its_own_findings(&deployment);
    deployment.was_whole();
    world.agrees();
}
