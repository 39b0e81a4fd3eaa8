//! Aligned tables.

use super::style::{Style, Tone};

/// Which side a column's cells stand at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Align {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// A table of texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    headers: Vec<(String, Align)>,
    rows: Vec<Vec<Option<String>>>,
}

/// No cell is shown wider than this many characters.
const CELL_WIDTH: usize = 40;

impl Table {
    /// A table with these columns.
    pub(crate) fn new(headers: impl IntoIterator<Item = (String, Align)>) -> Table {
        Table { headers: headers.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row; `None` is NULL.
    pub(crate) fn push(&mut self, row: Vec<Option<String>>) {
        self.rows.push(row);
    }

    /// The table, two spaces before each line. Columns that do not fit into `width` are left out from the right
    /// and counted.
    pub(crate) fn render(&self, width: usize, style: Style) -> String {
        let widths: Vec<usize> = (0..self.headers.len()).map(|column| self.width_of(column)).collect();
        let shown = columns_that_fit(&widths, width);
        let left_out = self.headers.len() - shown;
        let mut text = String::new();
        let mut header = String::from("  ");
        let mut rule = String::from("  ");
        for (column, (name, align)) in self.headers.iter().enumerate().take(shown) {
            let gap = if column == 0 { "" } else { "  " };
            header.push_str(gap);
            header.push_str(&style.paint(Tone::Strong, &padded(&cell(name), widths[column], *align)));
            rule.push_str(gap);
            rule.push_str(&"─".repeat(widths[column]));
        }
        if left_out > 0 {
            header.push_str(&format!("  … {}", super::counted(left_out as u64, "more column")));
        }
        push_line(&mut text, &header);
        push_line(&mut text, &style.paint(Tone::Quiet, &rule));
        for row in &self.rows {
            let mut line = String::from("  ");
            for (column, (_, align)) in self.headers.iter().enumerate().take(shown) {
                if column > 0 {
                    line.push_str("  ");
                }
                match row.get(column).and_then(Option::as_ref) {
                    Some(value) => line.push_str(&padded(&cell(value), widths[column], *align)),
                    None => line.push_str(&style.paint(Tone::Quiet, &padded("NULL", widths[column], *align))),
                }
            }
            push_line(&mut text, &line);
        }
        text
    }

    fn width_of(&self, column: usize) -> usize {
        let cells = self
            .rows
            .iter()
            .map(|row| row.get(column).and_then(Option::as_ref).map_or(4, |value| width(&cell(value))));
        cells.chain([width(&cell(&self.headers[column].0))]).max().unwrap_or(0)
    }
}

fn columns_that_fit(widths: &[usize], width: usize) -> usize {
    const NOTE: usize = "  … 99 more columns".len();
    let total = |count: usize| 2 + widths[..count].iter().sum::<usize>() + 2 * count.saturating_sub(1);
    if total(widths.len()) <= width {
        return widths.len();
    }
    (1..widths.len()).rev().find(|count| total(*count) + NOTE <= width).unwrap_or(1)
}

/// A cell's text on one line, cut if it is long. Control characters must not reach a terminal.
fn cell(value: &str) -> String {
    let mut text = String::new();
    for (at, character) in value.chars().enumerate() {
        if at >= CELL_WIDTH - 1 && value.chars().count() > CELL_WIDTH {
            text.push('…');
            break;
        }
        match character {
            '\n' => text.push('⏎'),
            '\t' => text.push(' '),
            character if character.is_control() => text.push('�'),
            character => text.push(character),
        }
    }
    text
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn padded(text: &str, to: usize, align: Align) -> String {
    let gap = " ".repeat(to.saturating_sub(width(text)));
    match align {
        Align::Left => format!("{text}{gap}"),
        Align::Right => format!("{gap}{text}"),
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::{Align, Table};
    use crate::render::style::Style;
    use expect_test::expect;

    fn sample() -> Table {
        let mut table = Table::new([
            ("customer".to_owned(), Align::Left),
            ("orders".to_owned(), Align::Right),
            ("note".to_owned(), Align::Left),
        ]);
        let row = |a: &str, b: &str, c: Option<&str>| {
            vec![Some(a.to_owned()), Some(b.to_owned()), c.map(str::to_owned)]
        };
        table.push(row("Ärzte", "12", Some("two\nlines\u{1b}[31m")));
        table.push(row("a name that is much longer than a cell of a table may be", "3", None));
        table
    }

    /// A line at the left edge, so that the indentation of the table is compared too.
    fn shown(table: &Table, width: usize) -> String {
        format!("table:\n{}", table.render(width, Style::Plain))
    }

    #[test]
    fn cells_are_aligned_cut_and_cleaned() {
        expect![[r#"
            table:
              customer                                  orders  note
              ────────────────────────────────────────  ──────  ──────────────
              Ärzte                                         12  two⏎lines�[31m
              a name that is much longer than a cell …       3  NULL
        "#]]
        .assert_eq(&shown(&sample(), 100));
    }

    #[test]
    fn columns_that_do_not_fit_are_counted() {
        expect![[r#"
            table:
              customer                                  … 2 more columns
              ────────────────────────────────────────
              Ärzte
              a name that is much longer than a cell …
        "#]]
        .assert_eq(&shown(&sample(), 64));
    }
}
