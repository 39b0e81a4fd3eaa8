//! Bodies as text, for tests and for people.
//!
//! Queries come in the order of their numbers, so those inside come before those around them; the query
//! of the model comes last.

mod expression;

use std::fmt::Write as _;

use crate::body::{
    Body, FromItem, GroupBy, Ident, JoinKind, Query, QueryBody, QueryId, Relation, RelationId, RelationKind,
    Select, SelectAs, SelectItem, SetKind,
};

/// The body as text: a line per clause.
pub fn dump(body: &Body) -> String {
    let mut dumper = Dumper { body, out: String::new() };
    for index in 0..body.queries.len() {
        dumper.query(QueryId(index as u32));
    }
    match body.root {
        Some(root) if root.index() + 1 == body.queries.len() => {}
        Some(root) => dumper.line(format_args!("root #{}", root.0)),
        None => dumper.line(format_args!("no query")),
    }
    if !body.details.is_empty() {
        let words: Vec<&str> = body.details.iter().map(|detail| detail.text.as_str()).collect();
        dumper.line(format_args!("details {}", words.join(" ")));
    }
    if body.incomplete {
        dumper.line(format_args!("incomplete"));
    }
    dumper.out
}

struct Dumper<'b> {
    body: &'b Body,
    out: String,
}

