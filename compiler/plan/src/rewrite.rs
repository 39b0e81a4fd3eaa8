//! A model's SQL with its references to models replaced (spec 03 §4.2).
//!
//! Names are replaced where the tree says a relation's name stands, everything else of the text stays as
//! its author wrote it. Ephemeral models become leading common table expressions.

use crate::identifier::quote_identifier;
use rocky_base_db::{Db, File};
use rocky_hir::body::{Body, RelationKind};
use rocky_hir::references::relation_references;
use rocky_hir::{Dag, ReferenceTarget, dag, model_dialect, resolve_reference};
use rocky_project::{Project, Strategy, model_config};
use rocky_types::{body_with_map, model_sql};
use rustc_hash::FxHashMap;

/// What models are called in generated SQL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Naming<'a> {
    /// By the table they are materialised to; the list says which catalogs are part of names there
    /// (`None`: every one that is not empty).
    Targets {
        /// Catalogs that the warehouse knows, lower case.
        catalogs: Option<&'a [String]>,
    },
    /// By bare names, as local tests create them.
    Local,
}

/// The SQL of a model for execution. Reads its text and body, and those of the ephemeral models it reads.
pub fn compiled_sql(db: &dyn Db, file: File, naming: Naming<'_>) -> String {
    let own = rewrite(db, file, naming, &FxHashMap::default());
    if own.ephemeral.is_empty() {
        return own.text;
    }
    // All ephemeral models above it, each after what it reads.
    let dag = dag(db, Project::get(db));
    let needed = ephemeral_above(db, dag, file, &own.ephemeral);
    let taken = names_of_ctes(db, file, &needed);
    let mut names: FxHashMap<File, String> = FxHashMap::default();
    for model in &needed {
        names.insert(*model, free_name(&model_config(db, *model).name, &taken, &names));
    }
    let dialect = model_dialect(db, file);
    let ctes: Vec<String> = needed
        .iter()
        .map(|model| {
            let body = rewrite(db, *model, naming, &names);
            format!("{} AS (\n{}\n)", quote_identifier(&names[model], dialect), body.text)
        })
        .collect();
    let main = rewrite(db, file, naming, &names);
    prepend_ctes(&main, &ctes.join(",\n"))
}

struct Rewritten {
    text: String,
    /// Byte offset of the query in `text`.
    query_start: usize,
    /// Ephemeral models that are read directly.
    ephemeral: Vec<File>,
}

fn is_ephemeral(db: &dyn Db, file: File) -> bool {
    matches!(model_config(db, file).strategy, Strategy::Ephemeral)
}

fn rewrite(db: &dyn Db, file: File, naming: Naming<'_>, cte_names: &FxHashMap<File, String>) -> Rewritten {
    let source = model_sql(db, file);
    let (body, map) = body_with_map(db, file);
    let dialect = model_dialect(db, file);
    let mut ephemeral = Vec::new();
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for reference in relation_references(body) {
        let model = match resolve_reference(db, file, &reference.path) {
            ReferenceTarget::Model(model) => model,
            ReferenceTarget::Itself => file,
            ReferenceTarget::External => continue,
        };
        let written = reference.path.last().map(|name| name.text.as_str()).unwrap_or_default();
        let (name, last) = if is_ephemeral(db, model) && model != file {
            if !ephemeral.contains(&model) {
                ephemeral.push(model);
            }
            let name =
                cte_names.get(&model).cloned().unwrap_or_else(|| model_config(db, model).name.to_string());
            (quote_identifier(&name, dialect), name)
        } else {
            table_name(db, model, naming, dialect)
        };
        let range = map.relations[reference.relation.index()];
        let has_alias = map.relation_aliases[reference.relation.index()].is_some();
        let replacement = if has_alias || last == written {
            name
        } else {
            format!("{name} AS {}", quote_identifier(written, dialect))
        };
        edits.push((range.into(), replacement));
    }
    let start = body.root.map_or(0, |root| usize::from(map.queries[root.index()].start()));
    let (text, query_start) = apply(&source, edits, start);
    Rewritten { text, query_start, ephemeral }
}

