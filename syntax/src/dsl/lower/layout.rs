//! Prints a frame: one clause per line (02 §6).

use super::expression::{Expr, Ident, SortKey};
use super::frame::{Frame, Item, Join, OrderKey, OutputColumn, Relation, Source};
use super::print::Printer;
use super::sql_text::SqlText;
use crate::DialectKind;

impl Printer {
    /// The whole SELECT with the rows appended to it.
    pub(crate) fn frame(self, sql: &mut SqlText, frame: &Frame) {
        sql.mapped(frame.projection_range, |sql| {
            sql.push("SELECT ");
            if frame.distinct {
                sql.push("DISTINCT ");
            }
            self.projection(sql, frame);
        });
        sql.push("\n");
        for (index, source) in frame.sources.iter().enumerate() {
            if index > 0 {
                sql.push("\n");
            }
            sql.mapped(source.range, |sql| self.source(sql, source));
        }
        if let Some(range) = frame.filter_range.filter(|_| !frame.filters.is_empty()) {
            sql.push("\n");
            sql.mapped(range, |sql| {
                sql.push("WHERE ");
                self.conjunction(sql, &frame.filters);
            });
        }
        if let Some(group) = frame.group.as_ref().filter(|group| !group.keys.is_empty()) {
            sql.push("\n");
            sql.mapped(group.range, |sql| {
                sql.push("GROUP BY ");
                self.comma_list(sql, &group.keys, |printer, sql, key| printer.expr(sql, key));
            });
        }
        if let Some(range) = frame.having_range.filter(|_| !frame.having.is_empty()) {
            sql.push("\n");
            sql.mapped(range, |sql| {
                sql.push("HAVING ");
                let mut conditions = frame.having.clone();
                conditions.iter_mut().for_each(|condition| self.use_output_names(condition, frame));
                self.conjunction(sql, &conditions);
            });
        }
        let order: Vec<SortKey> = frame.order.iter().filter_map(|key| self.order_key(frame, key)).collect();
        if !order.is_empty() {
            sql.push("\nORDER BY ");
            self.comma_list(sql, &order, |printer, sql, key| printer.sort_key(sql, key));
        }
        if let Some(limit) = &frame.limit {
            sql.push("\n");
            sql.mapped(limit.range, |sql| {
                sql.push(&format!("LIMIT {}", limit.count));
                if limit.offset > 0 {
                    sql.push(&format!(" OFFSET {}", limit.offset));
                }
            });
        }
        for branch in &frame.unions {
            sql.push("\n");
            sql.mapped(branch.range, |sql| {
                sql.push(match (branch.distinct, self.spelling.dialect) {
                    (false, _) => "UNION ALL\nSELECT *\nFROM ",
                    (true, DialectKind::BigQuery) => "UNION DISTINCT\nSELECT *\nFROM ",
                    (true, _) => "UNION\nSELECT *\nFROM ",
                });
                self.dotted(sql, &branch.relation);
            });
        }
    }

    fn comma_list<T>(self, sql: &mut SqlText, items: &[T], print: impl Fn(Printer, &mut SqlText, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            print(self, sql, item);
        }
    }

    fn projection(self, sql: &mut SqlText, frame: &Frame) {
        if frame.items.is_empty() {
            // A `group` of nothing: one row that says nothing.
            sql.push("1");
            return;
        }
        self.comma_list(sql, &frame.items, |printer, sql, item| match item {
            Item::Column(column) => printer.output_column(sql, column),
            Item::Star { source, replacements, range } => {
                sql.mapped(*range, |sql| printer.star(sql, frame, *source, replacements));
            }
        });
    }

    fn output_column(self, sql: &mut SqlText, column: &OutputColumn) {
        sql.mapped(column.range, |sql| {
            self.expr(sql, &column.expr);
            let Some(name) = &column.name else { return };
            let own_name = column.expr.as_column().and_then(<[Ident]>::last);
            if own_name.is_none_or(|own| own.text != name.text || own.quoted != name.quoted) {
                sql.push(" AS ");
                self.ident(sql, name);
            }
        });
    }

