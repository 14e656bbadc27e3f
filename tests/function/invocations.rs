use super::stage::Stage;

#[test]
fn smoke() {
    let stage = Stage::new();
    let ids = stage.launch(2);
    let rule = stage.rule("instance-has-policy");
    let event = stage.config.tick(&rule);
    let outcome = stage.invoke(event.json());
    println!(
        "{ids:?} {outcome:?}\n{:?}\n{:?}",
        stage.output(),
        stage.config.calls()
    );
    panic!();
}
