//! Whether the rules that are on certainly have nothing to say about a text, told from its flat tree.

use crate::rule::Languages;
use crate::settings::Settings;
use rocky_syntax::{DialectKind, FlatNode, FlatTree, SyntaxKind, unquote_identifier};

/// Whether [`lint`](crate::lint) certainly finds nothing in an SQL text. It looks into texts for the one rule that
/// is on without being asked for; any other is reason enough to make the lossless tree.
pub fn is_silent(tree: &FlatTree<'_>, dialect: DialectKind, settings: &Settings) -> bool {
    let mut looks_at_ctes = false;
    for (rule, _) in settings.enabled() {
        let rule = rule.rule();
        match rule.languages {
            Languages::Rocky => {}
            _ if rule.code == "S024" => looks_at_ctes = true,
            _ => return false,
        }
    }
    if !looks_at_ctes {
        return true;
    }
    let mut stack = vec![tree.root()];
    while let Some(node) = stack.pop() {
        for child in node.nodes() {
            if child.kind() == SyntaxKind::WITH_CLAUSE && !all_are_read(node, child, dialect) {
                return false;
            }
            stack.push(child);
        }
    }
    true
}

/// Whether each name that the WITH clause defines stands as a path somewhere else in its query.
fn all_are_read(query: FlatNode<'_>, with: FlatNode<'_>, dialect: DialectKind) -> bool {
    with.nodes().filter(|node| node.kind() == SyntaxKind::CTE).all(|cte| {
        let Some(name) = cte.child(SyntaxKind::NAME).and_then(|name| name.tokens().next()) else {
            return false;
        };
        let name = unquote_identifier(name.text(), dialect);
        let own = cte.range();
        query.descendants().any(|element| {
            let rocky_syntax::FlatElement::Node(path) = element else { return false };
            path.kind() == SyntaxKind::PATH
                && !own.contains_range(path.range())
                && path.tokens().any(|token| match token.kind() {
                    SyntaxKind::IDENT => token.text().eq_ignore_ascii_case(&name),
                    SyntaxKind::QUOTED_IDENT => {
                        unquote_identifier(token.text(), dialect).eq_ignore_ascii_case(&name)
                    }
                    _ => false,
                })
        })
    })
}
