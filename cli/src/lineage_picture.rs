//! The lineage around a model or a column as a picture.

use rocky_compiler::ProjectSnapshot;
use rocky_compiler::base_db::File;
use rocky_compiler::hir::{dag, find_model};
use rocky_compiler::lineage::{Edge, QualifiedColumn, incoming_edges};
use rocky_compiler::project::model_config;
use rocky_compiler::types::{InfluenceKind, Schema, model_facts, output_schema};
use rocky_picture::{Arrow, ArrowKind, Box, End, Graph, Row};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// More boxes than this are no picture any more.
const MOST_BOXES: usize = 250;
/// How many columns of the model that the picture is about are shown at most.
const MOST_ROWS: usize = 60;

/// What is to be seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'w> {
    /// The model.
    pub(crate) model: &'w str,
    /// Its file.
    pub(crate) file: File,
    /// Only this column.
    pub(crate) column: Option<&'w str>,
    /// What it is made of.
    pub(crate) upstream: bool,
    /// What is made of it.
    pub(crate) downstream: bool,
    /// How many steps away models are shown.
    pub(crate) depth: Option<u32>,
}

/// The picture's graph, and whether something had to be left out. The facts of everything concerned must be there.
pub(crate) fn graph(snapshot: &ProjectSnapshot, wanted: Wanted<'_>) -> (Graph, bool) {
    let mut search = Search {
        snapshot,
        wanted,
        facts: BTreeMap::new(),
        columns: BTreeMap::new(),
        arrows: BTreeSet::new(),
        left_out: false,
    };
    search.touch(wanted.model);
    let schema = output_schema(snapshot.db(), wanted.file);
    let starts: Vec<QualifiedColumn> = match wanted.column {
        Some(column) => vec![qualified(wanted.model, column)],
        None => schema.columns.iter().map(|column| qualified(wanted.model, &column.name)).collect(),
    };
    for start in starts.iter().take(MOST_ROWS) {
        search.touch_column(start);
    }
    if wanted.upstream {
        search.follow(&starts, Direction::Upstream);
    }
    if wanted.downstream {
        search.follow(&starts, Direction::Downstream);
    }
    (search.graph(), search.left_out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Upstream,
    Downstream,
}

/// What is known of one model.
struct Known {
    incoming: Vec<Edge>,
    influences: Vec<(QualifiedColumn, InfluenceKind)>,
    readers: Vec<String>,
    schema: Arc<Schema>,
}

struct Search<'s> {
    snapshot: &'s ProjectSnapshot,
    wanted: Wanted<'s>,
    /// Models looked at; `None` for tables from outside.
    facts: BTreeMap<String, Option<Known>>,
    /// The columns to be shown, by model: lower case to the name as written.
    columns: BTreeMap<String, BTreeMap<String, String>>,
    arrows: BTreeSet<(QualifiedColumn, String, Option<String>, String)>,
    left_out: bool,
}

fn qualified(model: &str, column: &str) -> QualifiedColumn {
    QualifiedColumn { model: model.into(), column: column.into() }
}

fn key(column: &QualifiedColumn) -> (String, String) {
    (column.model.to_string(), column.column.to_lowercase())
}

