//! What refers to what.

use crate::context::Context;
use crate::mentions::{self, names_in};
use crate::rule::{Check, FixSafety, Languages, Parameter, ParameterKind, Rule};
use crate::settings::Level;
use crate::tree::{
    child, first_significant, has_comment_in, next_significant, parent_kind, previous_significant, range_of,
    tokens,
};
use rocky_syntax::SyntaxKind::*;
use rocky_syntax::{
    DialectKind, NodeOrToken, NodeView, SyntaxNode, TextEdit, TextRange, Visited, unquote_identifier,
};

pub(crate) const UNUSED_CTE: Rule = Rule {
    name: "unused_cte",
    code: "S024",
    languages: Languages::Both,
    default: Level::Info,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "a common table expression, or a `let`, that nothing reads",
    why: "It is left over, or the wrong one is read.",
    bad: "with old as (select 1 as id), new as (select 2 as id) select id from new\n",
    good: "with new as (select 2 as id) select id from new\n",
    check: Check::Names(&[WITH_CLAUSE], |_| true, unused_cte),
};

pub(crate) const QUALIFICATION: Rule = Rule {
    name: "qualification",
    code: "S127",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "style",
        kind: ParameterKind::Word(&["joins", "consistent"]),
        meaning: "`joins`: columns of a select over several relations are qualified; `consistent`: and in one \
                  over a single relation either all are or none",
    }),
    fix: FixSafety::None,
    summary: "columns without the name of their relation",
    why: "A column that is added to another relation makes the query ambiguous.",
    bad: "select a.id, name from a join b on a.id = b.id\n",
    good: "select a.id, b.name from a join b on a.id = b.id\n",
    check: Check::Nodes(&[SELECT], qualification),
};

fn unused_cte(cx: &mut Context<'_>, with: &SyntaxNode) {
    let Some(query) = with.parent() else { return };
    let dialect = cx.dialect();
    let ctes: Vec<(SyntaxNode, String, TextRange)> = with
        .children()
        .filter(|node| node.kind() == CTE)
        .filter_map(|cte| {
            let name = child(&cte, NAME).and_then(|name| first_significant(&name))?;
            matches!(name.kind(), IDENT | QUOTED_IDENT)
                .then(|| (cte, unquote_identifier(name.text(), dialect).to_lowercase(), name.text_range()))
        })
        .collect();
    if ctes.is_empty() {
        return;
    }
    // Whether something reads it, and whether a column has its name, which in some places reads it as well.
    let mut used = vec![(false, false); ctes.len()];
    for name in names_in(cx, query.text_range()) {
        if mentions::is_opaque(name.kind) && name.kind != PARAMETER {
            // What macros and Jinja become is not known here.
            return;
        }
        if !matches!(name.parent, PATH | COLUMN_REF) {
            continue;
        }
        for (index, (cte, known, _)) in ctes.iter().enumerate() {
            if mentions::is_same(cx, *name, known) && !cte.text_range().contains_range(name.range) {
                used[index].0 |= name.parent == PATH;
                used[index].1 |= name.parent == COLUMN_REF;
            }
        }
    }
    let used: Vec<bool> = std::iter::zip(&used, &ctes)
        .map(|((is_read, is_column), (cte, name, _))| {
            *is_read || (*is_column && is_read_as_column(&query, cte, name, dialect))
        })
        .collect();
    for (index, (cte, _, name)) in ctes.iter().enumerate().filter(|(index, _)| !used[*index]) {
        let shown = cx.text(*name);
        let edits = without_cte(with, cte, ctes.len() == 1, index == 0);
        let finding = cx.report(*name, format!("`{shown}` is never read"));
        finding.help("remove it");
        if let Some(removed) = edits {
            finding.safe_fix("Remove the common table expression", vec![TextEdit::delete(removed)]);
        }
    }
}

/// Whether a node is that token and nothing else, but for blanks.
fn next_in(node: &SyntaxNode, first: &rocky_syntax::SyntaxToken) -> bool {
    tokens(node).filter(|token| !token.kind().is_trivia()).all(|token| token == *first)
}

