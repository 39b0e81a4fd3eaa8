//! Lineage by perturbation: the data of one source column changes; each output column that then changes must be
//! connected with it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use duckdb::Connection;
use duckdb::arrow::array::{Array as _, StringArray};

use crate::data_sets::{Changed, DataSets};
use crate::patience::limited;
use crate::random::Random;
use crate::tally::Causes;
use crate::world::World;

/// Data sets of the first round, which every source goes through.
const BASES: usize = 2;
/// Data sets of the second round, for edges that showed nothing in the first.
const MORE_BASES: usize = 24;
const VARIANTS: usize = 3;
/// How many source columns of a query are changed, one after the other.
const SOURCES: usize = 4;

/// What Rocky says of where an output column comes from. A column is a table's name and its own.
#[derive(Debug, Default, Clone)]
pub(crate) struct Claim {
    pub(crate) column: String,
    /// What stands behind the column: the shape of its expression.
    pub(crate) shape: String,
    /// Columns its values come from, with the transform.
    pub(crate) values: BTreeMap<(String, String), String>,
    /// Columns that decide about rows.
    pub(crate) influences: BTreeSet<(String, String)>,
}

/// A query with what Rocky says of it.
#[derive(Debug)]
pub(crate) struct Subject {
    /// The text that DuckDB runs.
    pub(crate) sql: String,
    pub(crate) claims: Vec<Claim>,
}

/// What was counted.
#[derive(Debug, Default, Clone)]
pub(crate) struct Perturbations {
    pub(crate) queries: usize,
    /// Of these, chains of models.
    pub(crate) chains: usize,
    /// A query and one of its source columns.
    pub(crate) runs: usize,
    /// Runs in which an output column changed.
    pub(crate) changed: usize,
    /// Output columns that changed, over all runs.
    pub(crate) changes: usize,
    pub(crate) executions: usize,
    pub(crate) misses: usize,
    /// Queries left out, by reason.
    pub(crate) left_out: BTreeMap<&'static str, usize>,
    pub(crate) edges: BTreeMap<&'static str, Edges>,
    pub(crate) miss_causes: Causes,
    pub(crate) unseen_causes: Causes,
}

/// Edges that give values, of one transform.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Edges {
    pub(crate) tried: usize,
    /// The output column changed with the source.
    pub(crate) seen: usize,
    /// The query gave no row with any data, or stopped with an error with all of it.
    pub(crate) no_rows: usize,
    /// The output column is the same whatever changes anywhere.
    pub(crate) constant: usize,
    /// Other data changes the output column, this source never does.
    pub(crate) unseen: usize,
}

type Outcome = Vec<Vec<Option<String>>>;

/// Functions that give another value each time, or depend on the clock or the search path.
const VOLATILE: &[&str] = &[
    "random(",
    "uuid",
    "now()",
    "current_",
    "today()",
    "localtime",
    "nextval",
    "age(",
    "setseed",
    "txid",
    "get_current",
];

impl Perturbations {
    pub(crate) fn leave_out(&mut self, why: &'static str) {
        *self.left_out.entry(why).or_default() += 1;
    }

    /// Changes some of the columns that a query reads, one after the other.
    pub(crate) fn judge(
        &mut self,
        subject: &Subject,
        world: &World,
        data: &mut DataSets<'_>,
        connection: &Connection,
        random: &mut Random,
    ) -> Result<()> {
        if VOLATILE.iter().any(|name| subject.sql.contains(name)) {
            self.leave_out("a function that gives another value each time");
            return Ok(());
        }
        let mut bases = Bases { outcomes: BTreeMap::new(), subject, connection, executions: 0 };
        data.choose(0, None)?;
        let first = bases.run();
        if let (Some(first), Some(second)) = (&first, &bases.run())
            && first != second
        {
            self.leave_out("two runs over the same data differ");
            return Ok(());
        }
        if first.as_ref().is_some_and(|columns| columns.len() != subject.claims.len()) {
            self.leave_out("the set of columns is not known");
            return Ok(());
        }
        bases.outcomes.insert(0, first);
        self.queries += 1;
        for (table, column) in sources(subject, world, random) {
            self.perturb(table, column, subject, world, data, &mut bases)?;
        }
        self.executions += bases.executions;
        Ok(())
    }

