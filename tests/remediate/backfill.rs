//! The function `backfill`, and `respond` after it.

use deepgrade::ledger::Key;
use remediations::record::State;
use rules::ledger::{Source, Watermark};
use serde_json::json;
use testbed::{edges::Refusal, moto};

use super::{
    scene::{Scene, again, batch, partition},
    stage::{refusal, summary},
};

fn watermark(scene: &Scene, source: Source) -> Option<Watermark> {
    let row = scene.row(&Key::watermark(&partition(), source));
    row.map(|row| row.read().unwrap())
}

#[test]
fn findings_that_never_arrived_are_sent_and_a_listing_is_written_down() {
    let scene = Scene::new();
    scene.switch_sources();
    let id = scene.stage.id(0);
    for number in 0..12 {
        let finding = scene.threat(&format!("a{number:02}"), &id)["detail"].take();
        scene.edges.add_guardduty_finding(finding);
    }
    let function = scene.start("backfill");

    // While not all is sent, nothing says that all was listed.
    scene
        .edges
        .refuse("sqs:SendMessageBatch", Refusal::denied());
    let (_, message) = refusal(&function.invoke(&json!({})));
    assert!(
        message.contains("GuardDuty") && message.contains("sqs:SendMessageBatch"),
        "{message}"
    );
    assert_eq!(watermark(&scene, Source::GuardDuty), None);
    assert!(!watermark(&scene, Source::Macie).unwrap().enabled);
    scene.edges.heal();

    let answer = summary(&function.invoke(&json!({})));
    let listed = &answer["regions"]["us-east-1"]["guardduty"];
    assert_eq!(
        (&listed["findings"], &listed["sent"]),
        (&json!(12), &json!(12))
    );
    assert!(watermark(&scene, Source::GuardDuty).unwrap().enabled);
    assert!(scene.row(&Key::partition(&partition())).is_some());
    // Until they are answered, they are open: the source is listed, and nothing is COMPLIANT by that.
    let waiting = scene.records();
    assert_eq!(waiting.len(), 12);
    assert!(
        waiting
            .iter()
            .all(|record| record.state == State::Unplanned && record.state.is_open())
    );

    // What was sent is answered like what comes by itself, and is not sent again.
    let sent = scene.take(&scene.queue);
    let bodies: Vec<String> = sent
        .iter()
        .map(|message| message.body().unwrap().to_owned())
        .collect();
    assert_eq!(bodies.len(), 12);
    let respond = scene.start("respond");
    assert_eq!(again(&summary(&respond.invoke(&batch(&bodies)))), [""; 0]);
    let records = scene.records();
    assert_eq!(records.len(), 12);
    let event = scene.threat("a00", &id).to_string();
    summary(&respond.invoke(&batch(&[event])));
    assert_eq!(
        scene.records(),
        records,
        "the event means the same as the listing"
    );
    let answer = summary(&function.invoke(&json!({})));
    assert_eq!(
        answer["regions"]["us-east-1"]["guardduty"]["sent"], 0,
        "{answer}"
    );
    assert_eq!(scene.take(&scene.quarantine).len(), 0);

    // One that nobody understands is put aside, and seen.
    let mut odd = scene.threat("odd", "i-nonsense")["detail"].take();
    odd["accountId"] = moto::ACCOUNT.into();
    scene.edges.add_guardduty_finding(odd);
    let listed = watermark(&scene, Source::GuardDuty);
    let (_, message) = refusal(&function.invoke(&json!({})));
    assert!(message.contains("not all are understood"), "{message}");
    assert_eq!(
        watermark(&scene, Source::GuardDuty),
        listed,
        "it may be about any instance"
    );
    let aside = scene.take(&scene.quarantine);
    assert_eq!(aside.len(), 1);
    assert!(aside[0].body().unwrap().contains("odd"), "{aside:?}");
    // No key of a Manager is read for any of it.
    let built = function.clients();
    assert!(!built.contains("secretsmanager"), "{built:?}");
}
