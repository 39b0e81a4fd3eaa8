//! Which relations of a body are names of something outside it.

use crate::body::{Body, Ident, QueryId, RelationId, RelationKind};
use crate::parts::{self, Part};

/// A name in a FROM clause that means a model or an external table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelationReference {
    /// Where it is used.
    pub relation: RelationId,
    /// Its segments as written, quotes removed.
    pub path: Vec<Ident>,
}

/// What a relation of a body stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelationTarget {
    /// A common table expression: its query.
    Cte(QueryId),
    /// A model or an external table.
    External,
    /// Not a name: a subquery, a function, a file, …
    NotATable,
}

/// The references to models and external tables, in order of appearance. One name may appear often.
pub fn relation_references(body: &Body) -> Vec<RelationReference> {
    let targets = resolve_relations(body);
    let mut references = Vec::new();
    for (index, relation) in body.relations.iter().enumerate() {
        if let (RelationKind::Table(path), RelationTarget::External) = (&relation.kind, targets[index]) {
            references.push(RelationReference { relation: RelationId(index as u32), path: path.clone() });
        }
    }
    references
}

/// What each relation stands for, by its number.
///
/// A name of one segment means the innermost WITH entry of that name that is in scope. An entry sees
/// the entries before it; in its own query its name means the outer object, unless RECURSIVE is written:
/// then all entries of the clause see each other.
pub fn resolve_relations(body: &Body) -> Vec<RelationTarget> {
    let mut targets: Vec<RelationTarget> = body
        .relations
        .iter()
        .map(|relation| match relation.kind {
            RelationKind::Table(_) => RelationTarget::External,
            _ => RelationTarget::NotATable,
        })
        .collect();
    if body.queries.iter().any(|query| !query.ctes.is_empty())
        && let Some(root) = body.root
    {
        Resolver { body, scope: Vec::new(), targets: &mut targets }.run(root);
    }
    targets
}

/// What is still to be done, the next thing last.
enum Work<'b> {
    Part(Part),
    /// From here on the entry is in scope.
    Enter(&'b Ident, QueryId),
    /// The scope shrinks to this many entries.
    Leave(usize),
}

struct Resolver<'b, 't> {
    body: &'b Body,
    scope: Vec<(&'b Ident, QueryId)>,
    targets: &'t mut [RelationTarget],
}

impl<'b> Resolver<'b, '_> {
    fn run(&mut self, root: QueryId) {
        let mut stack = vec![Work::Part(Part::Query(root))];
        while let Some(work) = stack.pop() {
            match work {
                Work::Enter(name, query) => self.scope.push((name, query)),
                Work::Leave(length) => self.scope.truncate(length),
                Work::Part(Part::Expr(expr)) => {
                    parts::of_expr(self.body.expr(expr), &mut |part| stack.push(Work::Part(part)));
                }
                Work::Part(Part::Relation(relation)) => self.relation(relation, &mut stack),
                Work::Part(Part::Query(query)) => self.query(query, &mut stack),
            }
        }
    }

    fn relation(&mut self, relation: RelationId, stack: &mut Vec<Work<'b>>) {
        let node = self.body.relation(relation);
        if let RelationKind::Table(path) = &node.kind
            && let [name] = path.as_slice()
            && let Some((_, query)) =
                self.scope.iter().rev().find(|(entry, _)| same_name(&entry.text, &name.text))
        {
            self.targets[relation.index()] = RelationTarget::Cte(*query);
        }
        parts::of_relation(node, &mut |part| stack.push(Work::Part(part)));
    }

    fn query(&mut self, query: QueryId, stack: &mut Vec<Work<'b>>) {
        let node = self.body.query(query);
        if node.ctes.is_empty() {
            parts::of_query(node, &mut |part| stack.push(Work::Part(part)));
            return;
        }
        stack.push(Work::Leave(self.scope.len()));
        parts::of_query(node, &mut |part| stack.push(Work::Part(part)));
        for cte in node.ctes.iter().rev() {
            if !node.recursive {
                stack.push(Work::Enter(&cte.name, cte.query));
            }
            stack.push(Work::Part(Part::Query(cte.query)));
        }
        if node.recursive {
            stack.extend(node.ctes.iter().rev().map(|cte| Work::Enter(&cte.name, cte.query)));
        }
    }
}

/// Names of WITH entries compare without regard to case on every warehouse.
fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || (!a.is_ascii() && a.to_lowercase() == b.to_lowercase())
}
