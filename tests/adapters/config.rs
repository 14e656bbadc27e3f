use deepgrade::{
    aws::{evaluations, results},
    ports::{Error, Passing},
    posting::{INSTANCE, Posting, Present, Resource, ResultToken},
};
use rules::{
    Verdict,
    reason::{Code, Reason},
    verdict::Compliance,
};
use testbed::{
    Fault as HttpFault, FaultBody, Injection,
    config::{Config, Fault, Refusal, Registered, Rule},
};

use super::world::{block_on, clients};

const NOW: i64 = 1_795_168_860_000;

static CODE: Code = Code {
    id: "DS-TST-001",
    meaning: "for a test",
    remedy: None,
};

fn posting(number: usize, text: &str) -> Posting {
    let id = format!("i-{number:017x}");
    let verdict = Verdict::non_compliant(Reason::new(&CODE, text.to_owned()));
    let at = "2026-11-20T10:01:00.677Z".parse().unwrap();
    Posting::new(Resource::new(INSTANCE, &id), &verdict, at)
}

fn rule(config: &Config) -> (Registered, ResultToken) {
    let rule = config
        .put_rule(Rule::new("ds-test").on_change().hourly())
        .unwrap();
    let event = config.tick(&rule);
    let token = event.json()["resultToken"].as_str().unwrap().to_owned();
    (rule, ResultToken::new(token))
}

#[test]
fn what_is_put_is_what_config_shows() {
    let config = Config::start(NOW).unwrap();
    let (rule, token) = rule(&config);
    let clients = clients(&config.url());
    let batch: Vec<_> = (0..100)
        .map(|number| posting(number, "ünprotected 🦀"))
        .collect();
    for part in [&batch[..], &[posting(100, "the last")]] {
        let failed = block_on(evaluations::put(clients.config(), part, &token)).unwrap();
        assert_eq!(failed, []);
    }
    let first = block_on(results::of_rule(clients.config(), rule.name(), None)).unwrap();
    assert_eq!(first.items.len(), 100);
    let last = results::of_rule(clients.config(), rule.name(), first.next.as_deref());
    let last = block_on(last).unwrap();
    assert_eq!((last.items.len(), last.next), (1, None));
    let expected = Present {
        resource: batch[7].resource().clone(),
        compliance: Compliance::NonCompliant,
        annotation: Some("DS-TST-001 ünprotected 🦀".to_owned()),
        at: batch[7].at(),
    };
    assert!(first.items.contains(&expected), "{:?}", first.items[0]);

    let of = |id: &str| {
        let resource = Resource::new(INSTANCE, id);
        block_on(results::of_resource(
            clients.config(),
            rule.name(),
            &resource,
        ))
        .unwrap()
    };
    assert_eq!(of("i-00000000000000007"), Some(expected));
    assert_eq!(of("i-0123456789abcdef0"), None);
}

#[test]
fn one_resource_has_results_of_other_rules_on_other_pages() {
    let config = Config::start(NOW).unwrap();
    config.options(|options| options.results_by_resource = 1);
    let clients = clients(&config.url());
    let mut mine = None;
    for name in ["ds-a", "ds-b", "ds-c"] {
        let rule = config.put_rule(Rule::new(name).hourly()).unwrap();
        let token = config.tick(&rule).json()["resultToken"]
            .as_str()
            .unwrap()
            .to_owned();
        let batch = [posting(1, name)];
        let token = ResultToken::new(token);
        block_on(evaluations::put(clients.config(), &batch, &token)).unwrap();
        mine = Some(batch[0].resource().clone());
    }
    let mine = mine.unwrap();
    let shown = results::of_resource(clients.config(), "ds-c", &mine);
    let shown = block_on(shown).unwrap().unwrap();
    assert_eq!(shown.annotation.as_deref(), Some("DS-TST-001 ds-c"));
    let pages = config
        .calls()
        .iter()
        .filter(|call| call.operation.ends_with("ByResource"))
        .count();
    assert_eq!(pages, 3);
}

#[test]
fn what_config_does_not_take_comes_back() {
    let config = Config::start(NOW).unwrap();
    let (_, token) = rule(&config);
    let failing = posting(2, "x").resource().clone();
    config.inject(Injection::on(
        "PutEvaluations",
        Fault::FailedEvaluations(vec![failing.id().to_owned()]),
    ));
    let clients = clients(&config.url());
    let batch = [posting(1, "x"), posting(2, "x")];
    let failed = block_on(evaluations::put(clients.config(), &batch, &token)).unwrap();
    assert_eq!(failed, [failing]);
}

/// What the port says of each way in which Config may fail, and that one call is one attempt.
#[test]
fn every_refusal_says_whether_to_try_again() {
    let denied = Refusal::new("AccessDeniedException", "User: x is not authorized");
    let http = |fault| Fault::Http(fault);
    let cases: [(Fault, &str); 6] = [
        (Fault::Throttled, "throttled"),
        (Fault::InvalidToken, "rule gone"),
        (Fault::Refused(denied), "deployment"),
        (http(HttpFault::Reset), "unavailable"),
        (http(HttpFault::Status(503, FaultBody::Html)), "unavailable"),
        (http(HttpFault::MalformedJson), "unavailable"),
    ];
    for (fault, expected) in cases {
        let config = Config::start(NOW).unwrap();
        let (_, token) = rule(&config);
        config.inject(Injection::on("PutEvaluations", fault.clone()));
        let clients = clients(&config.url());
        let put = block_on(evaluations::put(
            clients.config(),
            &[posting(1, "x")],
            &token,
        ));
        let error = put.unwrap_err();
        let kind = match &error {
            Error::Retryable(Passing::Throttled, _) => "throttled",
            Error::Retryable(Passing::Unavailable | Passing::Unheard, _) => "unavailable",
            error if error.is_rule_gone() => "rule gone",
            Error::Permanent(..) => "deployment",
        };
        assert_eq!(kind, expected, "{fault:?}: {error}");
        let line = error.to_string();
        assert!(
            line.contains("config:PutEvaluations") && line.lines().count() == 1,
            "{line}"
        );
        assert!(!line.contains("Error"), "{line}");
        let puts = config
            .calls()
            .iter()
            .filter(|call| call.operation == "PutEvaluations")
            .count();
        assert_eq!(puts, 1, "{fault:?}");
    }
}

#[test]
fn nobody_there_is_an_outage() {
    let config = Config::start(NOW).unwrap();
    let (_, token) = rule(&config);
    config.refuse_connections();
    let clients = clients(&config.url());
    let put = block_on(evaluations::put(
        clients.config(),
        &[posting(1, "x")],
        &token,
    ));
    let error = put.unwrap_err();
    assert!(error.is_retryable() && !error.is_throttling(), "{error}");
}
