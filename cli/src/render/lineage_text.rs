//! Lineage for people.

use crate::output::{ColumnLineageOutput, LineageEdgeRecord, LineageInfluenceKind, LineageOutput};
use std::fmt::Write as _;

/// A model's neighbours, and each of its columns with all its sources.
pub(crate) fn render_model(lineage: &LineageOutput) -> String {
    let mut text = format!("Model: {}\n", lineage.model);
    let _ = writeln!(text, "Upstream: {}", names(&lineage.upstream));
    let _ = writeln!(text, "Downstream: {}\n", names(&lineage.downstream));
    text.push_str("Columns:\n");
    for column in &lineage.columns {
        let sources: Vec<String> = lineage
            .edges
            .iter()
            .filter(|edge| edge.target.model == lineage.model && edge.target.column == column.name)
            .map(source)
            .collect();
        if sources.is_empty() {
            let _ = writeln!(text, "  {} (no lineage)", column.name);
        } else {
            let _ = writeln!(text, "  {} <- {}", column.name, sources.join(", "));
        }
    }
    if !lineage.influences.is_empty() {
        text.push_str("\nRows:\n");
    }
    for influence in &lineage.influences {
        let word = match influence.kind {
            LineageInfluenceKind::Join => "join",
            LineageInfluenceKind::Filter => "filter",
            LineageInfluenceKind::Group => "group",
            LineageInfluenceKind::Order => "order",
            LineageInfluenceKind::Window => "window",
        };
        let _ = writeln!(text, "  <- {}.{} ({word})", influence.source.model, influence.source.column);
    }
    text
}

/// A column's way, one line an edge, each further in.
pub(crate) fn render_column(lineage: &ColumnLineageOutput) -> String {
    let mut text = format!("Column trace: {}.{}\n", lineage.model, lineage.column);
    if lineage.trace.is_empty() {
        text.push_str("  (no lineage)\n");
    }
    for (depth, edge) in lineage.trace.iter().enumerate() {
        let step = match lineage.direction {
            "downstream" => format!("-> {}.{} ({})", edge.target.model, edge.target.column, edge.transform),
            _ => format!("<- {}", source(edge)),
        };
        let _ = writeln!(text, "{:indent$}{step}", "", indent = 2 * (depth + 1));
    }
    text
}

fn names(names: &[String]) -> String {
    if names.is_empty() { "(none)".to_owned() } else { names.join(", ") }
}

fn source(edge: &LineageEdgeRecord) -> String {
    format!("{}.{} ({})", edge.source.model, edge.source.column, edge.transform)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{render_column, render_model};
    use crate::output::{
        ColumnLineageOutput, LineageColumnDef, LineageEdgeRecord, LineageInfluenceKind,
        LineageInfluenceRecord, LineageOutput, LineageQualifiedColumn, VERSION,
    };
    use expect_test::expect;

    pub(crate) fn edge(source: &str, target: &str, transform: &str) -> LineageEdgeRecord {
        let column = |text: &str| {
            let (model, column) = text.split_once('.').expect("model.column");
            LineageQualifiedColumn { model: model.to_owned(), column: column.to_owned() }
        };
        LineageEdgeRecord { source: column(source), target: column(target), transform: transform.to_owned() }
    }

    #[test]
    fn a_model() {
        let column = |name: &str| LineageColumnDef { name: name.to_owned(), data_type: None };
        let lineage = LineageOutput {
            version: VERSION,
            command: "lineage",
            model: "b".to_owned(),
            columns: vec![column("x"), column("y"), column("z")],
            upstream: vec!["a".to_owned()],
            downstream: vec![],
            edges: vec![
                edge("a.x", "b.x", "direct"),
                edge("a.p", "b.y", "expression"),
                edge("a.q", "b.y", "aggregation: sum"),
                edge("b.x", "c.x", "direct"),
            ],
            influences: vec![LineageInfluenceRecord {
                source: edge("a.state", "b.x", "").source,
                kind: LineageInfluenceKind::Filter,
            }],
        };
        expect![[r#"
            Model: b
            Upstream: a
            Downstream: (none)

            Columns:
              x <- a.x (direct)
              y <- a.p (expression), a.q (aggregation: sum)
              z (no lineage)

            Rows:
              <- a.state (filter)
        "#]]
        .assert_eq(&render_model(&lineage));
    }

    #[test]
    fn a_column() {
        let lineage = ColumnLineageOutput {
            version: VERSION,
            command: "lineage",
            model: "c".to_owned(),
            column: "x".to_owned(),
            direction: "upstream",
            trace: vec![edge("b.x", "c.x", "direct"), edge("a.x", "b.x", "cast")],
        };
        expect![[r#"
            Column trace: c.x
              <- b.x (direct)
                <- a.x (cast)
        "#]]
        .assert_eq(&render_column(&lineage));
    }
}
