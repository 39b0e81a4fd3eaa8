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
    ("int", "UHUGEINT"),
    ("dec", "DECIMAL"),
    ("dec", "DECIMAL"),
    ("dec", "DECIMAL"),
    ("dec", "DECIMAL"),
    ("dec", "DECIMAL"),
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
    ("ts", "TIMESTAMP_S"),
    ("ts", "TIMESTAMP_MS"),
    ("ts", "TIMESTAMP_NS"),
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
    ("enum", "ENUM('a', 'b', 'c')"),
    ("json", "JSON"),
    ("slist", "STRUCT(a INTEGER, b VARCHAR)[]"),
    ("array", "INTEGER[3]"),
    ("farray", "FLOAT[3]"),
    ("timetz", "TIME WITH TIME ZONE"),
    ("bit", "BIT"),
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

/// Rows of a table as literals.
pub(crate) type Rows = Vec<Vec<String>>;

impl Table {
    /// Rows with values of so many numbers, and so many percent of NULL wherever a column allows it.
    pub(crate) fn random_rows(&self, count: usize, spread: usize, nulls: usize, random: &mut Random) -> Rows {
        (0..count)
            .map(|_| self.columns.iter().map(|column| column.random_value(spread, nulls, random)).collect())
            .collect()
    }

    /// The statement that makes the table, empty.
    pub(crate) fn ddl(&self, name: &str) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| {
                let not_null = if column.not_null { " NOT NULL" } else { "" };
                format!("\"{}\" {}{not_null}", column.name, column.ty)
            })
            .collect();
        format!("CREATE OR REPLACE TABLE {name} ({});", columns.join(", "))
    }
}

impl Column {
    /// A value, or NULL where that is allowed.
    pub(crate) fn random_value(&self, spread: usize, nulls: usize, random: &mut Random) -> String {
        let null = !self.not_null && random.percent(nulls);
        if null { "NULL".to_owned() } else { value(&self.ty, spread, random) }
    }
}

/// The statement that adds rows to a table.
pub(crate) fn insert(table: &str, rows: &Rows) -> String {
    let rows: Vec<String> = rows.iter().map(|row| format!("({})", row.join(", "))).collect();
    format!("INSERT INTO {table} VALUES {};", rows.join(", "))
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
                    let ty = if ty == "DECIMAL" { random_decimal(random) } else { ty.to_owned() };
                    columns.push(Column {
                        name: format!("{}{}", ["a", "b", "c", "d"][number], place),
                        ty,
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
        let statements: Vec<String> =
            self.tables.iter().map(|table| table.ddl(&format!("\"{}\"", table.name))).collect();
        statements.join("\n")
    }

    /// The statements that fill the tables with a few rows, with NULL wherever a column allows it.
    pub(crate) fn rows(&self, random: &mut Random) -> String {
        let mut text = String::new();
        for table in &self.tables {
            let rows = table.random_rows(6, 20, 30, random);
            let _ = writeln!(text, "{}", insert(&table.name, &rows));
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

/// What expressions of one of DuckDB's types serve as.
pub(crate) fn kind_of(ty: &str) -> &'static str {
    if ty.starts_with("DECIMAL") && !ty.ends_with(']') {
        return "dec";
    }
    TYPES.iter().find(|(_, known)| *known == ty).map_or("any", |(kind, _)| kind)
}

/// A decimal type of any precision and scale.
fn random_decimal(random: &mut Random) -> String {
    let precision = *random.pick(&[1, 2, 4, 5, 9, 9, 10, 15, 18, 19, 20, 30, 37, 38]);
    let scale = random.below(precision.min(12) + 1);
    format!("DECIMAL({precision},{scale})")
}

/// A number that fits a decimal type.
fn decimal(ty: &str, number: usize) -> String {
    let digits: Vec<usize> = ty
        .trim_start_matches("DECIMAL(")
        .trim_end_matches(')')
        .split(',')
        .filter_map(|d| d.parse().ok())
        .collect();
    let [precision, scale] = digits.as_slice() else { return number.to_string() };
    let whole = match precision - scale {
        0 => 0,
        1 => number % 10,
        _ => number,
    };
    if *scale == 0 { whole.to_string() } else { format!("{whole}.{}", number % 10) }
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

/// A value of a type, as a literal, made of a number below `spread`.
fn value(ty: &str, spread: usize, random: &mut Random) -> String {
    let number = random.below(spread);
    let nullable =
        |text: String, random: &mut Random| if random.percent(20) { "NULL".to_owned() } else { text };
    match ty {
        "VARCHAR" => {
            format!("'{}'", random.pick(&["", "a", "abc", "x,y", "12", "2024-01-05", "A b", "b,a", "7"]))
        }
        "BOOLEAN" => (*random.pick(&["TRUE", "FALSE"])).to_owned(),
        decimals if decimals.starts_with("DECIMAL(") && !decimals.ends_with(']') => decimal(decimals, number),
        "TIMESTAMP_S" | "TIMESTAMP_MS" | "TIMESTAMP_NS" => {
            format!("TIMESTAMP '2024-0{}-1{} 0{}:30:00'", 1 + number % 9, number % 10, number % 10)
        }
        "TIME WITH TIME ZONE" => format!("'0{}:15:00+0{}'::TIMETZ", number % 10, number % 4),
        "BIT" => format!("'{:05b}'::BIT", number),
        "JSON" => format!("'{{\"a\": {number}}}'"),
        "STRUCT(a INTEGER, b VARCHAR)[]" => format!("[{{'a': {number}, 'b': 's'}}, NULL]"),
        "INTEGER[3]" | "FLOAT[3]" => format!("[{number}, 2, {}]", number % 3),
        kinds if kinds.starts_with("ENUM") => format!("'{}'", random.pick(&["a", "b", "c"])),
        "DATE" => format!("DATE '202{}-0{}-1{}'", number % 5, 1 + number % 9, number % 10),
        "TIMESTAMP" => {
            format!("TIMESTAMP '2024-0{}-1{} 0{}:30:00'", 1 + number % 9, number % 10, number % 10)
        }
        "TIMESTAMP WITH TIME ZONE" => format!(
            "TIMESTAMPTZ '202{}-0{}-15 1{}:0{}:00+00'",
            number % 5,
            1 + number % 9,
            number % 8,
            number % 10
        ),
        "TIME" => format!("TIME '0{}:15:00'", number % 10),
        "INTERVAL" => format!("INTERVAL {number} DAY"),
        "BLOB" => format!("'{}'::BLOB", random.pick(&["", "ab", "abc", "b"])),
        "UUID" => format!("'00000000-0000-0000-0000-0000000000{:02}'::UUID", number),
        "VARCHAR[]" => {
            let first = *random.pick(&["a", "b", "c"]);
            format!("['{first}', {}]", nullable("'b'".to_owned(), random))
        }
        list if list.ends_with("[]") => {
            if number == 0 {
                "[]".to_owned()
            } else {
                format!("[{number}, {}]", nullable((number % 3).to_string(), random))
            }
        }
        record if record.starts_with("STRUCT") => {
            let (a, b) = (
                nullable(number.to_string(), random),
                nullable(format!("'{}'", random.pick(&["s", "t", "12"])), random),
            );
            let c = if record.contains(" c ") { ", 'c': DATE '2024-02-02'" } else { "" };
            format!("{{'a': {a}, 'b': {b}{c}}}")
        }
        map if map.starts_with("MAP") => {
            let value = nullable(number.to_string(), random);
            let more = if random.percent(30) { ", 'l': 3" } else { "" };
            format!("MAP {{'k': {value}{more}}}")
        }
        _ => number.to_string(),
    }
}
