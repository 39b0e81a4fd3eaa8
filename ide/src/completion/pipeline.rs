//! Completion in the Rocky language.

use super::scope::{World, column_detail};
use super::sql::{add_functions, is_in_text};
use super::{CompletionKind, Items, MARKER, Rank, relations};
use crate::Analysis;
use crate::model_at::prime;
use rocky_compiler::base_db::File;
use rocky_compiler::hir::body::Ident;
use rocky_compiler::syntax::dsl::ast::{AnyDslItem, AnyStep, AstNode as _, DottedName, DslFile, Pipeline};
use rocky_compiler::syntax::dsl::parse_dsl;
use rocky_compiler::syntax::{SyntaxKind, SyntaxToken};
use rocky_compiler::types::Schema;

const STEPS: &[&str] = &[
    "from",
    "where",
    "group",
    "derive",
    "select",
    "join",
    "left_join",
    "sort",
    "take",
    "distinct",
    "union",
    "replicate",
];

const WORDS: &[&str] = &[
    "and",
    "or",
    "not",
    "in",
    "is null",
    "is not null",
    "like",
    "between",
    "match",
    "true",
    "false",
    "null",
];

pub(super) fn complete(analysis: &Analysis, file: File, text: &str, items: &mut Items<'_>) {
    prime(analysis, file);
    let world = World { analysis, file };
    let marked = items.word.marked(text);
    let tree = parse_dsl(&marked).tree();
    let start = items.word.range.start();
    if is_in_text(tree.syntax(), start) {
        return;
    }
    let Some(token) = tree.syntax().token_at_offset(start).right_biased() else { return };
    let Some(cursor) = Cursor::new(&marked, &tree, &token) else {
        items.keywords(Rank::First, STEPS);
        items.keywords(Rank::Likely, &["let"]);
        return;
    };
    if begins_line(&marked, token.text_range().start().into()) {
        items.keywords(Rank::Likely, STEPS);
    }
    cursor.complete(&world, items);
}

/// Whether only blanks, or a `|`, stand before an offset on its line.
fn begins_line(text: &str, offset: usize) -> bool {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default().trim_end();
    line.is_empty() || line.ends_with('|')
}

