//! The rules as the library understood them: it gives away what it parsed only as JSON. A part that
//! is not known here does not pass.

use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulesFile {
    pub(crate) assignments: Vec<Let>,
    pub(crate) guard_rules: Vec<Rule>,
    pub(crate) parameterized_rules: Vec<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) rule_name: String,
    pub(crate) conditions: Option<All<Clause>>,
    pub(crate) block: Block<RuleClause>,
}

/// Clauses of which every one must hold, each of them a list of which one must.
pub(crate) type All<T> = Vec<Vec<T>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Block<T> {
    pub(crate) assignments: Vec<Let>,
    pub(crate) conjunctions: All<T>,
}

#[derive(Debug, Deserialize)]
pub(crate) enum RuleClause {
    Clause(Clause),
    WhenBlock(All<Clause>, Block<Clause>),
    TypeBlock(IgnoredAny),
}

#[derive(Debug, Deserialize)]
#[expect(clippy::enum_variant_names, reason = "the library's own names")]
pub(crate) enum Clause {
    Clause(Comparison),
    NamedRule(Reference),
    ParameterizedNamedRule(Call),
    BlockClause(Inside),
    WhenBlock(All<Clause>, Block<Clause>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Comparison {
    pub(crate) access_clause: Access,
    #[serde(rename = "negation")]
    pub(crate) _negation: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Access {
    pub(crate) query: Query,
    pub(crate) comparator: (Operator, bool),
    pub(crate) compare_with: Option<Operand>,
    #[serde(rename = "custom_message")]
    pub(crate) _custom_message: Option<String>,
    pub(crate) location: Location,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Operator {
    Eq,
    In,
    Gt,
    Lt,
    Le,
    Ge,
    Exists,
    Empty,
    IsString,
    IsList,
    IsMap,
    IsBool,
    IsInt,
    IsFloat,
    IsNull,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Location {
    pub(crate) line: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reference {
    pub(crate) dependent_rule: String,
    #[serde(rename = "negation")]
    pub(crate) _negation: bool,
    #[serde(rename = "custom_message")]
    pub(crate) _custom_message: Option<String>,
    pub(crate) location: Location,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Call {
    pub(crate) named_rule: Reference,
}

/// Clauses about what a query selects.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Inside {
    pub(crate) query: Query,
    pub(crate) block: Block<Clause>,
    pub(crate) location: Location,
    #[serde(rename = "not_empty")]
    pub(crate) _not_empty: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Let {
    pub(crate) var: String,
    pub(crate) value: Operand,
}

#[derive(Debug, Deserialize)]
pub(crate) enum Operand {
    Value(Literal),
    AccessClause(Query),
    FunctionCall(Function),
}

#[derive(Debug, Deserialize)]
pub(crate) struct Literal {
    pub(crate) value: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Function {
    pub(crate) parameters: Vec<Operand>,
    pub(crate) name: String,
    pub(crate) location: Location,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    pub(crate) query: Vec<Part>,
    #[serde(rename = "match_all")]
    pub(crate) _match_all: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) enum Part {
    This,
    Key(String),
    MapKeyFilter(Option<String>, KeyFilter),
    AllValues(Option<String>),
    AllIndices(Option<String>),
    Index(IgnoredAny),
    Filter(Option<String>, All<Clause>),
}

#[derive(Debug, Deserialize)]
pub(crate) struct KeyFilter {
    pub(crate) compare_with: Operand,
}
