//! What the queries of a rule select, step by step, and what is looked at on the way.

use crate::{
    outline::{Touch, Walk},
    refused::Refused,
    scope::{Facts, Scope, Selection},
    shape::{Shape, nearest, plain},
    tree::{All, Clause, Let, Operand, Part, Query},
};

impl<'s> Walk<'s> {
    /// What a variable stands for where it is used.
    pub(crate) fn variable(
        &mut self,
        name: &'s str,
        scope: &Scope<'_, 's>,
    ) -> Result<Selection<'s>, Refused> {
        let Some((at, found)) = scope.find(name) else {
            let near = nearest(name, scope.names());
            return self.refuse(format!("there is no variable `%{name}`{near}"));
        };
        let Let { var, value } = found;
        let is_of_all = at.depth() == 0;
        let known = self.variables.get(var.as_str()).filter(|_| is_of_all);
        let known = known.cloned();
        let trail = &mut self.variables_trail;
        let entered = match &known {
            Some((_, _, length)) => trail.pass(*length),
            None => trail.enter((at.depth(), var)),
        };
        if let Err(astray) = entered {
            return self.refuse(astray.complaint(&format!("the variable `%{var}`")));
        }
        if let Some((selection, touches, _)) = known {
            self.touches.extend(touches);
            return Ok(selection);
        }
        let before = std::mem::take(&mut self.touches);
        let selection = self.operand(value, at)?;
        let touches = std::mem::replace(&mut self.touches, before);
        self.touches.extend(touches.iter().cloned());
        let length = self.variables_trail.leave();
        if is_of_all {
            let known = (selection.clone(), touches, length);
            self.variables.insert(var, known);
        }
        Ok(selection)
    }

    /// What a query selects. Everything on the way is looked at.
    pub(crate) fn query(
        &mut self,
        query: &'s Query,
        scope: &Scope<'_, 's>,
    ) -> Result<Selection<'s>, Refused> {
        let mut parts = query.query.iter();
        let Some(first) = parts.next() else {
            return self.refuse("a clause begins with no fact");
        };
        let mut facts = match first {
            Part::This => scope.context.clone(),
            Part::Key(key) => match key.strip_prefix('%') {
                Some(name) => {
                    let selection = self.variable(name, scope)?;
                    let mut after = parts.clone();
                    // The library puts `[*]` behind a variable, and then passes over it.
                    if let Some(Part::AllIndices(None)) = after.next() {
                        parts = after;
                    }
                    match (selection, parts.len()) {
                        (Selection::Facts(facts), _) => facts,
                        (other, 0) => return Ok(other),
                        (_, _) => return self.refuse(format!("`%{name}` has nothing inside")),
                    }
                }
                None => self.step(scope.context.clone(), first, false, scope)?,
            },
            _ => return self.refuse("a clause begins with the name of a fact"),
        };
        let mut is_behind_variable = matches!(first, Part::Key(key) if key.starts_with('%'));
        for part in parts {
            facts = self.step(facts, part, is_behind_variable, scope)?;
            is_behind_variable = false;
        }
        for (path, _) in &facts.places {
            self.touches.insert(Touch::At(path.clone()));
        }
        Ok(Selection::Facts(facts))
    }

    fn step(
        &mut self,
        facts: Facts<'s>,
        part: &'s Part,
        is_behind_variable: bool,
        scope: &Scope<'_, 's>,
    ) -> Result<Facts<'s>, Refused> {
        self.count(facts.most)?;
        let mut next = Facts {
            places: Vec::new(),
            most: facts.most,
            is_chosen: false,
        };
        let mut widest = 1;
        let is_one = facts.places.len() == 1;
        for (path, shape) in facts.places {
            match (part, shape) {
                (Part::Key(name), _) if name.starts_with('%') => {
                    return self.refuse(format!(
                        "`{name}` stands for the name of a member; write the name"
                    ));
                }
                (Part::Key(name), Shape::Object(members)) => match members.get(name) {
                    Some(member) => next.places.push((path.member(name), member)),
                    None => {
                        let near = nearest(name, members.keys().map(String::as_str));
                        let path = path.member(&plain(name));
                        return self.refuse(format!("there is no fact `{path}`{near}"));
                    }
                },
                (Part::Key(name), Shape::List { .. }) => {
                    let name = plain(name);
                    return self.refuse(format!("`{path}` is a list; write `{path}[*].{name}`, and `[*]` where a variable is set"));
                }
                (
                    Part::Index(_)
                    | Part::AllIndices(None)
                    | Part::AllValues(None)
                    | Part::Filter(None, _),
                    Shape::List { items, most },
                ) => {
                    // How many there are is in the list itself.
                    self.touches.insert(Touch::At(path.clone()));
                    if !matches!(part, Part::Index(_)) {
                        widest = widest.max(*most);
                    }
                    let inside = (path.every(), &**items);
                    if let Part::Filter(_, clauses) = part {
                        let context = Facts {
                            places: vec![inside.clone()],
                            most: facts.most.saturating_mul(*most),
                            is_chosen: false,
                        };
                        self.filter(clauses, context, scope)?;
                        next.is_chosen = true;
                    }
                    next.places.push(inside);
                }
                (Part::AllValues(None) | Part::MapKeyFilter(None, _), Shape::Object(members)) => {
                    if let Part::MapKeyFilter(_, filter) = part {
                        if !matches!(filter.compare_with, Operand::Value(_)) {
                            return self.refuse("`keys` is compared with a text, a list of texts or a regular expression");
                        }
                        next.is_chosen = true;
                    }
                    widest = widest.max(members.len() as u64);
                    let members = members.iter();
                    next.places
                        .extend(members.map(|(name, member)| (path.member(name), member)));
                    self.touches
                        .extend(next.places.iter().map(|(path, _)| Touch::At(path.clone())));
                }
                // A filter behind a variable chooses among what the variable stands for.
                (Part::Filter(None, clauses), Shape::Object(_)) if is_behind_variable => {
                    let mut context = Facts::one(path.clone(), shape);
                    context.most = facts.most;
                    self.filter(clauses, context, scope)?;
                    next.is_chosen = true;
                    next.places.push((path, shape));
                }
                (Part::Filter(None, _), Shape::Object(_)) => {
                    return self.refuse(format!("`{path}` is no list; write `when {path} exists`, or a block `{path} {{ … }}`"));
                }
                (
                    Part::AllIndices(Some(name))
                    | Part::AllValues(Some(name))
                    | Part::MapKeyFilter(Some(name), _)
                    | Part::Filter(Some(name), _),
                    _,
                ) => {
                    let name = plain(name);
                    return self.refuse(format!("`{name}` in brackets would become a variable; set it with `let`, or write `[*]`"));
                }
                (Part::This, _) => return self.refuse("`this` stands at the beginning"),
                (Part::MapKeyFilter(None, _), Shape::List { .. }) => {
                    return self.refuse(format!("`{path}` is a list and has no keys"));
                }
                (_, Shape::Object(_)) => {
                    return self.refuse(format!(
                        "`{path}` is no list; it has members, such as `{path}.*`"
                    ));
                }
                (_, Shape::Text(_) | Shape::Number | Shape::Flag) => {
                    return self.refuse(format!("`{path}` has nothing inside"));
                }
            }
        }
        if matches!(part, Part::AllValues(_) | Part::MapKeyFilter(..)) && !is_one {
            widest = widest.max(next.places.len() as u64);
        }
        next.most = next.most.saturating_mul(widest);
        Ok(next)
    }

    /// The clauses that choose elements.
    fn filter(
        &mut self,
        clauses: &'s All<Clause>,
        context: Facts<'s>,
        scope: &Scope<'_, 's>,
    ) -> Result<(), Refused> {
        let inner = scope.inner(context, &[]);
        for clause in clauses.iter().flatten() {
            match clause {
                Clause::Clause(comparison) => self.comparison(comparison, &inner)?,
                _ => return self.refuse("a filter `[ … ]` has comparisons only"),
            }
        }
        Ok(())
    }
}
