//! Lineage as a graph for Graphviz.

use crate::output::LineageEdgeRecord;
use std::fmt::Write as _;

/// The graph of these edges.
pub(crate) fn render<'a>(edges: impl IntoIterator<Item = &'a LineageEdgeRecord>) -> String {
    let mut text = String::from("digraph lineage {\n  rankdir=LR;\n");
    for edge in edges {
        let _ = writeln!(
            text,
            "  {} -> {};",
            quoted(&edge.source.model, &edge.source.column),
            quoted(&edge.target.model, &edge.target.column)
        );
    }
    text.push_str("}\n");
    text
}

fn quoted(model: &str, column: &str) -> String {
    format!("\"{}\"", format!("{model}.{column}").replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use crate::render::lineage_text::tests::edge;
    use expect_test::expect;

    #[test]
    fn names_are_quoted() {
        expect![[r#"
            digraph lineage {
              rankdir=LR;
              "a.x" -> "b.say \"y\"";
            }
        "#]]
        .assert_eq(&super::render(&[edge("a.x", "b.say \"y\"", "direct")]));
    }
}
