//! FROM clauses: relations and joins.

use std::fmt::Write as _;

use super::{Generator, Known, Relation};

impl Generator<'_> {
    pub(super) fn from(&mut self, depth: usize) -> (String, Vec<Relation>) {
        let (text, first) = self.factor(depth);
        let mut text = format!("FROM {text}");
        let mut scope = vec![first];
        let joins = *self.random.pick(&[0, 0, 0, 1, 1, 2]);
        let mut merged = true;
        for _ in 0..joins {
            let has = |relation: &Relation, name: &str| relation.columns.iter().any(|c| c.name == name);
            let (right, relation) = self.factor(depth);
            let side = *self.random.pick(&["", "LEFT ", "RIGHT ", "FULL ", "INNER ", "LEFT "]);
            let both = merged && has(&scope[0], "id") && has(&relation, "id");
            match self.random.below(17) {
                0..3 if both => {
                    let _ = write!(text, " {side}JOIN {right} USING (id)");
                    scope.push(relation);
                }
                3 if both && scope.len() == 1 => {
                    let _ = write!(text, " NATURAL {side}JOIN {right}");
                    scope.push(relation);
                }
                4 => {
                    let _ = write!(text, " CROSS JOIN {right}");
                    scope.push(relation);
                    merged = false;
                }
                5 => {
                    let _ = write!(text, ", {right}");
                    scope.push(relation);
                    merged = false;
                }
                6 if both => {
                    let kind = *self.random.pick(&["SEMI", "ANTI"]);
                    let _ =
                        write!(text, " {kind} JOIN {right} ON {}.id = {}.id", scope[0].alias, relation.alias);
                }
                7 if scope[0].columns.iter().any(|column| column.kind == "ilist") => {
                    let list = self.expression("ilist", 0, &scope);
                    let alias = self.alias();
                    let _ = write!(text, ", unnest({list}) AS {alias}(u)");
                    scope
                        .push(Relation { alias, columns: vec![Known { name: "u".to_owned(), kind: "int" }] });
                    merged = false;
                }
                8 => {
                    let value = self.expression("int", 1, &scope);
                    let alias = self.alias();
                    let _ = write!(text, ", LATERAL (SELECT {value} AS v) {alias}");
                    scope
                        .push(Relation { alias, columns: vec![Known { name: "v".to_owned(), kind: "int" }] });
                    merged = false;
                }
                9 => {
                    let _ = write!(text, " POSITIONAL JOIN {right}");
                    scope.push(relation);
                    merged = false;
                }
                10 if both && scope.len() == 1 => {
                    let by = *self.random.pick(&[">=", ">", "<=", "<"]);
                    let (left_key, right_key) = (
                        self.column(Some("int"), &scope).0,
                        self.column(Some("int"), std::slice::from_ref(&relation)).0,
                    );
                    // ASOF RIGHT and FULL never end on one thread of DuckDB 1.5.5.
                    let kind = *self.random.pick(&["", "LEFT "]);
                    let _ = write!(
                        text,
                        " ASOF {kind}JOIN {right} ON {}.id = {}.id AND {left_key} {by} {right_key}",
                        scope[0].alias, relation.alias
                    );
                    scope.push(relation);
                    merged = false;
                }
                11 if both && has(&scope[0], "k") && has(&relation, "k") => {
                    let kind = *self.random.pick(&["ASOF ", "ASOF LEFT ", "", "FULL ", "RIGHT "]);
                    let _ = write!(text, " {kind}JOIN {right} USING (id, k)");
                    scope.push(relation);
                }
                12 => {
                    let (query, alias) = self.correlated_relation(&scope);
                    let join =
                        *self.random.pick(&[", LATERAL", " CROSS JOIN LATERAL", " LEFT JOIN LATERAL", ","]);
                    let on = if join.contains("LEFT") { " ON TRUE" } else { "" };
                    let _ = write!(text, "{join} ({query}) AS {alias}{on}");
                    scope
                        .push(Relation { alias, columns: vec![Known { name: "v".to_owned(), kind: "int" }] });
                    merged = false;
                }
                _ => {
                    let left = self.column(Some("int"), &scope).0;
                    let other = self.column(Some("int"), std::slice::from_ref(&relation)).0;
                    let _ = write!(text, " {side}JOIN {right} ON {left} = {other}");
                    scope.push(relation);
                    merged = false;
                }
            }
        }
        (text, scope)
    }

    /// One relation of a FROM clause.
    fn factor(&mut self, depth: usize) -> (String, Relation) {
        let alias = self.alias();
        match self.random.below(100) {
            0..12 if depth < 2 => {
                let (query, columns) = self.select(depth + 1);
                (format!("({query}) AS {alias}"), Relation { alias, columns })
            }
            12..30 if !self.ctes.is_empty() => {
                let cte = self.random.pick(&self.ctes).clone();
                (format!("{} AS {alias}", cte.alias), Relation { alias, columns: cte.columns })
            }
            30..34 => {
                let rows = "(VALUES (1, 'a', DATE '2024-01-01'), (2, NULL, NULL))";
                let columns = [("id", "int"), ("w", "text"), ("d", "date")]
                    .map(|(name, kind)| Known { name: name.to_owned(), kind });
                (format!("{rows} AS {alias}(id, w, d)"), Relation { alias, columns: columns.to_vec() })
            }
            34..38 => self.table_function(alias),
            _ => {
                let table = self.random.pick(&self.world.tables);
                let columns = table
                    .columns
                    .iter()
                    .map(|column| Known { name: column.name.clone(), kind: column.kind })
                    .collect();
                (format!("{} AS {alias}", table.name), Relation { alias, columns })
            }
        }
    }

    /// A table function with names for its columns.
    fn table_function(&mut self, alias: String) -> (String, Relation) {
        let (call, kind) = *self.random.pick(&[
            ("range(5)", "int"),
            ("range(1, 9, 2)", "int"),
            ("generate_series(1, 3)", "int"),
            ("generate_series(TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-03', INTERVAL 1 DAY)", "ts"),
            ("range(DATE '2024-01-01', DATE '2024-01-04', INTERVAL 1 DAY)", "ts"),
            ("unnest([1, 2, NULL])", "int"),
            ("unnest(['a', 'b'])", "text"),
            ("unnest(range(3))", "int"),
        ]);
        // A join by name on something that is no number is a mistake that DuckDB binds all the same.
        let name = if kind == "int" { "id" } else { "u" };
        let columns = vec![Known { name: name.to_owned(), kind }];
        (format!("{call} AS {alias}({name})"), Relation { alias, columns })
    }

    /// A subquery in FROM that reads relations beside it.
    fn correlated_relation(&mut self, scope: &[Relation]) -> (String, String) {
        let table = self.random.pick(&self.world.tables).clone();
        let (inner, alias) = (self.alias(), self.alias());
        let outside = self.column(Some("int"), scope).0;
        let columns = table.columns.iter().map(|c| Known { name: c.name.clone(), kind: c.kind }).collect();
        let inner_scope = [Relation { alias: inner.clone(), columns }];
        let (key, value) =
            (self.column(Some("int"), &inner_scope).0, self.column(Some("int"), &inner_scope).0);
        let item = *self.random.pick(&["max({})", "{}", "count({})", "{} + 1", "first({})"]);
        let item = item.replace("{}", &value);
        let query = format!("SELECT {item} AS v FROM {} AS {inner} WHERE {key} = {outside}", table.name);
        (query, alias)
    }
}