    fn perturb(
        &mut self,
        table: usize,
        column: usize,
        subject: &Subject,
        world: &World,
        data: &mut DataSets<'_>,
        bases: &mut Bases<'_>,
    ) -> Result<()> {
        self.runs += 1;
        let source = (world.tables[table].name.clone(), world.tables[table].columns[column].name.clone());
        let edges: BTreeSet<usize> = (0..subject.claims.len())
            .filter(|position| subject.claims[*position].values.contains_key(&source))
            .collect();
        let mut changed: BTreeSet<usize> = BTreeSet::new();
        for base in 0..MORE_BASES {
            if base >= BASES && edges.is_subset(&changed) {
                break;
            }
            let Some(before) = bases.of(base, data)? else { continue };
            for variant in 0..VARIANTS {
                data.choose(base, Some(Changed { table, column, variant }))?;
                let Some(after) = bases.run() else { continue };
                for position in 0..before.len() {
                    if before[position] != after[position] {
                        changed.insert(position);
                    }
                }
            }
        }
        self.changed += usize::from(!changed.is_empty());
        self.changes += changed.len();
        for position in &changed {
            let claim = &subject.claims[*position];
            if !claim.values.contains_key(&source) && !claim.influences.contains(&source) {
                self.misses += 1;
                let example = || format!("{}.{} -> {}: {}", source.0, source.1, claim.column, subject.sql);
                self.miss_causes.add(claim.shape.clone(), example);
            }
        }
        for position in edges {
            let claim = &subject.claims[position];
            let transform = transform_name(&claim.values[&source]);
            let counts = self.edges.entry(transform).or_default();
            counts.tried += 1;
            if changed.contains(&position) {
                counts.seen += 1;
                continue;
            }
            match bases.variety(position) {
                0 => counts.no_rows += 1,
                1 => counts.constant += 1,
                _ => counts.unseen += 1,
            }
            if bases.variety(position) > 0 {
                let kind = if bases.variety(position) > 1 { "varies" } else { "constant" };
                let example = || format!("{}.{} -> {}: {}", source.0, source.1, claim.column, subject.sql);
                self.unseen_causes.add(format!("{transform}, {kind}: {}", claim.shape), example);
            }
        }
        Ok(())
    }
}

/// What a query gives over the bases.
struct Bases<'a> {
    outcomes: BTreeMap<usize, Option<Outcome>>,
    subject: &'a Subject,
    connection: &'a Connection,
    executions: usize,
}

impl Bases<'_> {
    fn of(&mut self, base: usize, data: &mut DataSets<'_>) -> Result<Option<Outcome>> {
        if !self.outcomes.contains_key(&base) {
            data.choose(base, None)?;
            let outcome = self.run();
            self.outcomes.insert(base, outcome);
        }
        Ok(self.outcomes.get(&base).cloned().flatten())
    }

    /// The values of each column in order: rows have none.
    fn run(&mut self) -> Option<Outcome> {
        self.executions += 1;
        let ask = || -> duckdb::Result<Outcome> {
            let text = format!("SELECT COLUMNS(*)::VARCHAR FROM ({}) AS judged", self.subject.sql);
            let mut statement = self.connection.prepare(&text)?;
            let mut columns: Outcome = vec![Vec::new(); self.subject.claims.len()];
            for batch in statement.query_arrow([])? {
                columns.resize(batch.num_columns(), Vec::new());
                for (position, column) in columns.iter_mut().enumerate() {
                    let values = batch.column(position).as_any().downcast_ref::<StringArray>();
                    column.extend(values.into_iter().flatten().map(|value| value.map(str::to_owned)));
                }
            }
            for column in &mut columns {
                column.sort_unstable();
            }
            Ok(columns)
        };
        limited(self.connection, &self.subject.sql, ask).ok()
    }

    /// How many different contents a column has over the bases; none if there never was a row.
    fn variety(&self, position: usize) -> usize {
        let contents: BTreeSet<&Vec<Option<String>>> = self
            .outcomes
            .values()
            .flatten()
            .filter_map(|columns| columns.get(position))
            .filter(|content| !content.is_empty())
            .collect();
        let values: BTreeSet<&Option<String>> = contents.iter().flat_map(|content| content.iter()).collect();
        if contents.is_empty() { 0 } else { values.len() }
    }
}

fn transform_name(transform: &str) -> &'static str {
    match transform {
        "direct" => "direct",
        "cast" => "cast",
        "expression" => "expression",
        _ => "aggregation",
    }
}

/// Some columns of the tables that a query names: with claimed ones first, and others too.
fn sources(subject: &Subject, world: &World, random: &mut Random) -> Vec<(usize, usize)> {
    let mut claimed = Vec::new();
    let mut others = Vec::new();
    for (number, table) in world.tables.iter().enumerate() {
        if !names_table(&subject.sql, &table.name) {
            continue;
        }
        for (position, column) in table.columns.iter().enumerate() {
            let source = (table.name.clone(), column.name.clone());
            let values = subject.claims.iter().any(|claim| claim.values.contains_key(&source));
            if values { claimed.push((number, position)) } else { others.push((number, position)) }
        }
    }
    let mut chosen = Vec::new();
    for number in 0..SOURCES {
        let (from, other) =
            if number % 2 == 0 { (&mut claimed, &mut others) } else { (&mut others, &mut claimed) };
        let from = if from.is_empty() { other } else { from };
        if !from.is_empty() {
            chosen.push(from.swap_remove(random.below(from.len())));
        }
    }
    chosen
}

fn names_table(sql: &str, table: &str) -> bool {
    sql.match_indices(table).any(|(at, _)| {
        let word =
            |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.');
        !word(sql[..at].chars().next_back()) && !word(sql[at + table.len()..].chars().next())
    })
}