impl Search<'_> {
    /// Makes sure that a model is shown. Says whether it is.
    fn touch(&mut self, model: &str) -> bool {
        if self.columns.contains_key(model) {
            return true;
        }
        if self.columns.len() >= MOST_BOXES {
            self.left_out = true;
            return false;
        }
        self.columns.insert(model.to_owned(), BTreeMap::new());
        true
    }

    fn touch_column(&mut self, column: &QualifiedColumn) -> bool {
        if !self.touch(&column.model) {
            return false;
        }
        let (model, folded) = key(column);
        self.columns.entry(model).or_default().entry(folded).or_insert_with(|| column.column.to_string());
        true
    }

    fn known(&mut self, model: &str) -> Option<&Known> {
        if !self.facts.contains_key(model) {
            let known = self.look_up(model);
            self.facts.insert(model.to_owned(), known);
        }
        self.facts.get(model)?.as_ref()
    }

    fn look_up(&self, model: &str) -> Option<Known> {
        let db = self.snapshot.db();
        let file = find_model(db, model)?;
        let dag = dag(db, self.snapshot.project());
        let readers = dag.number(file).map(|number| &dag.readers[number as usize]).into_iter().flatten();
        let facts = model_facts(db, file);
        let influences = facts.facts.influences.iter();
        Some(Known {
            incoming: incoming_edges(db, file),
            influences: influences
                .map(|influence| {
                    (qualified(&influence.source.relation, &influence.source.column), influence.kind)
                })
                .collect(),
            readers: readers
                .map(|reader| model_config(db, dag.models[*reader as usize]).name.to_string())
                .collect(),
            schema: output_schema(db, file),
        })
    }

    fn follow(&mut self, starts: &[QualifiedColumn], direction: Direction) {
        let mut seen: BTreeSet<(String, String)> = starts.iter().map(key).collect();
        let mut seen_models: BTreeSet<String> = BTreeSet::new();
        let mut queue: VecDeque<(QualifiedColumn, u32)> =
            starts.iter().map(|start| (start.clone(), 0)).collect();
        while let Some((at, steps)) = queue.pop_front() {
            if self.wanted.depth.is_some_and(|depth| steps >= depth) {
                continue;
            }
            if direction == Direction::Upstream && seen_models.insert(at.model.to_string()) {
                self.rows_of(&at.model);
            }
            for (edge, next) in self.edges_at(&at, direction) {
                if !self.touch_column(&next) {
                    continue;
                }
                self.touch_column(&edge.target);
                self.touch_column(&edge.source);
                let target = edge.target.column.to_string();
                let label = edge.transform.to_string();
                self.arrows.insert((edge.source, edge.target.model.to_string(), Some(target), label));
                if seen.insert(key(&next)) {
                    queue.push_back((next, steps + 1));
                }
            }
            if direction == Direction::Downstream {
                self.rows_by(&at);
            }
        }
    }

    fn edges_at(&mut self, at: &QualifiedColumn, direction: Direction) -> Vec<(Edge, QualifiedColumn)> {
        let Some(known) = self.known(&at.model) else { return Vec::new() };
        if direction == Direction::Upstream {
            let edges = known.incoming.iter().filter(|edge| key(&edge.target) == key(at));
            return edges.map(|edge| (edge.clone(), edge.source.clone())).collect();
        }
        let readers = known.readers.clone();
        let mut found = Vec::new();
        for reader in readers {
            let Some(known) = self.known(&reader) else { continue };
            let edges = known.incoming.iter().filter(|edge| key(&edge.source) == key(at));
            found.extend(edges.map(|edge| (edge.clone(), edge.target.clone())));
        }
        found
    }

    /// What decides about the rows of a model.
    fn rows_of(&mut self, model: &str) {
        let influences = self.known(model).map(|known| known.influences.clone()).unwrap_or_default();
        for (source, kind) in influences {
            if source.model != model && self.touch_column(&source) {
                self.arrows.insert((source, model.to_owned(), None, words(kind).to_owned()));
            }
        }
    }

    /// The models whose rows a column decides about.
    fn rows_by(&mut self, at: &QualifiedColumn) {
        let readers = self.known(&at.model).map(|known| known.readers.clone()).unwrap_or_default();
        for reader in readers {
            let influences = self.known(&reader).map(|known| known.influences.clone()).unwrap_or_default();
            for (source, kind) in influences.into_iter().filter(|(source, _)| key(source) == key(at)) {
                if self.touch(&reader) && self.touch_column(&source) {
                    self.arrows.insert((source, reader.clone(), None, words(kind).to_owned()));
                }
            }
        }
    }

    fn graph(&mut self) -> Graph {
        let names: Vec<String> = self.columns.keys().cloned().collect();
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut graph = Graph { title: self.title(), ..Graph::default() };
        for (number, name) in names.iter().enumerate() {
            let wanted = self.columns.get(name).cloned().unwrap_or_default();
            let (shown, folded) = self.shown_box(name, &wanted);
            graph.boxes.push(shown);
            numbers.insert(name, number);
            rows.push(folded);
        }
        let end = |model: &str, column: Option<&str>| {
            let in_box = *numbers.get(model)?;
            let row = match column {
                None => None,
                Some(column) => Some(rows[in_box].iter().position(|row| *row == column.to_lowercase())?),
            };
            Some(End { in_box, row })
        };
        for (source, model, column, label) in &self.arrows {
            let from = end(&source.model, Some(&source.column));
            let to = end(model, column.as_deref());
            let (Some(from), Some(to)) = (from, to) else { continue };
            let kind = if column.is_some() { ArrowKind::Flow } else { ArrowKind::Influence };
            // A column that filters and groups is one arrow.
            match graph.arrows.last_mut().filter(|last| (last.from, last.to, last.kind) == (from, to, kind)) {
                Some(last) => last.label = format!("{}, {label}", last.label),
                None => graph.arrows.push(Arrow { from, to, kind, label: label.clone() }),
            }
        }
        graph
    }

    fn title(&self) -> String {
        match self.wanted.column {
            Some(column) => format!("Lineage of {}.{column}", self.wanted.model),
            None => format!("Lineage of {}", self.wanted.model),
        }
    }

    /// A box with the wanted columns in the order of the model, and their names in lower case.
    fn shown_box(&mut self, name: &str, wanted: &BTreeMap<String, String>) -> (Box, Vec<String>) {
        let is_subject = name == self.wanted.model;
        let column = self.wanted.column.map(str::to_lowercase);
        let is_wanted = |folded: &str| is_subject && column.as_deref() == Some(folded);
        let mut shown = Box { title: name.to_owned(), is_subject, ..Box::default() };
        let mut folded_names = Vec::new();
        let mut add = |shown: &mut Box, written: &str, note: String| {
            let folded = written.to_lowercase();
            shown.rows.push(Row { name: written.to_owned(), note, is_subject: is_wanted(&folded) });
            folded_names.push(folded);
        };
        match self.known(name) {
            Some(known) => {
                for column in &known.schema.columns {
                    if wanted.contains_key(&column.name.to_lowercase()) {
                        let is_known = !column.ty.is_unknown();
                        add(
                            &mut shown,
                            &column.name,
                            if is_known { column.ty.to_string() } else { String::new() },
                        );
                    }
                }
                shown.hidden_rows = known.schema.columns.len().saturating_sub(shown.rows.len());
            }
            None => {
                shown.is_outside = true;
                "source".clone_into(&mut shown.note);
            }
        }
        // Columns of an open output, and of tables from outside.
        let known: BTreeSet<String> = shown.rows.iter().map(|row| row.name.to_lowercase()).collect();
        for (_, written) in wanted.iter().filter(|(folded, _)| !known.contains(*folded)) {
            add(&mut shown, written, String::new());
        }
        (shown, folded_names)
    }
}

fn words(kind: InfluenceKind) -> &'static str {
    match kind {
        InfluenceKind::Join => "joins rows",
        InfluenceKind::Filter => "filters rows",
        InfluenceKind::Group => "groups rows",
        InfluenceKind::Order => "orders rows",
        InfluenceKind::Window => "windows over rows",
    }
}