impl Dumper<'_> {
    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = write!(self.out, "{text}");
        self.out.truncate(self.out.trim_end().len());
        self.out.push('\n');
    }

    fn query(&mut self, id: QueryId) {
        let query = self.body.query(id);
        let _ = write!(self.out, "#{}", id.0);
        self.with(query);
        match &query.body {
            QueryBody::Select(select) => self.select(select),
            QueryBody::SetOperation { first, rest } => {
                let _ = write!(self.out, " #{}", first.0);
                for (operator, branch) in rest {
                    let kind = match operator.kind {
                        SetKind::Union => "union",
                        SetKind::Intersect => "intersect",
                        SetKind::Except => "except",
                    };
                    let all = if operator.all { " all" } else { "" };
                    let by_name = if operator.by_name { " by name" } else { "" };
                    let _ = write!(self.out, " {kind}{all}{by_name} #{}", branch.0);
                }
                self.out.push('\n');
            }
            QueryBody::Values(rows) => {
                let rows: Vec<String> = rows.iter().map(|row| format!("({})", self.exprs(row))).collect();
                self.line(format_args!(" values {}", rows.join(", ")));
            }
            QueryBody::Table(relation) => {
                let relation = self.relation(*relation);
                self.line(format_args!(" table {relation}"));
            }
            QueryBody::Nested(inner) => self.line(format_args!(" nested #{}", inner.0)),
            QueryBody::Opaque { relations, exprs } => {
                let relations: Vec<String> = relations.iter().map(|id| self.relation(*id)).collect();
                let exprs = self.exprs(exprs);
                self.line(format_args!(" opaque [{}] [{exprs}]", relations.join(", ")));
            }
        }
        if !query.order_by.is_empty() {
            let keys = self.exprs(&query.order_by);
            self.line(format_args!("  order by {keys}"));
        }
        if query.limited || !query.limits.is_empty() {
            let limits = self.exprs(&query.limits);
            self.line(format_args!("  limit {limits}"));
        }
    }

    fn with(&mut self, query: &Query) {
        if query.ctes.is_empty() {
            return;
        }
        let ctes: Vec<String> = query
            .ctes
            .iter()
            .map(|cte| format!("{}{} #{}", ident(&cte.name), columns(&cte.columns), cte.query.0))
            .collect();
        let recursive = if query.recursive { " recursive" } else { "" };
        let _ = write!(self.out, " with{recursive} {}:", ctes.join(", "));
    }

    fn select(&mut self, select: &Select) {
        self.out.push_str(" select");
        if select.opaque {
            self.out.push_str(" opaque");
        }
        if select.distinct {
            self.out.push_str(" distinct");
        }
        if !select.distinct_on.is_empty() {
            let keys = self.exprs(&select.distinct_on);
            let _ = write!(self.out, " on ({keys})");
        }
        match select.select_as {
            Some(SelectAs::Struct) => self.out.push_str(" as struct"),
            Some(SelectAs::Value) => self.out.push_str(" as value"),
            None => {}
        }
        let items = self.items(&select.items);
        self.line(format_args!(" {items}"));
        for item in &select.from {
            let first = self.relation(item.relation);
            self.line(format_args!("  from {first}"));
            for join in self.joins(item) {
                self.line(format_args!("    {join}"));
            }
        }
        if let Some(filter) = select.filter {
            let filter = self.expr(filter);
            self.line(format_args!("  where {filter}"));
        }
        self.group_by(&select.group_by);
        if let Some(having) = select.having {
            let having = self.expr(having);
            self.line(format_args!("  having {having}"));
        }
        for (name, window) in &select.windows {
            let window = self.window(window);
            self.line(format_args!("  window {} as {window}", ident(name)));
        }
        if let Some(qualify) = select.qualify {
            let qualify = self.expr(qualify);
            self.line(format_args!("  qualify {qualify}"));
        }
    }

    fn group_by(&mut self, group_by: &GroupBy) {
        if !group_by.is_grouped() && !group_by.grouping_sets {
            return;
        }
        let keys = self.exprs(&group_by.keys);
        let all = if group_by.all { " all" } else { "" };
        let sets = if group_by.grouping_sets { " sets" } else { "" };
        self.line(format_args!("  group by{all}{sets} {keys}"));
    }

    fn items(&self, items: &[SelectItem]) -> String {
        let items: Vec<String> = items
            .iter()
            .map(|item| {
                let mut out = self.expr(item.expr);
                if let Some(alias) = &item.alias {
                    let _ = write!(out, " as {}", ident(alias));
                }
                if !item.column_aliases.is_empty() {
                    let _ = write!(out, " as{}", columns(&item.column_aliases));
                }
                out
            })
            .collect();
        items.join(", ")
    }

    fn joins(&self, item: &FromItem) -> Vec<String> {
        item.joins
            .iter()
            .map(|join| {
                let kind = match join.kind {
                    JoinKind::Inner => "inner",
                    JoinKind::Left => "left",
                    JoinKind::Right => "right",
                    JoinKind::Full => "full",
                    JoinKind::Semi => "semi",
                    JoinKind::Anti => "anti",
                };
                let natural = if join.natural { "natural " } else { "" };
                let mut out = format!("{natural}{kind} join {}", self.relation(join.relation));
                for condition in &join.conditions {
                    let _ = write!(out, " on {}", self.expr(*condition));
                }
                if !join.using.is_empty() {
                    let _ = write!(out, " using{}", columns(&join.using));
                }
                out
            })
            .collect()
    }

    fn relation(&self, id: RelationId) -> String {
        let relation = self.body.relation(id);
        let mut out = if relation.lateral { "lateral ".to_owned() } else { String::new() };
        self.relation_kind(relation, &mut out);
        if let Some(alias) = &relation.alias {
            let _ = write!(out, " as {}", ident(alias));
        }
        out.push_str(&columns(&relation.columns));
        out
    }

    fn relation_kind(&self, relation: &Relation, out: &mut String) {
        match &relation.kind {
            RelationKind::Table(segments) => out.push_str(&path(segments)),
            RelationKind::Derived(query) => {
                let _ = write!(out, "#{}", query.0);
            }
            RelationKind::Function { call, offset } => {
                let _ = write!(out, "{}", self.expr(*call));
                if let Some(offset) = offset {
                    let _ = write!(out, " offset {}", ident(offset));
                }
            }
            RelationKind::Nested(item) => {
                let mut parts = vec![self.relation(item.relation)];
                parts.extend(self.joins(item));
                let _ = write!(out, "({})", parts.join(" "));
            }
            RelationKind::Pivot { input, aggregates, columns, value_queries, group_by } => {
                let _ = write!(out, "pivot({} using {}", self.relation(*input), self.items(aggregates));
                for (column, values) in columns {
                    let values = match values {
                        Some(values) => format!("({})", self.items(values)),
                        None => "?".to_owned(),
                    };
                    let _ = write!(out, " on {} in {values}", self.expr(*column));
                }
                value_queries.iter().for_each(|query| {
                    let _ = write!(out, " values #{}", query.0);
                });
                if !group_by.is_empty() {
                    let _ = write!(out, " group by {}", self.exprs(group_by));
                }
                out.push(')');
            }
            RelationKind::Unpivot { input, values, name, columns: list, include_nulls } => {
                let nulls = if *include_nulls { " include nulls" } else { "" };
                let name = name.as_ref().map_or_else(|| "?".to_owned(), ident);
                let _ = write!(
                    out,
                    "unpivot({}{nulls} into{} for {name} in ({}))",
                    self.relation(*input),
                    columns(values),
                    self.items(list),
                );
            }
            RelationKind::Opaque { inputs, exprs } => {
                let inputs: Vec<String> = inputs.iter().map(|id| self.relation(*id)).collect();
                let _ = write!(out, "opaque([{}] [{}])", inputs.join(", "), self.exprs(exprs));
            }
        }
    }
}

fn ident(ident: &Ident) -> String {
    if ident.quoted { format!("\"{}\"", ident.text.replace('"', "\"\"")) } else { ident.text.to_string() }
}

fn path(segments: &[Ident]) -> String {
    segments.iter().map(ident).collect::<Vec<_>>().join(".")
}

fn columns(columns: &[Ident]) -> String {
    match columns {
        [] => String::new(),
        some => format!("({})", some.iter().map(ident).collect::<Vec<_>>().join(", ")),
    }
}
