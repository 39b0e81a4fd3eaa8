//! Random tables: their columns, how DuckDB makes them, what Rocky is told of them.

use std::fmt::Write as _;

use rocky_hir::body::Ident;
use rocky_types::{DialectKind, Nullability, RelationSchema, Schema, TypedColumn, parse_type, raw_type_name};

use crate::random::Random;

/// DuckDB's types with the kind of expression they serve as in `expressions.txt`.
const TYPES: &[(&str, &str)] = &[
    ("int", "TINYINT"),
    ("int", "SMALLINT"),
    ("int", "INTEGER"),
    ("int", "INTEGER"),
    ("int", "BIGINT"),
    ("int", "BIGINT"),
    ("int", "HUGEINT"),
    ("int", "UTINYINT"),
    ("int", "USMALLINT"),
    ("int", "UINTEGER"),
    ("int", "UBIGINT"),
    ("dec", "DECIMAL(4,1)"),
    ("dec", "DECIMAL(9,2)"),
    ("dec", "DECIMAL(15,2)"),
    ("dec", "DECIMAL(18,3)"),
    ("dec", "DECIMAL(20,4)"),
    ("dec", "DECIMAL(38,10)"),
    ("float", "FLOAT"),
    ("float", "DOUBLE"),
    ("float", "DOUBLE"),
    ("text", "VARCHAR"),
    ("text", "VARCHAR"),
    ("text", "VARCHAR"),
    ("bool", "BOOLEAN"),
    ("date", "DATE"),
    ("date", "DATE"),
    ("ts", "TIMESTAMP"),
    ("ts", "TIMESTAMP"),
    ("tstz", "TIMESTAMP WITH TIME ZONE"),
    ("time", "TIME"),
    ("interval", "INTERVAL"),
    ("blob", "BLOB"),
    ("uuid", "UUID"),
    ("ilist", "INTEGER[]"),
    ("ilist", "BIGINT[]"),
    ("tlist", "VARCHAR[]"),
    ("struct", "STRUCT(a INTEGER, b VARCHAR)"),
    ("struct", "STRUCT(a BIGINT, b VARCHAR, c DATE)"),
    ("map", "MAP(VARCHAR, INTEGER)"),
];

#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) kind: &'static str,
    pub(crate) not_null: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
}

/// The tables that a series of queries reads.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) tables: Vec<Table>,
}

impl World {
    pub(crate) fn random(random: &mut Random) -> World {
        let tables = (0..4)
            .map(|number| {
                let key = |name: &str, random: &mut Random| Column {
                    name: name.to_owned(),
                    ty: (*random.pick(&["INTEGER", "BIGINT", "SMALLINT"])).to_owned(),
                    kind: "int",
                    not_null: random.percent(50),
                };
                let mut columns = vec![key("id", random), key("k", random)];
                let mut order: Vec<usize> = (0..TYPES.len()).collect();
                for place in 0..12 {
                    let other = place + random.below(order.len() - place);
                    order.swap(place, other);
                    let (kind, ty) = TYPES[order[place]];
                    columns.push(Column {
                        name: format!("{}{}", ["a", "b", "c", "d"][number], place),
                        ty: ty.to_owned(),
                        kind,
                        not_null: random.percent(40),
                    });
                }
                Table { name: format!("t{number}"), columns }
            })
            .collect();
        World { tables }
    }

    /// The statements that make the tables, empty.
    pub(crate) fn ddl(&self) -> String {
        let mut text = String::new();
        for table in &self.tables {
            let columns: Vec<String> = table
                .columns
                .iter()
                .map(|column| {
                    let not_null = if column.not_null { " NOT NULL" } else { "" };
                    format!("\"{}\" {}{not_null}", column.name, column.ty)
                })
                .collect();
            let _ = writeln!(text, "CREATE OR REPLACE TABLE {} ({});", table.name, columns.join(", "));
        }
        text
    }

    /// The statements that fill the tables with a few rows, with NULL wherever a column allows it.
    pub(crate) fn rows(&self, random: &mut Random) -> String {
        let mut text = String::new();
        for table in &self.tables {
            for _ in 0..6 {
                let values: Vec<String> = table
                    .columns
                    .iter()
                    .map(|column| {
                        if !column.not_null && random.percent(30) {
                            "NULL".to_owned()
                        } else {
                            value(&column.ty, random)
                        }
                    })
                    .collect();
                let _ = writeln!(text, "INSERT INTO {} VALUES ({});", table.name, values.join(", "));
            }
        }
        text
    }

