//! The rarer forms of a SELECT.

use std::fmt::Write as _;

use super::{CLOSE, Generator, Items, Known, OPEN, Relation};
use crate::world::Table;

type Made = (String, Vec<Known>);

impl Generator<'_> {
    /// A query of a rarer form.
    pub(super) fn rare(&mut self, depth: usize) -> Made {
        match self.random.below(13) {
            0 => self.pivot(),
            1 => self.unpivot(),
            2 => self.recursive(),
            3..5 if depth == 0 => self.chosen_columns(),
            5 => self.starting_with_from(depth),
            6 if depth == 0 => self.values(),
            7 => self.correlated(depth),
            8 => self.named_windows(depth),
            9 => self.distinct_on(depth),
            10 if depth == 0 => self.unnested(depth),
            11 => self.grouping_sets(depth),
            _ => self.struct_star(depth),
        }
    }

    fn table(&mut self) -> (Table, Relation) {
        let table = self.random.pick(&self.world.tables).clone();
        let alias = self.alias();
        let columns = table.columns.iter().map(|c| Known { name: c.name.clone(), kind: c.kind }).collect();
        (table, Relation { alias, columns })
    }

    /// Of the columns of a kind some one.
    fn column_of(&mut self, table: &Table, kinds: &[&str]) -> Option<Known> {
        let found: Vec<Known> = table
            .columns
            .iter()
            .filter(|column| kinds.contains(&column.kind))
            .map(|column| Known { name: column.name.clone(), kind: column.kind })
            .collect();
        (!found.is_empty()).then(|| self.random.pick(&found).clone())
    }

    fn pivot(&mut self) -> Made {
        let (table, relation) = self.table();
        let key = self.column_of(&table, &["int", "text", "bool"]).unwrap_or(Known::int("id"));
        let value = self.column_of(&table, &["int", "dec", "float"]).unwrap_or(Known::int("k"));
        let group = Known::int("id");
        let input =
            format!("(SELECT {}, {} AS pk, {} AS pv FROM {})", group.name, key.name, value.name, table.name);
        let (first, second) = match key.kind {
            "text" => ("'a'", "'abc'"),
            "bool" => ("TRUE", "FALSE"),
            _ => ("1", "2"),
        };
        let aggregate =
            *self.random.pick(&["sum(pv)", "max(pv)", "count(*)", "avg(pv)", "list(pv)", "count(pv)"]);
        let mut columns = vec![group];
        for name in ["one", "two"] {
            self.shapes.insert(name.to_owned(), "a pivoted column");
            columns.push(Known { name: name.to_owned(), kind: "any" });
        }
        let alias = &relation.alias;
        let nested = self.nested;
        let text = match self.random.below(6) {
            0 if !nested => {
                format!(
                    "SELECT * FROM {input} AS {alias} PIVOT (sum(pv) AS s, {aggregate} AS n FOR pk IN ({first}, {second}))"
                )
            }
            1 if !nested => {
                format!(
                    "SELECT * FROM (PIVOT {input} ON pk IN ({first}, {second}) USING {aggregate} GROUP BY id) AS {alias}"
                )
            }
            2 if !nested => {
                format!(
                    "SELECT * FROM (PIVOT {input} ON pk IN ({first}, {second}) USING {aggregate} AS s, max(pv) AS m) AS {alias}"
                )
            }
            3 if !nested => {
                format!("SELECT * FROM {input} AS {alias} PIVOT ({aggregate} FOR pk IN ({first}, {second}))")
            }
            4 => format!(
                "SELECT * FROM {input} AS {alias} PIVOT ({aggregate} FOR pk IN ({first} AS one, {second} AS two) GROUP BY id)"
            ),
            _ => format!(
                "SELECT * FROM {input} AS {alias} PIVOT ({aggregate} FOR pk IN ({first} AS one, {second} AS two))"
            ),
        };
        (text, columns)
    }

    fn unpivot(&mut self) -> Made {
        let (table, relation) = self.table();
        let first = self
            .column_of(&table, &["int", "dec", "float", "text", "date", "ts"])
            .unwrap_or(Known::int("id"));
        let second = self.column_of(&table, &[first.kind]).unwrap_or(Known::int("k"));
        let alias = &relation.alias;
        let input = format!(
            "(SELECT k AS kept, {} AS left_one, {} AS right_one FROM {})",
            first.name, second.name, table.name
        );
        let nulls = if self.random.percent(30) { "INCLUDE NULLS " } else { "" };
        self.shapes.insert("v".to_owned(), "an unpivoted column");
        self.shapes.insert("n".to_owned(), "the name of an unpivoted column");
        let names = [
            Known::int("kept"),
            Known { name: "n".to_owned(), kind: "text" },
            Known { name: "v".to_owned(), kind: first.kind },
        ];
        let nested = self.nested;
        let text = match self.random.below(6) {
            0 => format!(
                "SELECT * FROM (UNPIVOT {input} ON left_one, right_one INTO NAME n VALUE v) AS {alias}"
            ),
            1 => format!(
                "SELECT * FROM (UNPIVOT {input} ON COLUMNS(* EXCLUDE (kept)) INTO NAME n VALUE v) AS {alias}"
            ),
            2 if !nested => {
                format!(
                    "SELECT * FROM {input} AS i UNPIVOT {nulls}((v, w) FOR n IN ((left_one, right_one) AS 'both')) AS {alias}"
                )
            }
            3 if !nested => format!("SELECT * FROM (UNPIVOT {input} ON left_one, right_one) AS {alias}"),
            4 => format!(
                "SELECT * FROM {input} AS i UNPIVOT {nulls}(v FOR n IN (left_one AS 'l', right_one AS 'r')) AS {alias}"
            ),
            _ => format!(
                "SELECT * FROM {input} AS i UNPIVOT {nulls}(v FOR n IN (left_one, right_one)) AS {alias}"
            ),
        };
        (text, names.to_vec())
    }

    fn recursive(&mut self) -> Made {
        let (table, relation) = self.table();
        let scope = [relation];
        let kind = *self.random.pick(&["int", "text", "dec", "date", "ilist", "float"]);
        let value = self.expression(kind, 1, &scope);
        let name = format!("c{}", self.alias());
        let union = *self.random.pick(&["UNION ALL", "UNION ALL", "UNION"]);
        let step = match (kind, self.random.below(2)) {
            ("int", 0) => "least(v, 7)",
            ("text", 0) => "v || 'x'",
            ("date", 0) => "v + 1",
            ("ilist", 0) => "list_append(v, 1)",
            _ => "v",
        };
        let seed = format!("SELECT 0 AS n, {value} AS v FROM {} AS {}", table.name, scope[0].alias);
        let columns = if self.random.percent(50) { "(n, v)" } else { "" };
        let mut text = format!(
            "WITH RECURSIVE {name}{columns} AS ({seed} {union} SELECT n + 1, {step} FROM {name} WHERE n < 3) \
             SELECT n, v FROM {name}"
        );
        if self.random.percent(30) {
            text = format!("{text} AS again WHERE n > 0");
        }
        self.shapes.insert("v".to_owned(), "a column of a recursive query");
        self.shapes.insert("n".to_owned(), "the counter of a recursive query");
        (text, vec![Known::int("n"), Known { name: "v".to_owned(), kind }])
    }

    /// Stars that choose columns by name, and functions of all of them.
    fn chosen_columns(&mut self) -> Made {
        let (table, relation) = self.table();
        let alias = &relation.alias;
        let column = self.random.pick(&table.columns).name.clone();
        let letter = &column[..1];
        let star = match self.random.below(22) {
            0 => "COLUMNS('^(id|k)$')".to_owned(),
            1 => format!("COLUMNS('{letter}[0-9]')"),
            2 => format!("COLUMNS('1$|^{column}$')"),
            3 => format!("COLUMNS(lambda c: c LIKE '{letter}%')"),
            4 => "COLUMNS(lambda c: c IN ('id', 'k'))".to_owned(),
            5 => format!("COLUMNS(lambda c: NOT starts_with(c, '{letter}') AND NOT c = 'k')"),
            6 => "COLUMNS(['id', 'k'])".to_owned(),
            7 => format!("* LIKE '{letter}%'"),
            8 => format!("* NOT LIKE '{letter}%'"),
            9 => "* ILIKE 'I%'".to_owned(),
            10 => format!("* SIMILAR TO '{letter}.*'"),
            11 => format!("* GLOB '{letter}*'"),
            12 => "max(COLUMNS('^(id|k)$'))".to_owned(),
            13 => "count(COLUMNS(*))".to_owned(),
            14 => "COLUMNS('^(id|k)$')::VARCHAR".to_owned(),
            15 => "COLUMNS('^(id|k)$') + 1".to_owned(),
            16 => "coalesce(*COLUMNS('^(id|k)$'))".to_owned(),
            17 => format!("COLUMNS({alias}.*)"),
            18 => format!("min(COLUMNS(* EXCLUDE ({column})))"),
            19 => "COLUMNS('^(id|k)$') AS '\\0_new'".to_owned(),
            20 => format!("{alias}.* EXCLUDE ({column})"),
            _ => format!("* EXCLUDE ({column}) REPLACE (id::VARCHAR AS id)")
                .replace("(id) REPLACE (id::VARCHAR AS id)", "(id)"),
        };
        (format!("SELECT {star} FROM {} AS {alias}", table.name), relation.columns)
    }

    fn starting_with_from(&mut self, depth: usize) -> Made {
        let (table, relation) = self.table();
        let scope = [relation.clone()];
        if self.random.percent(30) && depth == 0 {
            return (format!("FROM {} AS {}", table.name, relation.alias), relation.columns);
        }
        let mut items = Items { text: Vec::new(), columns: Vec::new() };
        for _ in 0..1 + self.random.below(3) {
            self.shape("scalar", 1, &scope, &mut items);
        }
        let mut text = format!("FROM {} AS {} SELECT {}", table.name, relation.alias, items.text.join(", "));
        self.filter(&mut text, &scope);
        (text, items.columns)
    }

    fn values(&mut self) -> Made {
        let kinds: Vec<&'static str> = (0..1 + self.random.below(3))
            .map(|_| {
                *self.random.pick(&[
                    "int", "dec", "float", "text", "bool", "date", "ts", "interval", "ilist", "struct",
                ])
            })
            .collect();
        let rows: Vec<String> = (0..1 + self.random.below(3))
            .map(|_| {
                let row: Vec<String> = kinds
                    .iter()
                    .map(|kind| {
                        if self.random.percent(15) {
                            "NULL".to_owned()
                        } else {
                            let depth = self.random.below(2);
                            self.expression(kind, depth, &[])
                        }
                    })
                    .collect();
                format!("({})", row.join(", "))
            })
            .collect();
        let rows = format!("VALUES {}", rows.join(", "));
        let text = match self.random.below(3) {
            0 => rows,
            1 => format!("SELECT * FROM ({rows})"),
            _ => format!("SELECT * FROM ({rows}) AS v"),
        };
        (text, Vec::new())
    }

    /// Subqueries that read the query around them.
    fn correlated(&mut self, depth: usize) -> Made {
        let (from, scope) = self.from(depth);
        self.nested = depth > 0;
        let mut items = Items { text: Vec::new(), columns: Vec::new() };
        for _ in 0..1 + self.random.below(2) {
            let (table, inner) = self.table();
            let outside = self.column(Some("int"), &scope).0;
            let inside = self.column(Some("int"), std::slice::from_ref(&inner)).0;
            let kind = *self.random.pick(&["int", "text", "dec", "date", "float"]);
            let value = self.column(Some(kind), std::slice::from_ref(&inner)).0;
            let source = format!("FROM {} AS {} WHERE {inside} = {outside}", table.name, inner.alias);
            let (text, kind, shape) = match self.random.below(8) {
                0 => (format!("(SELECT max({value}) {source})"), kind, "a correlated maximum"),
                1 => (format!("(SELECT count(*) {source})"), "int", "a correlated count"),
                2 => (
                    format!("(SELECT {value} {source} ORDER BY 1 LIMIT 1)"),
                    kind,
                    "a correlated first value",
                ),
                3 => (format!("EXISTS (SELECT 1 {source})"), "bool", "a correlated EXISTS"),
                4 => (
                    format!("{value} IN (SELECT {value} {source})").replacen(&value, &outside, 1),
                    "bool",
                    "a correlated IN",
                ),
                5 => (format!("ARRAY(SELECT {value} {source})"), "any", "a correlated ARRAY"),
                6 => (format!("(SELECT list({value}) {source})"), "any", "a correlated list"),
                _ => (
                    format!(
                        "NOT EXISTS ({})",
                        format_args!("FROM {} AS {} WHERE {inside} > {outside}", table.name, inner.alias)
                    ),
                    "bool",
                    "a correlated EXISTS",
                ),
            };
            if shape == "a correlated IN" && kind != "bool" {
                continue;
            }
            self.item((text, kind), shape, true, &mut items);
        }
        let mut text = format!("SELECT {} {from}", items.text.join(", "));
        self.filter(&mut text, &scope);
        (text, items.columns)
    }

    fn named_windows(&mut self, depth: usize) -> Made {
        let (from, scope) = self.from(depth);
        self.nested = depth > 0;
        let mut items = Items { text: Vec::new(), columns: Vec::new() };
        let key = self.column(Some("int"), &scope).0;
        let by = self.column(None, &scope).0;
        for _ in 0..1 + self.random.below(3) {
            let value = self.column(Some("int"), &scope).0;
            let other = self.column(None, &scope);
            let (text, kind, shape) = match self.random.below(8) {
                0 => (format!("sum({value}) OVER w"), "int", "a sum over a named window"),
                1 => (format!("max({}) OVER w", other.0), other.1, "a maximum over a named window"),
                2 => ("row_number() OVER ordered".to_owned(), "int", "a row number over a named window"),
                3 => (format!("lag({}) OVER ordered", other.0), other.1, "lag over a named window"),
                4 => (format!("rank() OVER (w ORDER BY {value})"), "int", "a rank over an extended window"),
                5 => (format!("count({value}) OVER framed"), "int", "a count over a framed window"),
                6 => (
                    format!("first_value({}) OVER framed", other.0),
                    other.1,
                    "a first value over a framed window",
                ),
                _ => (format!("avg({value}) OVER framed"), "float", "an average over a framed window"),
            };
            self.item((text, kind), shape, true, &mut items);
        }
        let mut text = format!("SELECT {} {from}", items.text.join(", "));
        self.filter(&mut text, &scope);
        let exclude = *self.random.pick(&[
            "",
            " EXCLUDE CURRENT ROW",
            " EXCLUDE TIES",
            " EXCLUDE GROUP",
            " EXCLUDE NO OTHERS",
        ]);
        let unit = *self.random.pick(&["ROWS", "ROWS", "RANGE", "GROUPS"]);
        let _ = write!(
            text,
            " WINDOW w AS (PARTITION BY {by}), ordered AS (PARTITION BY {by} ORDER BY {key}), \
             framed AS (ORDER BY {key} {unit} BETWEEN 1 PRECEDING AND 1 FOLLOWING{exclude})"
        );
        (text, items.columns)
    }

    fn distinct_on(&mut self, depth: usize) -> Made {
        let (from, scope) = self.from(depth);
        self.nested = depth > 0;
        let key = self.column(None, &scope).0;
        let mut items = Items { text: Vec::new(), columns: Vec::new() };
        for _ in 0..1 + self.random.below(3) {
            let column = self.column(None, &scope);
            self.item(column, "a column behind DISTINCT ON", true, &mut items);
        }
        let order = self.column(Some("int"), &scope).0;
        let mut text = format!("SELECT DISTINCT ON ({key}) {} {from}", items.text.join(", "));
        self.filter(&mut text, &scope);
        if self.random.percent(70) {
            let _ = write!(text, " ORDER BY {key}, {order} DESC NULLS LAST");
        }
        (text, items.columns)
    }

    /// UNNEST in the select list.
    fn unnested(&mut self, depth: usize) -> Made {
        let (from, scope) = self.from(depth);
        let list = self.expression("ilist", 1, &scope);
        let text_list = self.expression("tlist", 1, &scope);
        let record = self.expression("struct", 1, &scope);
        let column = self.column(None, &scope).0;
        let item = match self.random.below(8) {
            0 => format!("unnest({list}) AS x1"),
            1 => format!("unnest({list}) AS x1, unnest({text_list}) AS x2"),
            2 => format!("unnest({record})"),
            3 => format!("unnest([{record}, {record}], recursive := true)"),
            4 => format!("unnest([[{list}]], max_depth := 2) AS x1"),
            5 => format!("unnest({list}) + 1 AS x1"),
            6 => format!("unnest([{record}]) AS x1"),
            _ => format!("generate_subscripts({list}, 1) AS x1, unnest({list}) AS x2"),
        };
        for name in ["x1", "x2"] {
            self.shapes.insert(name.to_owned(), "UNNEST in the select list");
        }
        let mut text = format!("SELECT {column} AS x0, {item} {from}");
        self.filter(&mut text, &scope);
        (text, Vec::new())
    }

    fn grouping_sets(&mut self, depth: usize) -> Made {
        let (from, scope) = self.from(depth);
        self.nested = depth > 0;
        let (first, second) = (self.column(None, &scope), self.column(None, &scope));
        let mut items = Items { text: Vec::new(), columns: Vec::new() };
        self.item(first.clone(), "a key of grouping sets", true, &mut items);
        if second.0.starts_with(OPEN) && first.0.starts_with(OPEN) && second.0 != first.0 {
            self.item(second.clone(), "a key of grouping sets", true, &mut items);
            let grouping = format!("grouping({}, {})", first.0, second.0);
            let grouping = *self.random.pick(&[grouping.as_str(), "count(*)"]);
            self.item((grouping.to_owned(), "int"), "GROUPING", true, &mut items);
            self.shape("aggregate", 1, &scope, &mut items);
            let (a, b) = (first.0, second.0);
            let sets = match self.random.below(7) {
                0 => format!("GROUPING SETS (({a}), ({b}), ())"),
                1 => format!("GROUPING SETS (({a}, {b}), ({a}))"),
                2 => format!("ROLLUP ({a}, {b})"),
                3 => format!("CUBE ({a}, {b})"),
                4 => format!("{a}, ROLLUP ({b})"),
                5 => format!("GROUPING SETS (ROLLUP ({a}), CUBE ({b}))"),
                _ => format!("ROLLUP (({a}, {b}))"),
            };
            let mut text = format!("SELECT {} {from}", items.text.join(", "));
            self.filter(&mut text, &scope);
            let _ = write!(text, " GROUP BY {sets}");
            return (text, items.columns);
        }
        let mut text = format!("SELECT {} {from}", items.text.join(", "));
        self.filter(&mut text, &scope);
        (text, items.columns)
    }

    /// The fields of a struct as columns.
    fn struct_star(&mut self, depth: usize) -> Made {
        let (table, relation) = self.table();
        let Some(record) = self.column_of(&table, &["struct"]).filter(|_| depth == 0) else {
            return self.starting_with_from(depth);
        };
        let name = format!("{OPEN}{}.{}{CLOSE}", relation.alias, record.name);
        let item = match self.random.below(2) {
            0 => format!("unnest({name})"),
            _ => format!("{name}.a, {name}['b'], struct_extract({name}, 'a') AS e"),
        };
        (format!("SELECT id, {item} FROM {} AS {}", table.name, relation.alias), Vec::new())
    }
}
