//! Tables with data, many times over: base data, and the same with one column changed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::Result;
use duckdb::Connection;

use crate::random::Random;
use crate::world::{Rows, Table, World, insert};

/// Which rows a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) table: usize,
    pub(crate) column: usize,
    pub(crate) variant: usize,
}

/// The data that the tables of one world may have. Each lies in a schema of its own: a search path chooses.
pub(crate) struct DataSets<'a> {
    world: &'a World,
    connection: &'a Connection,
    seed: u64,
    /// Before the names of the schemas: worlds share a connection.
    prefix: String,
    made: BTreeSet<String>,
}

impl<'a> DataSets<'a> {
    pub(crate) fn new(
        world: &'a World,
        connection: &'a Connection,
        seed: u64,
        prefix: String,
    ) -> DataSets<'a> {
        DataSets { world, connection, seed, prefix, made: BTreeSet::new() }
    }

    /// Chooses data: the numbered base, with one column changed.
    pub(crate) fn choose(&mut self, base: usize, changed: Option<Changed>) -> Result<()> {
        let schema = format!("{}_{base}", self.prefix);
        if !self.made.contains(&schema) {
            let tables: Vec<(&Table, Rows)> = (0..self.world.tables.len())
                .map(|table| (&self.world.tables[table], self.rows(base, table)))
                .collect();
            self.make(&schema, &tables)?;
        }
        let mut path = schema.clone();
        if let Some(Changed { table, column, variant }) = changed {
            let own = format!("{schema}_{table}_{column}_{variant}");
            if !self.made.contains(&own) {
                let rows = self.changed_rows(base, table, column, variant);
                self.make(&own, &[(&self.world.tables[table], rows)])?;
            }
            path = format!("{own},{schema}");
        }
        self.connection.execute_batch(&format!("SET search_path = '{path}';"))?;
        Ok(())
    }

    fn make(&mut self, schema: &str, tables: &[(&Table, Rows)]) -> Result<()> {
        let mut text = format!("CREATE SCHEMA {schema};");
        for (table, rows) in tables {
            let name = format!("{schema}.{}", table.name);
            let _ = write!(text, "{}{}", table.ddl(&name), insert(&name, rows));
        }
        self.connection.execute_batch(&text)?;
        self.made.insert(schema.to_owned());
        Ok(())
    }

    /// Even bases have few different values, so that rows join and groups meet; every third has no NULL.
    fn rows(&self, base: usize, table: usize) -> Rows {
        let mut random = Random::part(self.seed, (base * 64 + table) as u64);
        let count = if base < 3 { 7 } else { 12 };
        let (spread, nulls) = shape(base);
        self.world.tables[table].random_rows(count, spread, nulls, &mut random)
    }

    /// Variant 0 has new values in all rows, variant 1 in one row, variant 2 moves the values by one row.
    fn changed_rows(&self, base: usize, table: usize, column: usize, variant: usize) -> Rows {
        let mut rows = self.rows(base, table);
        let part = ((base * 64 + table) * 64 + column) * 8 + variant;
        let mut random = Random::part(self.seed ^ 0xc4a6, part as u64);
        let (spread, nulls) = shape(base);
        let described = &self.world.tables[table].columns[column];
        match variant {
            0 => {
                for row in &mut rows {
                    row[column] = described.random_value(spread, nulls, &mut random);
                }
            }
            1 => {
                let row = random.below(rows.len());
                rows[row][column] = described.random_value(20, 20, &mut random);
            }
            _ => {
                let values: Vec<String> = rows.iter().map(|row| row[column].clone()).collect();
                let count = values.len();
                for (position, row) in rows.iter_mut().enumerate() {
                    row[column].clone_from(&values[(position + 1) % count]);
                }
            }
        }
        rows
    }
}

impl Drop for DataSets<'_> {
    fn drop(&mut self) {
        let mut text = "SET search_path = 'main';".to_owned();
        for schema in &self.made {
            let _ = write!(text, "DROP SCHEMA {schema} CASCADE;");
        }
        // What stays is in nobody's way: the next world has names of its own.
        let _ = self.connection.execute_batch(&text);
    }
}

/// How many different numbers there are, and how many percent are NULL.
fn shape(base: usize) -> (usize, usize) {
    (if base.is_multiple_of(2) { 4 } else { 20 }, if base % 3 == 1 { 0 } else { 25 })
}
