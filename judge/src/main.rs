//! The judge: how often Rocky's names, types, nullability and errors agree with what DuckDB says.
//!
//! Must not know: adapters, the engine, editors. Types are judged over one query; lineage over small projects too,
//! which lie in memory.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for people who build Rocky: it prints a page and reads the corpora of the checkout"
)]

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Parser;
use duckdb::Connection;

mod chain;
mod corpus;
mod data_sets;
mod dialects;
mod generate;
mod judgement;
mod mutate;
mod nulls;
mod patience;
mod perturbation;
mod public;
mod random;
mod report;
mod tally;
mod templates;
mod world;

use data_sets::DataSets;
use generate::{Generator, Query};
use mutate::MUTATIONS;
use perturbation::Perturbations;
use random::Random;
use report::Set;
use tally::Tally;
use templates::Templates;
use world::World;

/// How many queries read the same tables.
const QUERIES_PER_WORLD: usize = 200;

/// How many queries are perturbed over the same data, and how many of them are chains of models.
const QUERIES_PER_DATA: usize = 40;
const CHAIN_EVERY: usize = 4;

/// Compares Rocky's types with DuckDB's.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many queries to make
    #[arg(long, default_value_t = 100_000)]
    queries: usize,
    /// How many times to change a source column and look at what changes with it
    #[arg(long, default_value_t = 10_000)]
    perturbations: usize,
    /// Where the numbers come from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The statements of the public corpora, as `cargo xtask corpora` collects them
    #[arg(long)]
    public: Option<PathBuf>,
    /// Where to write the page
    #[arg(long)]
    output: Option<PathBuf>,
    /// Print this many examples of each kind of disagreement
    #[arg(long, default_value_t = 0)]
    examples: usize,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let (runs, seed) = (arguments.perturbations, arguments.seed);
    let perturbing = std::thread::spawn(move || perturbed(runs, seed));
    let mut sets = vec![Set { name: "generator", tally: generated(arguments.queries, arguments.seed)? }];
    for corpus in corpus::corpora()? {
        sets.push(Set { name: corpus.name, tally: judged(&corpus)? });
    }
    let mut left_out = Default::default();
    if let Some(path) = &arguments.public {
        let public = public::judged(path)?;
        sets.push(Set { name: "public corpora", tally: public.tally });
        left_out = public.left_out;
    }
    let perturbations = perturbing.join().map_err(|_| anyhow::anyhow!("the perturbations stopped"))??;
    let version: String =
        Connection::open_in_memory()?.query_row("SELECT version()", [], |row| row.get(0))?;
    let page = report::page(&sets, &perturbations, &left_out, (arguments.queries, arguments.seed), &version);
    match &arguments.output {
        Some(path) => {
            std::fs::write(path, page).with_context(|| format!("writing {}", path.display()))?;
            println!("{} is written", path.display());
        }
        None => print!("{page}"),
    }
    print!("{}", report::examples(&sets, &perturbations, arguments.examples));
    Ok(())
}

/// Queries over random tables.
fn generated(queries: usize, seed: u64) -> Result<Tally> {
    let templates = Templates::read();
    let mut tally = Tally::default();
    let (filled, empty) = (connection()?, connection()?);
    let mut world = World { tables: Vec::new() };
    for number in 0..queries {
        if number % QUERIES_PER_WORLD == 0 {
            let mut random = Random::part(seed, (number / QUERIES_PER_WORLD) as u64);
            world = World::random(&mut random);
            let ddl = world.ddl();
            empty.execute_batch(&ddl)?;
            filled.execute_batch(&ddl)?;
            filled.execute_batch(&world.rows(&mut random))?;
        }
        let mut random = Random::part(seed ^ 0x5eed, number as u64);
        let query = Generator::query(&world, &templates, Random::new(random.next()));
        let Some(ours) = tally.judge(&query, &world, &empty) else { continue };
        tally.check_nulls(&query, &ours, &[&filled, &empty]);
        for _ in 0..3 {
            let mutation = random.pick(MUTATIONS);
            if let Some(sql) = mutation.apply(&query.marked, &mut random) {
                tally.mutant(mutation.name, &sql, &world, &empty);
            }
        }
    }
    Ok(tally)
}

