//! The pages about rules and remediations: all of them come from the catalogues and are never
//! retyped.

use std::fmt::Write as _;

use remediations::{Remediation, matrix, remediation::Answers};
use rules::{
    CATALOGUE, Rule, framework::Frameworks, gap, grader, parameter::Parameter, reason::Code,
    rule::Subject,
};

/// The table of rules in the README.
#[must_use]
pub fn rule_table() -> String {
    let mut table = String::from(
        "| Rule | Requires | Severity | Trigger | Not applicable |\n|---|---|---|---|---|\n",
    );
    for rule in CATALOGUE {
        let Rule {
            id,
            summary,
            severity,
            subject,
            ..
        } = rule;
        let page = format!("docs/rules/{id}.md");
        // Writing to a string does not fail.
        let _ = writeln!(
            table,
            "| [`{id}`]({page}) | {summary} | {severity} | {} | {} |",
            rule.trigger_words(),
            subject.excluded()
        );
    }
    table
}

/// The table of parameters in the README: those of every rule, then the common ones.
#[must_use]
pub fn parameter_table() -> String {
    let mut table =
        String::from("| Rule | Parameter | Sets | Values | Default |\n|---|---|---|---|---|\n");
    let own = CATALOGUE.iter().flat_map(|rule| {
        rule.parameters
            .iter()
            .map(|parameter| (format!("`{}`", rule.id), parameter))
    });
    let common = rules::parameter::COMMON.iter().map(|parameter| {
        let of_every = rules::parameter::OF_EVERY_INSTANCE;
        let rules = if of_every.iter().any(|other| other.name == parameter.name) {
            "every rule about instances"
        } else {
            "every rule that needs a computer"
        };
        (rules.to_owned(), parameter)
    });
    for (rule, parameter) in own.chain(common) {
        let _ = writeln!(table, "| {rule} {}", parameter_cells(parameter));
    }
    table
}

fn parameter_cells(parameter: &Parameter) -> String {
    let Parameter {
        name,
        summary,
        kind,
        default,
    } = parameter;
    let default = if default.is_empty() {
        "none".to_owned()
    } else {
        format!("`{default}`")
    };
    format!("| `{name}` | {summary} | {kind} | {default} |")
}

/// The page of one rule: its manual, its parameters and its codes.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let Rule {
        id,
        severity,
        subject,
        ..
    } = rule;
    let manual = rule.manual().replace("\n# ", "\n## ");
    let manual = manual.strip_prefix("# ").unwrap_or(&manual);
    let mut page = format!(
        "# {id}\n\nRequires {}.\n\nSeverity {severity}; trigger: {}; not applicable: {}. Config \
         rule: `ds-{id}`.\n\n## {manual}\n\n## Parameters\n",
        rule.summary,
        rule.trigger_words(),
        subject.excluded()
    );
    page.push_str("| Parameter | Sets | Values | Default |\n|---|---|---|---|\n");
    for parameter in rule.parameters() {
        let _ = writeln!(page, "{}", parameter_cells(parameter));
    }
    let _ = write!(
        page,
        "\n## Frameworks\nWhat the rule bears on is {}; the numbers are those that the frameworks \
         give.\n\n| Framework | Requirements |\n|---|---|\n",
        Frameworks::CAVEAT
    );
    for (framework, numbers) in rule.frameworks.each() {
        let _ = writeln!(page, "| {framework} | {} |", numbers.join(", "));
    }
    page.push_str(&code_table("Codes of this rule", rule.codes));
    if let Subject::Instance(_) = subject {
        page.push_str(&code_table("Codes of every rule", grader::CODES));
    }
    page.push_str(&code_table("Codes of gaps", gap::CODES));
    page
}

/// The page about codes: what each means, and what to do about it.
#[must_use]
pub fn troubleshooting() -> String {
    let mut page = String::from(
        "# Troubleshooting by code\n\n\
         Every verdict begins with a code, in AWS Config, in reports and in the log. A code is never \
         renumbered and never reused. What a verdict rests on, fact by fact, is what `deepgrade \
         explain INSTANCE` tells.\n",
    );
    for rule in CATALOGUE {
        page.push_str(&code_table(&format!("`{}`", rule.id), rule.codes));
    }
    page.push_str(&code_table("Every rule about instances", grader::CODES));
    page.push_str(&code_table("Gaps: what could not be told", gap::CODES));
    page
}

fn code_table(title: &str, codes: &[&Code]) -> String {
    let mut table = format!("\n## {title}\n| Code | Meaning | What to do |\n|---|---|---|\n");
    for code in codes {
        let remedy = code.remedy.unwrap_or("–");
        let _ = writeln!(table, "| `{}` | {} | {remedy} |", code.id, code.meaning);
    }
    table
}

/// The table of remediations in the README.
#[must_use]
pub fn remediation_table() -> String {
    let mut table = String::from("| Remediation | Does | Answers |\n|---|---|---|\n");
    for remediation in remediations::CATALOGUE {
        let Remediation { id, summary, .. } = remediation;
        let page = format!("docs/remediations/{id}.md");
        let _ = writeln!(
            table,
            "| [`{id}`]({page}) | {summary} | {} |",
            answered(remediation)
        );
    }
    table
}

/// The table of what findings of GuardDuty are answered with where nobody says otherwise.
#[must_use]
pub fn matrix_table() -> String {
    let listed = |words: Vec<String>| match words.as_slice() {
        [] => "none".to_owned(),
        words => words.join(", "),
    };
    let mut table = String::from(
        "| Pattern | Scans beside the floor | Modules | Compromise |\n|---|---|---|---|\n",
    );
    for row in matrix::built_in() {
        let scans = row.scans.iter().map(|scan| format!("`{}`", scan.word()));
        let modules = row.modules.iter();
        let modules = modules.map(|module| format!("`{}`", module.word()));
        let _ = writeln!(
            table,
            "| `{}` | {} | {} | {} |",
            row.pattern.as_deref().unwrap_or_default(),
            listed(scans.collect()),
            listed(modules.collect()),
            if row.compromise { "yes" } else { "no" },
        );
    }
    table
}

/// What a remediation answers, in a few words.
fn answered(remediation: &Remediation) -> String {
    match remediation.answers {
        Answers::Findings(source, _) => format!("findings of {source}"),
        Answers::Requests(..) => "an operator, or a remediation of AWS Config".to_owned(),
        Answers::Schedule => "a schedule".to_owned(),
    }
}

/// The page of one remediation: its manual.
#[must_use]
pub fn remediation_page(remediation: &Remediation) -> String {
    let Remediation { id, summary, .. } = remediation;
    let manual = remediation.manual().replace("\n# ", "\n## ");
    let manual = manual.strip_prefix("# ").unwrap_or(&manual);
    format!(
        "# {id}\n\nIt {summary}.\n\nAnswers: {}.\n\n## {manual}\n",
        answered(remediation)
    )
}