/// Whether a column reference is one that some warehouse takes for the relation: the list of `in`, an argument.
fn is_read_as_column(query: &SyntaxNode, cte: &SyntaxNode, name: &str, dialect: DialectKind) -> bool {
    let columns = query.descendants().filter(|node| node.kind() == COLUMN_REF);
    let mut outside = columns.filter(|node| !cte.text_range().contains_range(node.text_range()));
    outside.any(|node| {
        let first = first_significant(&node);
        let is_it = first.as_ref().is_some_and(|first| {
            unquote_identifier(first.text(), dialect).eq_ignore_ascii_case(name) && next_in(&node, first)
        });
        is_it && matches!(parent_kind(&node), Some(IN_EXPR | ARG_LIST | FROM_ITEM))
    })
}

/// The range without which the others stay as they are; `None` where a comment would go.
fn without_cte(with: &SyntaxNode, cte: &SyntaxNode, is_only: bool, is_first: bool) -> Option<TextRange> {
    let own = range_of(cte);
    let last = crate::tree::last_significant(cte)?;
    let first = first_significant(cte)?;
    let removed = if is_only {
        let start = first_significant(with)?.text_range().start();
        TextRange::new(start, next_significant(&last)?.text_range().start())
    } else if is_first {
        let comma = next_significant(&last).filter(|next| next.kind() == COMMA)?;
        TextRange::new(own.start(), next_significant(&comma)?.text_range().start())
    } else {
        let comma = previous_significant(&first).filter(|previous| previous.kind() == COMMA)?;
        TextRange::new(comma.text_range().start(), own.end())
    };
    (!has_comment_in(&with.parent()?, removed)).then_some(removed)
}

fn qualification(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let select = visited.view;
    let Some(from) = select.child(FROM_CLAUSE) else { return };
    let (mut relations, mut has_lists) = (0, false);
    from.descend(|part| {
        let NodeOrToken::Node(node) = part else { return false };
        match node.kind {
            // A list of a row is a relation whose one column has its name.
            TABLE_FUNCTION => has_lists = true,
            TABLE_REF | DERIVED_TABLE | VALUES_TABLE => relations += 1,
            FROM_ITEM | JOIN | PAREN_TABLE => return true,
            _ => {}
        }
        false
    });
    let joins = relations > 1;
    if has_lists || (!joins && cx.value() == 0) || select.child(LATERAL_VIEW).is_some() {
        return;
    }
    let Some(clause) = select.child(SELECT_CLAUSE) else { return };
    let mut given: Vec<&str> = Vec::new();
    for item in clause.nodes().filter(|node| node.kind == SELECT_ITEM) {
        let alias = item.child(ALIAS).and_then(|alias| alias.child(NAME));
        given.extend(alias.map(|name| cx.text(name.significant_range())));
    }
    let mut bare = Vec::new();
    let mut qualified = false;
    each_column(select, |column| {
        let mut parts = column.tokens();
        let (Some(first), rest) = (parts.next(), parts.next()) else { return };
        if rest.is_some() {
            qualified |= column.token(DOT).is_some();
        } else if !is_function_word(first.text)
            && !given.iter().any(|given| given.eq_ignore_ascii_case(first.text))
        {
            bare.push(first.range);
        }
    });
    if joins || qualified {
        for range in bare {
            let name = cx.text(range);
            cx.report(range, format!("'{name}' does not say which relation it is of"))
                .help("write the relation's name or alias before it");
        }
    }
}

fn is_function_word(name: &str) -> bool {
    let starts = |word: &str| name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    starts("current") || starts("local") || name.eq_ignore_ascii_case("session_user")
}

/// The column references of a select, without those of queries inside, of join lists and of lambdas.
fn each_column<'t>(select: NodeView<'t>, mut look: impl FnMut(NodeView<'t>)) {
    select.descend(|part| {
        let NodeOrToken::Node(node) = part else { return false };
        match node.kind {
            COLUMN_REF => {
                look(node);
                false
            }
            QUERY | LAMBDA_EXPR | LIST_COMPREHENSION | USING_CLAUSE | STAR_EXPR | INTERVAL_UNIT
            | EXTRACT_PART => false,
            _ => true,
        }
    });
}