/// Source columns of queries and of chains of models, changed one after the other.
fn perturbed(runs: usize, seed: u64) -> Result<Perturbations> {
    let templates = Templates::read();
    let mut counted = Perturbations::default();
    let connection = connection()?;
    let mut number = 0u64;
    while counted.runs < runs {
        let mut random = Random::part(seed ^ 0x1ea6e, number);
        number += 1;
        let world = World::random(&mut random);
        connection.execute_batch(&world.ddl())?;
        let mut data = DataSets::new(&world, &connection, random.next(), format!("w{number}"));
        for query in 0..QUERIES_PER_DATA {
            if counted.runs >= runs {
                break;
            }
            connection.execute_batch("SET search_path = 'main'")?;
            let subject = if query % CHAIN_EVERY == 0 {
                chain::chain(&world, &templates, &connection, &mut random)
            } else {
                let query = Generator::query(&world, &templates, Random::new(random.next()));
                let ours = judgement::inferred(&query.sql(), &world);
                let accepted = judgement::describe(&connection, &query.sql()).is_ok();
                accepted.then(|| chain::of_query(&query, &ours)).flatten()
            };
            match subject {
                Some(subject) => {
                    let before = counted.queries;
                    counted.judge(&subject, &world, &mut data, &connection, &mut random)?;
                    counted.chains += usize::from(query % CHAIN_EVERY == 0 && counted.queries > before);
                }
                None => counted.leave_out("DuckDB refuses it, or its columns are not all known"),
            }
        }
    }
    Ok(counted)
}

/// The queries of a corpus over its tables.
fn judged(corpus: &corpus::Corpus) -> Result<Tally> {
    let connection = connection()?;
    connection.execute_batch(corpus.ddl)?;
    let world = World::of_ddl(corpus.ddl);
    let mut tally = Tally::default();
    for (_, sql) in &corpus.queries {
        let query = Query { marked: sql.clone(), shapes: Default::default() };
        tally.judge(&query, &world, &connection);
    }
    Ok(tally)
}

fn connection() -> Result<Connection> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch("SET threads = 1; SET disabled_optimizers = 'top_n_window_elimination'; SET TimeZone = 'UTC'; CREATE SEQUENCE s;")?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::{generated, perturbed};

    /// A small part of what `cargo xtask judge` measures; every goal that is a zero holds here too.
    #[test]
    fn a_short_run_meets_the_goals() {
        let tally = generated(1_500, 7).expect("the judge runs");
        assert!(tally.columns > 3_000, "only {} columns", tally.columns);
        assert_eq!(tally.false_errors, 0, "{:#?}", tally.false_error_causes.ranked());
        assert_eq!(tally.null_violations, 0, "{:#?}", tally.null_causes.ranked());
        assert_eq!(tally.names_wrong, 0, "{:#?}", tally.name_causes.ranked());
        let claimed = tally.equal + tally.different;
        assert!(tally.equal * 1000 >= claimed * 999, "{:#?}", tally.different_causes.ranked());
        assert!(tally.unknown * 100 <= tally.columns, "{:#?}", tally.unknown_causes.ranked());
    }

    /// What changes is connected, over a few queries and chains.
    #[test]
    fn a_short_perturbation_misses_nothing() {
        let counted = perturbed(80, 7).expect("the judge runs");
        assert_eq!(counted.misses, 0, "{:#?}", counted.miss_causes.ranked());
        assert!(counted.changed > 10, "only {} runs changed something", counted.changed);
        assert!(counted.chains > 2, "only {} chains", counted.chains);
    }

    #[test]
    fn the_same_seed_gives_the_same_counts() {
        let counts = || {
            let tally = generated(200, 3).expect("the judge runs");
            (tally.columns, tally.equal, tally.refused, tally.mutants)
        };
        assert_eq!(counts(), counts());
    }
}