/// A marker inside a step.
struct Cursor<'t> {
    text: &'t str,
    /// Where the item (`let` or main pipeline) begins: everything before it is bound already.
    item_start: usize,
    pipeline: Pipeline,
    step: AnyStep,
    /// The dotted name that holds the marker.
    name: Option<DottedName>,
    earlier_lets: Vec<(String, usize, Pipeline)>,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str, file: &DslFile, token: &SyntaxToken) -> Option<Cursor<'t>> {
        let step = token.parent_ancestors().find_map(AnyStep::cast)?;
        if step.syntax().first_token().is_some_and(|first| first == *token) {
            return None;
        }
        let pipeline = token.parent_ancestors().find_map(Pipeline::cast)?;
        let name = token.parent_ancestors().find_map(DottedName::cast);
        let mut earlier_lets = Vec::new();
        let mut item_start = pipeline.syntax().text_range().start().into();
        for item in file.items() {
            if let AnyDslItem::LetBinding(binding) = item {
                let start = usize::from(binding.syntax().text_range().start());
                if binding.syntax().text_range().contains_range(token.text_range()) {
                    item_start = start;
                    break;
                }
                if let (Some(name), Some(pipeline)) = (binding.name(), binding.pipeline()) {
                    earlier_lets.push((name.text(), start, pipeline));
                }
            }
        }
        Some(Cursor { text, item_start, pipeline, step, name, earlier_lets })
    }

    fn complete(&self, world: &World<'_>, items: &mut Items<'_>) {
        let parts = self.name.as_ref().map(DottedName::texts).unwrap_or_default();
        let qualifier: Vec<Ident> =
            parts.iter().take_while(|part| part.as_str() != MARKER).map(|part| Ident::new(part)).collect();
        if self.name.as_ref().is_some_and(|name| Some(name.syntax()) == self.relation_name().as_ref()) {
            if qualifier.is_empty() {
                for (name, ..) in &self.earlier_lets {
                    let detail = Some("let".to_owned());
                    items.add(Rank::First, CompletionKind::CommonTableExpression, name, detail);
                }
            }
            relations::complete(world, &qualifier, items);
            return;
        }
        if self.names_something_new() {
            return;
        }
        match qualifier.last() {
            Some(name) => {
                if let Some(schema) = self.relation_columns(world, &name.text) {
                    add_columns(&schema, Some(&name.text), items);
                }
            }
            None => self.expression(world, items),
        }
    }

    /// Behind `as` and in `let`: a new name, nothing to offer.
    fn names_something_new(&self) -> bool {
        let at = self.text.find(MARKER).unwrap_or(self.text.len());
        let before = self.text.get(..at).unwrap_or_default().trim_end();
        let mut words = before.rsplit(|character: char| !character.is_alphanumeric() && character != '_');
        let last = words.next().unwrap_or_default();
        last.eq_ignore_ascii_case("as") && self.step.syntax().kind() != SyntaxKind::RESERVED_STEP
    }

    fn relation_name(&self) -> Option<rocky_compiler::syntax::SyntaxNode> {
        let name = match &self.step {
            AnyStep::FromStep(step) => step.dotted_name(),
            AnyStep::JoinStep(step) => step.dotted_name(),
            AnyStep::UnionStep(step) => step.dotted_name(),
            _ => None,
        };
        name.map(|name| name.syntax().clone())
    }

    fn expression(&self, world: &World<'_>, items: &mut Items<'_>) {
        add_columns(&self.columns_before(world), None, items);
        for (alias, name) in self.relations() {
            if let AnyStep::JoinStep(step) = &self.step
                && step.dotted_name().is_some_and(|joined| joined.texts() == name)
                && let Some(schema) = self.columns_of(world, &name)
            {
                add_columns(&schema, Some(&alias), items);
            }
            items.add(Rank::Possible, CompletionKind::Alias, &alias, Some(name.join(".")));
        }
        add_functions(world, items, true);
        items.keywords(Rank::Last, WORDS);
    }

    /// The columns that the steps before this one give.
    fn columns_before(&self, world: &World<'_>) -> Schema {
        let start = usize::from(self.pipeline.syntax().text_range().start());
        let end = usize::from(self.step.syntax().text_range().start());
        self.columns_of_text(world, self.item_start, start, end)
    }

    /// The columns of the pipeline in `start..end`, with everything before `bound` in scope.
    fn columns_of_text(&self, world: &World<'_>, bound: usize, start: usize, end: usize) -> Schema {
        let before = self.text.get(..bound).unwrap_or_default();
        let steps = self.text.get(start..end).unwrap_or_default().trim_end().trim_end_matches('|');
        world.pipeline_columns(&format!("{before}\n{steps}"))
    }

    /// The relations of this pipeline up to this step: what each is called, and its name.
    fn relations(&self) -> Vec<(String, Vec<String>)> {
        let mut relations = Vec::new();
        for step in self.pipeline.steps() {
            let (name, alias) = match &step {
                AnyStep::FromStep(step) => (step.dotted_name(), step.alias_clause()),
                AnyStep::JoinStep(step) => (step.dotted_name(), step.alias_clause()),
                _ => (None, None),
            };
            if let Some(name) = name.map(|name| name.texts()) {
                let alias = alias.and_then(|alias| alias.text()).or_else(|| name.last().cloned());
                relations.extend(alias.map(|alias| (alias, name)));
            }
            if step.syntax() == self.step.syntax() {
                break;
            }
        }
        relations
    }

    fn relation_columns(&self, world: &World<'_>, alias: &str) -> Option<Schema> {
        let relations = self.relations();
        let (_, name) = relations.iter().find(|(known, _)| known.eq_ignore_ascii_case(alias))?;
        self.columns_of(world, name)
    }

    fn columns_of(&self, world: &World<'_>, name: &[String]) -> Option<Schema> {
        if let [single] = name
            && let Some((_, start, pipeline)) =
                self.earlier_lets.iter().rev().find(|(known, ..)| known.eq_ignore_ascii_case(single))
        {
            let range = pipeline.syntax().text_range();
            return Some(self.columns_of_text(world, *start, range.start().into(), range.end().into()));
        }
        let path: Vec<Ident> = name.iter().map(|part| Ident::new(part)).collect();
        Some(world.relation(&path)?.schema.as_ref().clone())
    }
}

fn add_columns(schema: &Schema, owner: Option<&str>, items: &mut Items<'_>) {
    for column in schema.columns.iter().filter(|column| !column.name.is_empty()) {
        let detail = Some(column_detail(column, owner));
        items.add(Rank::First, CompletionKind::Column, &column.name, detail);
    }
}