    fn star(self, sql: &mut SqlText, frame: &Frame, source: Option<usize>, replacements: &[OutputColumn]) {
        let by_exclusion = self.spelling.dialect == DialectKind::Databricks;
        let mut replacements: Vec<&OutputColumn> = replacements.iter().collect();
        let mut parts: Vec<SqlText> = Vec::new();
        let mut stars_at: Vec<(usize, Option<usize>)> = Vec::new();
        let stars: Vec<Option<usize>> = match source {
            Some(index) => vec![Some(index)],
            None if frame.star_is_listed() => (0..frame.sources.len()).map(Some).collect(),
            None => vec![None],
        };
        for star in stars {
            if let Some(items) = star.and_then(|index| frame.sources[index].keep()) {
                let owner = star.map(|index| &frame.sources[index]);
                for item in items {
                    let Some(owner) = owner else { continue };
                    let expr = Expr { range: item.range, ..owner.qualified(&item.column) };
                    let column =
                        OutputColumn { name: Some(item.output_name().clone()), expr, range: item.range };
                    let mut part = SqlText::default();
                    let replaced = replacements.iter().position(|replacement| {
                        replacement.name.as_ref().is_some_and(|name| name.same_name(&item.output_name().text))
                    });
                    match replaced.map(|position| replacements.remove(position)) {
                        Some(replacement) => self.replacement(&mut part, replacement),
                        None => self.output_column(&mut part, &column),
                    }
                    parts.push(part);
                }
                continue;
            }
            stars_at.push((parts.len(), star));
            parts.push(SqlText::default());
        }
        for (nth, (position, star)) in stars_at.into_iter().enumerate() {
            let mut part = SqlText::default();
            if let Some(index) = star {
                part.push(&self.spelling.dotted(&frame.sources[index].qualifier));
                part.push(".");
            }
            part.push("*");
            if nth == 0 && !replacements.is_empty() {
                self.replacements(&mut part, &replacements, by_exclusion);
            }
            parts[position] = part;
        }
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            sql.append(part);
        }
        if by_exclusion {
            for column in &replacements {
                sql.push(", ");
                self.replacement(sql, column);
            }
        }
    }

    fn replacements(self, sql: &mut SqlText, columns: &[&OutputColumn], by_exclusion: bool) {
        sql.push(if by_exclusion { " EXCEPT (" } else { " REPLACE (" });
        self.comma_list(sql, columns, |printer, sql, column| match (&column.name, by_exclusion) {
            (Some(name), true) => printer.ident(sql, name),
            _ => printer.replacement(sql, column),
        });
        sql.push(")");
    }

    fn replacement(self, sql: &mut SqlText, column: &OutputColumn) {
        sql.mapped(column.range, |sql| {
            self.expr(sql, &column.expr);
            if let Some(name) = &column.name {
                sql.push(" AS ");
                self.ident(sql, name);
            }
        });
    }

    fn source(self, sql: &mut SqlText, source: &Source) {
        match &source.join {
            None => sql.push("FROM "),
            Some(join) => {
                sql.push(join.kind.sql());
                sql.push(" ");
            }
        }
        match &source.relation {
            Relation::Named(parts) => sql.mapped_parts(parts, |sql| self.dotted(sql, parts)),
            Relation::Closed { sql: inner, .. } => {
                sql.push("(\n");
                sql.append(inner);
                sql.push("\n)");
            }
        }
        if let Some(alias) = &source.alias {
            let needs_as = source.join.is_some() || matches!(source.relation, Relation::Closed { .. });
            sql.push(if needs_as { " AS " } else { " " });
            self.ident(sql, alias);
        }
        if let Some(Join { conditions, .. }) = &source.join
            && !conditions.is_empty()
        {
            sql.push(" ON ");
            self.conjunction(sql, conditions);
        }
    }

    /// A key the user sorted by name prints as that name while the output has it; any other key
    /// prints as its expression. A constant orders nothing, and could mean a column's position.
    fn order_key(self, frame: &Frame, key: &OrderKey) -> Option<SortKey> {
        let mut printed = key.key.clone();
        let is_output = |name: &Ident| self.is_output(frame, name, &key.key.expr);
        if let Some(name) = key.name.as_ref().filter(|name| is_output(name)) {
            printed.expr = Expr::column(name.clone());
            return Some(printed);
        }
        let hidden = printed
            .expr
            .as_bare_column()
            .filter(|own| Frame::find_item(&frame.items, &own.text).is_some() && !is_output(own));
        if let (Some(own), [source]) = (hidden.cloned(), frame.sources.as_slice()) {
            printed.expr = source.qualified(&own);
        }
        (!printed.expr.is_literal()).then_some(printed)
    }

    /// Whether the output has a column of that name and value.
    fn is_output(self, frame: &Frame, name: &Ident, value: &Expr) -> bool {
        Frame::find_item(&frame.items, &name.text)
            .is_some_and(|item| self.text(&item.expr) == self.text(value))
    }

    /// Puts names of output columns back where the output still has them.
    fn use_output_names(self, expr: &mut Expr, frame: &Frame) {
        if let Some(name) = expr.output_name.clone()
            && self.is_output(frame, &name, expr)
        {
            *expr = Expr::column(name);
            return;
        }
        expr.for_each_child_mut(&mut |child| self.use_output_names(child, frame));
    }

    /// A copied model: one line.
    pub(crate) fn replica(self, sql: &mut SqlText, relation: &[Ident]) {
        sql.push("SELECT * FROM ");
        sql.mapped_parts(relation, |sql| self.dotted(sql, relation));
    }
}

impl SqlText {
    /// Maps what `write` writes to the whole of a dotted name.
    fn mapped_parts(&mut self, parts: &[Ident], write: impl FnOnce(&mut SqlText)) {
        match (parts.first(), parts.last()) {
            (Some(first), Some(last)) if parts.len() > 1 => self.mapped(first.range.cover(last.range), write),
            _ => write(self),
        }
    }
}
