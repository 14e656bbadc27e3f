//! What a set of rules reads, told without a document: the rules are followed along the shape of
//! documents, as the library follows them along a document.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    circle::Trail,
    compare::has_regex,
    path::Path,
    refused::Refused,
    scope::{Facts, Scope, Selection},
    shape::{Shape, Words, nearest, plain},
    tree::{
        All, Block, Clause, Comparison, Function, Operand, Operator, Rule, RuleClause, RulesFile,
    },
};

/// The most work that the rules of a text may make of one document: clauses, each times what it
/// looks at. It is about a second.
const WORK: u64 = 100_000;
/// How many other comparisons one with a regular expression counts for: the library compiles it
/// anew every time.
const REGEX_WORK: u64 = 10;

/// What of a document a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Touch {
    /// Whether there is something, and what it is where it is no object and no list.
    At(Path),
    /// Everything that may be inside.
    Inside(Path),
}

impl Touch {
    /// Whether something that is not known there may change what is seen.
    pub(crate) fn meets(&self, unknown: &Path) -> bool {
        match self {
            Self::At(path) => unknown.holds(path),
            Self::Inside(path) => unknown.holds(path) || path.holds(unknown),
        }
    }
}

/// A rule, and what it looks at.
#[derive(Clone, Debug)]
pub(crate) struct Outlined {
    pub(crate) name: String,
    pub(crate) touches: BTreeSet<Touch>,
}

/// Follows every rule of a text.
///
/// # Errors
/// The first thing that is not understood, or that means nothing.
pub(crate) fn outline(
    text: &str,
    file: &RulesFile,
    shape: &Shape,
) -> Result<Vec<Outlined>, Refused> {
    if !file.parameterized_rules.is_empty() {
        let what = "a rule takes parameters; write a rule without, for each of them";
        return Err(Refused::whole(text, what));
    }
    let mut rules = BTreeMap::new();
    for rule in &file.guard_rules {
        let name = rule.rule_name.as_str();
        if name.contains('/') || name == "default" {
            let what = "there are clauses outside of a rule; write `rule NAME { … }` around them";
            return Err(Refused::whole(text, what));
        }
        if rules.insert(name, rule).is_some() {
            return Err(Refused::whole(
                text,
                format!("two rules are called `{name}`"),
            ));
        }
    }
    let mut walk = Walk {
        text,
        rules,
        file,
        shape,
        line: 1,
        work: 0,
        touches: BTreeSet::new(),
        done: BTreeMap::new(),
        variables: BTreeMap::new(),
        rules_trail: Trail::default(),
        variables_trail: Trail::default(),
    };
    let whole = walk.whole();
    walk.check_lets(&whole)?;
    let mut outlined = Vec::new();
    for rule in &file.guard_rules {
        outlined.push(Outlined {
            name: rule.rule_name.clone(),
            touches: walk.rule(&rule.rule_name)?,
        });
    }
    Ok(outlined)
}

/// A walk through the rules of a text.
pub(crate) struct Walk<'s> {
    text: &'s str,
    rules: BTreeMap<&'s str, &'s Rule>,
    file: &'s RulesFile,
    shape: &'s Shape,
    /// The line of the last clause whose line is known.
    line: usize,
    work: u64,
    pub(crate) touches: BTreeSet<Touch>,
    /// What the rules look at, and over how many names.
    done: BTreeMap<&'s str, (BTreeSet<Touch>, usize)>,
    /// What the variables of all rules stand for, which the library finds out once, and over how
    /// many names.
    pub(crate) variables: BTreeMap<&'s str, (Selection<'s>, BTreeSet<Touch>, usize)>,
    rules_trail: Trail<&'s str>,
    pub(crate) variables_trail: Trail<(usize, &'s str)>,
}

impl<'s> Walk<'s> {
    pub(crate) fn refuse<T>(&self, what: impl Into<String>) -> Result<T, Refused> {
        Err(Refused::at(self.text, self.line, what))
    }

