//! Tables from text, and inferences as text.

use rocky_hir::body::{BodySourceMap, Ident};
use rocky_hir::lower::lower_sql;
use rocky_syntax::TextRange;
use rocky_types::{
    Anchor, DialectKind, Environment, Inference, Nullability, RelationSchema, Schema, TypedColumn, infer,
    parse_type, raw_type_name,
};
use std::fmt::Write as _;

/// The tables a query may read.
#[derive(Default, Clone)]
pub(crate) struct Tables {
    lines: Vec<TableLine>,
}

#[derive(Clone)]
struct TableLine {
    name: String,
    is_model: bool,
    open: bool,
    columns: Vec<(String, String, Nullability)>,
}

impl Tables {
    /// Lines such as `model orders: id INTEGER not null, note VARCHAR`; `open` before the name or
    /// nothing, `?` behind a type for unknown nullability.
    /// Types are written as DuckDB does, whatever the query's dialect.
    pub(crate) fn parse(text: &str) -> Tables {
        let lines = text.lines().filter(|line| !line.trim().is_empty()).map(|line| {
            let (head, columns) = line.split_once(':').expect("a table line has a colon");
            let mut words: Vec<&str> = head.split_whitespace().collect();
            let name = words.pop().expect("a table has a name").to_owned();
            TableLine {
                name,
                is_model: words.contains(&"model"),
                open: words.contains(&"open"),
                columns: split_columns(columns),
            }
        });
        Tables { lines: lines.collect() }
    }

    fn find(&self, path: &[Ident], dialect: DialectKind) -> Option<RelationSchema> {
        let written = path.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".");
        let line = self.lines.iter().find(|line| line.name.eq_ignore_ascii_case(&written))?;
        let columns = line.columns.iter().map(|(name, ty, nullability)| TypedColumn {
            raw: raw_type_name(ty, DialectKind::DuckDb).filter(|_| dialect == DialectKind::DuckDb),
            ..TypedColumn::new(name, parse_type(ty, DialectKind::DuckDb), *nullability)
        });
        Some(RelationSchema {
            id: line.name.as_str().into(),
            is_model: line.is_model,
            schema: Schema::new(columns.collect(), line.open).into(),
        })
    }
}

fn split_columns(text: &str) -> Vec<(String, String, Nullability)> {
    let mut columns = Vec::new();
    let (mut depth, mut start) = (0i32, 0);
    for (position, character) in text.char_indices().chain([(text.len(), ',')]) {
        match character {
            '(' | '<' => depth += 1,
            ')' | '>' => depth -= 1,
            ',' if depth == 0 => {
                let part = text[start..position].trim();
                start = position + 1;
                if part.is_empty() {
                    continue;
                }
                let (name, ty) = part.split_once(' ').expect("a column has a type");
                let (ty, nullability) = match (ty.strip_suffix(" not null"), ty.strip_suffix('?')) {
                    (Some(ty), _) => (ty, Nullability::NotNull),
                    (None, Some(ty)) => (ty, Nullability::Unknown),
                    (None, None) => (ty, Nullability::Nullable),
                };
                columns.push((name.to_owned(), ty.to_owned(), nullability));
            }
            _ => {}
        }
    }
    columns
}

/// Infers a query.
pub(crate) fn inferred(sql: &str, dialect: DialectKind, tables: &Tables) -> (Inference, BodySourceMap) {
    let (body, map) = lower_sql(sql, dialect);
    let relations = |path: &[Ident]| tables.find(path, dialect);
    (infer(&body, &Environment { dialect, relations: &relations }), map)
}

/// What is known of a query, as lines.
pub(crate) fn outcome(sql: &str, dialect: DialectKind, tables: &Tables) -> String {
    let (inference, map) = inferred(sql, dialect, tables);
    let mut out = String::new();
    for (column, lineage) in inference.schema.columns.iter().zip(&inference.column_lineage) {
        let name = if column.name.is_empty() { "(unnamed)" } else { &column.name };
        let inexact = if column.exact || column.ty.is_unknown() { "" } else { "~" };
        let _ = write!(out, "{name}: {inexact}{}", column.ty.contract_name());
        if let Some(raw) = &column.raw {
            let _ = write!(out, " [{raw}]");
        }
        out.push_str(match column.nullability {
            Nullability::NotNull => " not null",
            Nullability::Nullable => " null",
            Nullability::Unknown => "",
        });
        let sources: Vec<String> = lineage
            .sources
            .iter()
            .map(|(source, transform)| format!("{}.{} ({transform})", source.relation, source.column))
            .collect();
        if !sources.is_empty() {
            let _ = write!(out, " <- {}", sources.join(", "));
        }
        out.push('\n');
    }
    if inference.schema.open {
        out.push_str("open\n");
    }
    for influence in &inference.influences {
        let _ =
            writeln!(out, "{:?}: {}.{}", influence.kind, influence.source.relation, influence.source.column);
    }
    for finding in &inference.findings {
        let range = range_of(&map, finding.anchor);
        let place = range.map_or("", |range| &sql[range]).split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = write!(out, "{} {:?} at `{place}`: {}", finding.code, finding.severity, finding.message);
        if let Some(suggestion) = &finding.suggestion {
            let _ = write!(out, " | {suggestion}");
        }
        out.push('\n');
    }
    out
}

fn range_of(map: &BodySourceMap, anchor: Anchor) -> Option<TextRange> {
    match anchor {
        Anchor::Expr(expr) | Anchor::Item(expr) => map.exprs.get(expr.index()).copied(),
        Anchor::Relation(relation) => map.relations.get(relation.index()).copied(),
        Anchor::Query(query) => map.queries.get(query.index()).copied(),
    }
}
