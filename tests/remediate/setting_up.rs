//! Functions that are set up wrongly.

use serde_json::json;
use testbed::{moto, runtime::Outcome};

use super::{
    scene::{Scene, again, batch},
    stage::{refusal, summary},
};

#[test]
fn what_is_set_up_wrongly_is_named() {
    let scene = Scene::new();
    for (handler, name, value, said) in [
        ("rule", "DEEPGRADE_ACTING", "on", "`respond`, `follow-up`"),
        ("respond", "DEEPGRADE_ACTING", "yes", "DEEPGRADE_ACTING"),
        ("respond", "DEEPGRADE_LEDGER", "", "DEEPGRADE_LEDGER"),
        ("backfill", "DEEPGRADE_QUEUE", "", "DEEPGRADE_QUEUE"),
    ] {
        let bootstrap = scene.bootstrap(handler, "").environment(name, value);
        let function = scene.stage.launch_function(handler, bootstrap);
        assert_eq!(
            function.invoke(&json!({})),
            Outcome::Exited(Some(1)),
            "{said}"
        );
        let output = function.last_words();
        assert!(output.stdout.contains(said), "{said}: {output:?}");
    }
    let bootstrap = scene.bootstrap("respond", "  acting: true\n");
    let function = scene.stage.launch_function("respond", bootstrap);
    let (kind, message) = refusal(&function.invoke(&batch(&[])));
    assert_eq!(kind, "Deepgrade.Deployment");
    assert!(
        message.contains("acting") && message.contains("scanWindowHours"),
        "{message}"
    );
}

#[test]
fn a_finding_of_another_account_says_which_role_is_missing() {
    let scene = Scene::new();
    let mut threat = scene.threat("01afba5c", "i-0123456789abcdef0");
    threat["detail"]["accountId"] = "111122223333".into();
    assert_ne!(moto::ACCOUNT, "111122223333");
    let response = summary(&scene.start("respond").invoke(&batch(&[threat.to_string()])));
    assert_eq!(again(&response), [""; 0]);
    let partition = deepgrade::ledger::Partition::read("111122223333#us-east-1").unwrap();
    let table = scene.table();
    let read = deepgrade::ledger::read_records(&table, &partition);
    let (records, _) = scene.stage.block_on(read).unwrap();
    let note = records[0].note.as_deref().unwrap();
    assert!(note.contains("DEEPGRADE_MEMBER_ROLE is not set"), "{note}");
}