    /// Counts work, so many times.
    pub(crate) fn count(&mut self, times: u64) -> Result<(), Refused> {
        self.work = self.work.saturating_add(times.max(1));
        if self.work > WORK {
            return self.refuse(
                "the rules may take too long: lists are gone through inside of lists too often; \
                 choose elements with one filter, and write fewer clauses",
            );
        }
        Ok(())
    }

    /// Where rules stand.
    fn whole(&self) -> Scope<'s, 's> {
        Scope {
            context: Facts::one(Path::default(), self.shape),
            lets: &self.file.assignments,
            outer: None,
        }
    }

    /// What a rule looks at, with the rules that it refers to.
    fn rule(&mut self, name: &str) -> Result<BTreeSet<Touch>, Refused> {
        let Some((name, rule)) = self
            .rules
            .get_key_value(name)
            .map(|(name, rule)| (*name, *rule))
        else {
            let near = nearest(name, self.rules.keys().copied());
            let name = plain(name);
            return self.refuse(format!("there is no rule `{name}` in this file{near}"));
        };
        let done = self.done.get(name).cloned();
        let entered = match &done {
            Some((_, length)) => self.rules_trail.pass(*length),
            None => self.rules_trail.enter(name),
        };
        if let Err(astray) = entered {
            return self.refuse(astray.complaint(&format!("the rule `{name}`")));
        }
        if let Some((touches, _)) = done {
            return Ok(touches);
        }
        let before = std::mem::take(&mut self.touches);
        let variables = std::mem::take(&mut self.variables_trail);
        let whole = self.whole();
        for clause in rule.conditions.iter().flatten().flatten() {
            self.clause(clause, &whole)?;
        }
        self.rule_block(&rule.block, &whole)?;
        self.variables_trail = variables;
        let length = self.rules_trail.leave();
        let touches = std::mem::replace(&mut self.touches, before);
        self.done.insert(name, (touches.clone(), length));
        Ok(touches)
    }

    fn rule_block(
        &mut self,
        block: &'s Block<RuleClause>,
        outer: &Scope<'_, 's>,
    ) -> Result<(), Refused> {
        let scope = outer.inner(outer.context.clone(), &block.assignments);
        self.check_lets(&scope)?;
        for clause in block.conjunctions.iter().flatten() {
            match clause {
                RuleClause::Clause(clause) => self.clause(clause, &scope)?,
                RuleClause::WhenBlock(conditions, block) => {
                    self.when(conditions, block, &scope)?;
                }
                RuleClause::TypeBlock(_) => {
                    return self.refuse(
                        "facts have no types of CloudFormation; write the path of the fact, such as \
                         `computer.agent.status`",
                    );
                }
            }
        }
        Ok(())
    }

    fn block(
        &mut self,
        block: &'s Block<Clause>,
        context: Facts<'s>,
        outer: &Scope<'_, 's>,
    ) -> Result<(), Refused> {
        let scope = outer.inner(context, &block.assignments);
        self.check_lets(&scope)?;
        self.all(&block.conjunctions, &scope)
    }

    fn all(&mut self, clauses: &'s All<Clause>, scope: &Scope<'_, 's>) -> Result<(), Refused> {
        let mut clauses = clauses.iter().flatten();
        clauses.try_for_each(|clause| self.clause(clause, scope))
    }

    fn when(
        &mut self,
        conditions: &'s All<Clause>,
        block: &'s Block<Clause>,
        scope: &Scope<'_, 's>,
    ) -> Result<(), Refused> {
        self.all(conditions, scope)?;
        self.block(block, scope.context.clone(), scope)
    }

    /// Follows every variable of a scope, also those that nobody uses.
    fn check_lets(&mut self, scope: &Scope<'_, 's>) -> Result<(), Refused> {
        for (position, each) in scope.lets.iter().enumerate() {
            let name = &each.var;
            let mut before = scope.lets.iter().take(position);
            if before.any(|other| other.var == *name) {
                return self.refuse(format!("the variable `{name}` is set twice"));
            }
            self.variable(name, scope)?;
        }
        Ok(())
    }