    /// What Rocky is told of a table.
    pub(crate) fn relation(&self, path: &[Ident]) -> Option<RelationSchema> {
        let name = &path.last()?.text;
        let table = self.tables.iter().find(|table| table.name.eq_ignore_ascii_case(name))?;
        let columns = table.columns.iter().map(|column| TypedColumn {
            raw: raw_type_name(&column.ty, DialectKind::DuckDb),
            ..TypedColumn::new(
                &column.name,
                parse_type(&column.ty, DialectKind::DuckDb),
                if column.not_null { Nullability::NotNull } else { Nullability::Nullable },
            )
        });
        Some(RelationSchema {
            id: table.name.as_str().into(),
            is_model: true,
            schema: Schema::new(columns.collect(), false).into(),
        })
    }

    /// Tables from `CREATE TABLE name (column TYPE [NOT NULL], …);` lines, one table a line.
    pub(crate) fn of_ddl(ddl: &str) -> World {
        let tables = ddl
            .lines()
            .filter_map(|line| {
                let (name, columns) = line.strip_prefix("CREATE TABLE ")?.split_once(" (")?;
                let columns = columns.strip_suffix(");")?;
                let columns = split_top_level(columns)
                    .into_iter()
                    .filter_map(|column| {
                        let (name, ty) = column.trim().split_once(' ')?;
                        let (ty, not_null) =
                            ty.strip_suffix(" NOT NULL").map_or((ty, false), |ty| (ty, true));
                        let (name, ty) = (name.trim_matches('"').to_owned(), ty.to_owned());
                        Some(Column { name, ty, kind: "any", not_null })
                    })
                    .collect();
                Some(Table { name: name.to_owned(), columns })
            })
            .collect();
        World { tables }
    }
}

/// Splits at commas outside parentheses.
pub(crate) fn split_top_level(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (position, character) in text.char_indices() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..position]);
                start = position + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// A value of a type, as a literal.
pub(crate) fn value(ty: &str, random: &mut Random) -> String {
    let number = random.below(20);
    let nullable =
        |text: String, random: &mut Random| if random.percent(20) { "NULL".to_owned() } else { text };
    match ty {
        "VARCHAR" => format!("'{}'", random.pick(&["", "a", "abc", "x,y", "12", "2024-01-05", "A b"])),
        "BOOLEAN" => (*random.pick(&["TRUE", "FALSE"])).to_owned(),
        "DATE" => format!("DATE '2024-0{}-1{}'", 1 + number % 9, number % 10),
        "TIMESTAMP" => {
            format!("TIMESTAMP '2024-0{}-1{} 0{}:30:00'", 1 + number % 9, number % 10, number % 10)
        }
        "TIMESTAMP WITH TIME ZONE" => format!("TIMESTAMPTZ '2024-0{}-15 10:00:00+00'", 1 + number % 9),
        "TIME" => format!("TIME '0{}:15:00'", number % 10),
        "INTERVAL" => format!("INTERVAL {number} DAY"),
        "BLOB" => "'ab'::BLOB".to_owned(),
        "UUID" => format!("'00000000-0000-0000-0000-0000000000{:02}'::UUID", number),
        "VARCHAR[]" => format!("['a', {}]", nullable("'b'".to_owned(), random)),
        list if list.ends_with("[]") => {
            if number == 0 {
                "[]".to_owned()
            } else {
                format!("[{number}, {}]", nullable("2".to_owned(), random))
            }
        }
        record if record.starts_with("STRUCT") => {
            let (a, b) = (nullable(number.to_string(), random), nullable("'s'".to_owned(), random));
            let c = if record.contains(" c ") { ", 'c': DATE '2024-02-02'" } else { "" };
            format!("{{'a': {a}, 'b': {b}{c}}}")
        }
        map if map.starts_with("MAP") => format!("MAP {{'k': {}}}", nullable(number.to_string(), random)),
        _ => number.to_string(),
    }
}