/// Applies replacements that do not overlap; also gives where `start` ends up.
fn apply(source: &str, mut edits: Vec<(std::ops::Range<usize>, String)>, start: usize) -> (String, usize) {
    edits.sort_by_key(|(range, _)| range.start);
    let mut text = String::with_capacity(source.len() + edits.len() * 16);
    let (mut at, mut moved) = (0, start);
    for (range, replacement) in edits {
        if range.start < at || range.end > source.len() {
            continue;
        }
        if range.end <= start {
            moved = moved + replacement.len() - range.len();
        }
        text.push_str(&source[at..range.start]);
        text.push_str(&replacement);
        at = range.end;
    }
    text.push_str(&source[at..]);
    (text, moved)
}

/// A model's table as SQL, and the last part of its name.
fn table_name(
    db: &dyn Db,
    model: File,
    naming: Naming<'_>,
    dialect: rocky_syntax::DialectKind,
) -> (String, String) {
    let config = model_config(db, model);
    let target = match (&config.target, naming) {
        (Some(target), Naming::Targets { catalogs }) => (target, catalogs),
        _ => return (quote_identifier(&config.name, dialect), config.name.to_string()),
    };
    let (target, catalogs) = target;
    let with_catalog = !target.catalog.is_empty()
        && catalogs.is_none_or(|known| known.contains(&target.catalog.to_lowercase()));
    let mut parts = Vec::with_capacity(3);
    if with_catalog {
        parts.push(quote_identifier(&target.catalog, dialect));
    }
    parts.push(quote_identifier(&target.schema, dialect));
    parts.push(quote_identifier(&target.table, dialect));
    (parts.join("."), target.table.to_string())
}

fn ephemeral_above(db: &dyn Db, dag: &Dag, file: File, direct: &[File]) -> Vec<File> {
    let mut needed: Vec<File> = direct.to_vec();
    let mut next = 0;
    while let Some(model) = needed.get(next).copied() {
        next += 1;
        let (body, _) = body_with_map(db, model);
        for reference in relation_references(body) {
            if let ReferenceTarget::Model(above) = resolve_reference(db, model, &reference.path)
                && is_ephemeral(db, above)
                && !needed.contains(&above)
                && above != file
            {
                needed.push(above);
            }
        }
    }
    let place =
        |model: &File| dag.number(*model).and_then(|number| dag.order.iter().position(|at| *at == number));
    needed.sort_by_key(place);
    needed
}

/// Lower-case names of common table expressions in the model and the ephemeral models it inlines.
fn names_of_ctes(db: &dyn Db, file: File, needed: &[File]) -> Vec<String> {
    let of = |body: &Body| -> Vec<String> {
        let ctes = body.queries.iter().flat_map(|query| &query.ctes).map(|cte| cte.name.text.to_lowercase());
        let tables = body.relations.iter().filter_map(|relation| match &relation.kind {
            RelationKind::Table(_) => relation.alias.as_ref().map(|alias| alias.text.to_lowercase()),
            _ => None,
        });
        ctes.chain(tables).collect()
    };
    needed.iter().chain([&file]).flat_map(|model| of(&body_with_map(db, *model).0)).collect()
}

/// A name for an inlined model that means nothing else in the query.
fn free_name(name: &str, taken: &[String], names: &FxHashMap<File, String>) -> String {
    let is_taken = |candidate: &str| {
        let folded = candidate.to_lowercase();
        taken.contains(&folded) || names.values().any(|other| other.to_lowercase() == folded)
    };
    if !is_taken(name) {
        return name.to_owned();
    }
    (1u32..)
        .map(|number| format!("{name}_{number}"))
        .find(|candidate| !is_taken(candidate))
        .unwrap_or_default()
}

/// Puts common table expressions before a query, into its WITH clause if it has one.
fn prepend_ctes(main: &Rewritten, ctes: &str) -> String {
    let (before, query) = main.text.split_at(main.query_start.min(main.text.len()));
    let word =
        |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("").to_owned();
    if !word(query).eq_ignore_ascii_case("with") {
        return format!("{before}WITH {ctes}\n{query}");
    }
    let after_with = &query["with".len()..];
    let skipped = after_with.len() - after_with.trim_start().len();
    let rest = &after_with[skipped..];
    if word(rest).eq_ignore_ascii_case("recursive") {
        let rest = &rest["recursive".len()..];
        return format!("{before}WITH RECURSIVE {ctes},\n{}", rest.trim_start());
    }
    format!("{before}WITH {ctes},\n{rest}")
}
