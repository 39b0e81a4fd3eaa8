//! What is perturbed: one query, or a chain of models that read each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use duckdb::Connection;
use rocky_compiler::base_db::testing::MemorySystem;
use rocky_compiler::lineage::{QualifiedColumn, columns_behind, trace_upstream};
use rocky_compiler::{OpenOptions, ProjectHost};

use crate::generate::{Generator, Query};
use crate::judgement::{Ours, describe};
use crate::perturbation::{Claim, Subject};
use crate::random::Random;
use crate::templates::Templates;
use crate::world::{Column, Table, World, kind_of};

/// How often a model of a chain is made anew when DuckDB refuses it.
const TRIES: usize = 12;

/// One query with what its inference says. `None` if its columns are not all known.
pub(crate) fn of_query(query: &Query, ours: &Ours) -> Option<Subject> {
    let inference = &ours.inference;
    let unnamed = inference.schema.columns.iter().any(|column| column.name.is_empty());
    if inference.schema.open && !unnamed {
        return None;
    }
    let influences: BTreeSet<(String, String)> = inference
        .influences
        .iter()
        .map(|influence| (influence.source.relation.to_string(), influence.source.column.to_string()))
        .collect();
    let claims = inference.column_lineage.iter().map(|lineage| Claim {
        column: lineage.column.to_string(),
        shape: query.shapes.get(lineage.column.as_str()).copied().unwrap_or("(no alias)").to_owned(),
        values: lineage
            .sources
            .iter()
            .map(|(source, transform)| {
                ((source.relation.to_string(), source.column.to_string()), transform.to_string())
            })
            .collect(),
        influences: influences.clone(),
    });
    Some(Subject { sql: query.sql(), claims: claims.collect() })
}

/// Two or three models, each reading the one before, as a project that Rocky compiles and as one query that
/// DuckDB runs.
pub(crate) fn chain(
    world: &World,
    templates: &Templates,
    connection: &Connection,
    random: &mut Random,
) -> Option<Subject> {
    let length = 2 + random.below(2);
    let mut models: Vec<(String, String)> = Vec::new();
    let mut last: Option<Table> = None;
    let mut shapes = BTreeMap::new();
    for number in 1..=length {
        let mut tables: Vec<Table> = last.iter().cloned().collect();
        tables.push(random.pick(&world.tables).clone());
        let name = format!("m{number}");
        let earlier = last.as_ref().map(|table| format!(" {} ", table.name));
        let made = (0..TRIES).find_map(|_| {
            let visible = World { tables: tables.clone() };
            let query = Generator::query(&visible, templates, Random::new(random.next()));
            let sql = query.sql();
            if earlier.as_ref().is_some_and(|name| !sql.contains(name.as_str())) {
                return None;
            }
            let columns = describe(connection, &with_models(&models, &sql)).ok()?;
            Some((query, columns))
        });
        let (query, columns) = made?;
        let (sql, table) = as_model(&name, &query.sql(), &columns);
        shapes = query.shapes;
        models.push((name, sql));
        last = Some(table);
    }
    let (name, sql) = models.pop()?;
    let claims = claims(world, &models, (&name, &sql), &shapes)?;
    Some(Subject { sql: with_models(&models, &sql), claims })
}

/// The query as a model whose columns have plain names.
fn as_model(name: &str, sql: &str, columns: &[(String, String)]) -> (String, Table) {
    let mut names: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
    let plain = |name: &String| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let mut sql = sql.to_owned();
    if !names.iter().all(plain) {
        names = (0..columns.len()).map(|position| format!("y{position}")).collect();
        sql = format!("SELECT * FROM ({sql}) AS renamed({})", names.join(", "));
    }
    let columns = columns.iter().zip(names).map(|((_, ty), name)| Column {
        name,
        ty: ty.clone(),
        kind: kind_of(ty),
        not_null: false,
    });
    (sql, Table { name: name.to_owned(), columns: columns.collect() })
}

fn with_models(models: &[(String, String)], sql: &str) -> String {
    if models.is_empty() {
        return sql.to_owned();
    }
    let models: Vec<String> =
        models.iter().map(|(name, sql)| format!("{name} AS MATERIALIZED ({sql})")).collect();
    format!("WITH {} SELECT * FROM ({sql}) AS last_model", models.join(", "))
}

/// What the compiler says of the last model of a project.
fn claims(
    world: &World,
    models: &[(String, String)],
    last: (&str, &str),
    shapes: &BTreeMap<String, &'static str>,
) -> Option<Vec<Claim>> {
    let sidecar = declared_sources(world);
    let system = MemorySystem::with_files([
        ("rocky.toml", "[adapter.default]\ntype = \"duckdb\"\n"),
        ("models/_defaults.toml", "[target]\ncatalog = \"c\"\nschema = \"s\"\n"),
    ]);
    let all = models.iter().map(|(name, sql)| (name.as_str(), sql.as_str())).chain([last]);
    for (name, sql) in all {
        system.write(&format!("models/{name}.sql"), sql);
        system.write(&format!("models/{name}.toml"), &sidecar);
    }
    let host = ProjectHost::open(Arc::new(system), OpenOptions::default());
    host.compile(&mut |_| {});
    let snapshot = host.snapshot();
    let file = snapshot.model_named(last.0)?;
    let facts = rocky_compiler::types::model_facts(host.db(), file);
    if facts.facts.schema.open {
        return None;
    }
    let pair = |column: &QualifiedColumn| (column.model.to_string(), column.column.to_string());
    let claims = facts.facts.column_lineage.iter().map(|lineage| {
        let mut values = BTreeMap::new();
        for edge in trace_upstream(host.db(), file, &lineage.column) {
            // The transform of the edge that reads the table stands for the whole path.
            values.entry(pair(&edge.source)).or_insert_with(|| edge.transform.to_string());
        }
        Claim {
            column: lineage.column.to_string(),
            shape: shapes.get(lineage.column.as_str()).copied().unwrap_or("(chain)").to_owned(),
            values,
            influences: columns_behind(host.db(), file, &lineage.column).iter().map(pair).collect(),
        }
    });
    Some(claims.collect())
}

/// The tables of a world as sources that each model declares.
fn declared_sources(world: &World) -> String {
    let mut text = String::new();
    for table in &world.tables {
        let _ = writeln!(text, "[[sources]]\nschema = \"main\"\ntable = \"{}\"\ncolumns = [", table.name);
        for column in &table.columns {
            let _ = writeln!(
                text,
                "  {{ name = \"{}\", type = \"{}\", nullable = {} }},",
                column.name,
                column.ty.replace('"', "\\\""),
                !column.not_null
            );
        }
        text.push_str("]\n");
    }
    text
}