    fn clause(&mut self, clause: &'s Clause, scope: &Scope<'_, 's>) -> Result<(), Refused> {
        match clause {
            Clause::Clause(comparison) => self.comparison(comparison, scope),
            Clause::NamedRule(reference) => {
                self.line = reference.location.line;
                self.count(scope.context.most)?;
                let touches = self.rule(&reference.dependent_rule)?;
                self.touches.extend(touches);
                Ok(())
            }
            Clause::ParameterizedNamedRule(call) => {
                self.line = call.named_rule.location.line;
                let name = plain(&call.named_rule.dependent_rule);
                self.refuse(format!(
                    "`{name}(…)` calls a rule with parameters; write its clauses here"
                ))
            }
            Clause::BlockClause(inside) => {
                self.line = inside.location.line;
                match self.query(&inside.query, scope)? {
                    Selection::Facts(facts) => self.block(&inside.block, facts, scope),
                    Selection::Literal(_) | Selection::Number | Selection::Text(_) => {
                        self.refuse("a block `{ … }` stands behind facts")
                    }
                }
            }
            Clause::WhenBlock(conditions, block) => self.when(conditions, block, scope),
        }
    }

    pub(crate) fn comparison(
        &mut self,
        comparison: &'s Comparison,
        scope: &Scope<'_, 's>,
    ) -> Result<(), Refused> {
        let access = &comparison.access_clause;
        self.line = access.location.line;
        let left = self.query(&access.query, scope)?;
        let right = access.compare_with.as_ref();
        let right = right.map(|right| self.operand(right, scope)).transpose()?;
        let most = |selection: &Selection<'_>| match selection {
            Selection::Facts(facts) => facts.most,
            Selection::Literal(_) | Selection::Number | Selection::Text(_) => 1,
        };
        let right_most = right.as_ref().map_or(1, most);
        let each = if right.as_ref().is_some_and(has_regex) {
            REGEX_WORK
        } else {
            1
        };
        let times = most(&left).saturating_mul(right_most);
        self.count(times.saturating_mul(each))?;
        if access.comparator.0 == Operator::Empty
            && let Selection::Facts(facts) = &left
            && !facts.is_chosen
        {
            let places = facts.places.iter();
            let inside: Vec<_> = places
                .filter(|(_, shape)| matches!(shape, Shape::Object(_)))
                .map(|(path, _)| Touch::Inside(path.clone()))
                .collect();
            self.touches.extend(inside);
        }
        self.check_comparison(&left, access.comparator.0, right.as_ref())
    }

    pub(crate) fn operand(
        &mut self,
        operand: &'s Operand,
        scope: &Scope<'_, 's>,
    ) -> Result<Selection<'s>, Refused> {
        match operand {
            Operand::Value(literal) => Ok(Selection::Literal(&literal.value)),
            Operand::AccessClause(query) => self.query(query, scope),
            Operand::FunctionCall(function) => self.function(function, scope),
        }
    }

    fn function(
        &mut self,
        function: &'s Function,
        scope: &Scope<'_, 's>,
    ) -> Result<Selection<'s>, Refused> {
        self.line = function.location.line;
        let mut words = Words::default();
        for parameter in &function.parameters {
            let Operand::AccessClause(query) = parameter else {
                return self.refuse("a function is given facts, such as `count(%open)`");
            };
            let Selection::Facts(facts) = self.query(query, scope)? else {
                return self.refuse("a function is given facts, such as `count(%open)`");
            };
            if function.name != "count"
                && !facts
                    .places
                    .iter()
                    .all(|(_, shape)| matches!(shape, Shape::Text(_)))
            {
                let name = plain(&function.name);
                return self.refuse(format!("`{name}` is given something that is no text"));
            }
            facts.places.iter().for_each(|(_, shape)| words.add(shape));
        }
        match function.name.as_str() {
            "count" => Ok(Selection::Number),
            "to_lower" => Ok(Selection::Text(words.map(|word| word.to_lowercase()))),
            "to_upper" => Ok(Selection::Text(words.map(|word| word.to_uppercase()))),
            "now" => self.refuse(
                "`now()` would give another answer every time; compare the ages of facts, in hours",
            ),
            other => {
                let other = plain(other);
                self.refuse(format!(
                    "`{other}` is not offered; there are count, to_lower and to_upper"
                ))
            }
        }
    }
}
