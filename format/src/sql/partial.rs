//! Statements that stay as written as a whole. Where they have errors, or Jinja statements choose their text, the clauses
//! in them that have neither are formatted, each where it stands; where they are no queries, the query that they end in.

use super::tree::{Child, NodeId, Tree};
use super::{law, rules};
use crate::document;
use crate::layout;
use crate::options::Options;
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::{DialectKind, TextRange, parse_sql};

/// Narrower than this a clause would be broken for its place alone.
const NARROWEST: usize = 40;

/// The text with such clauses formatted; `None` where there are none, or where the text would not be read as before.
pub(super) fn format_clauses(text: &str, dialect: DialectKind, options: &Options) -> Option<String> {
    let parse = parse_sql(text, dialect);
    let tree = Tree::of(&parse, text);
    let errors: Vec<TextRange> = parse.errors().iter().map(|error| error.range).collect();
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    let mut waiting: Vec<NodeId> = statements(&tree, &errors).rev().collect();
    while let Some(node) = waiting.pop() {
        if tree.nodes[node as usize].kind == OTHER_STATEMENT {
            if let Some((start, end)) = query_at_end(&tree, node) {
                out.push_str(text.get(at..start as usize)?);
                at = start as usize;
                if let Some(query) = format_query(text.get(at..end as usize)?, dialect, options, &mut out) {
                    out.push_str(&query);
                    at = end as usize;
                }
            }
            continue;
        }
        if !is_clause(tree.nodes[node as usize].kind) || !is_whole(&tree, &errors, node) {
            let parts = tree.children(node).iter().rev();
            waiting.extend(parts.filter_map(|part| match part {
                Child::Node(node) => Some(*node),
                Child::Token(_) => None,
            }));
            continue;
        }
        let Some((start, end)) = tree.range(node) else { continue };
        out.push_str(text.get(at..start as usize)?);
        at = start as usize;
        let blank = indentation(&out).to_owned();
        if let Some(clause) = format_clause(text, &tree, node, options, &blank) {
            out.push_str(&clause);
            at = end as usize;
        }
    }
    out.push_str(&text[at..]);
    (out != text && law::check((text, &tree, &parse), &out, dialect).is_ok()).then_some(out)
}

fn statements<'t>(
    tree: &'t Tree,
    errors: &'t [TextRange],
) -> impl DoubleEndedIterator<Item = NodeId> + use<'t> {
    tree.children(0).iter().filter_map(|child| match child {
        Child::Node(node) if tree.nodes[*node as usize].kind == OTHER_STATEMENT => Some(*node),
        Child::Node(node) if stays(tree, errors, tree.range(*node)?) => Some(*node),
        _ => None,
    })
}

/// Whether an error or a Jinja statement stands in a range or touches it.
pub(super) fn stays(tree: &Tree, errors: &[TextRange], (start, end): (u32, u32)) -> bool {
    tree.jinja.iter().any(|jinja| jinja.start >= start && jinja.end <= end)
        || errors.iter().any(|error| u32::from(error.start()) <= end && u32::from(error.end()) >= start)
}

/// Whether a clause has all that it needs. What is missing at its end is reported at the token behind it; what is
/// reported at its first word is missing in front of it.
fn is_whole(tree: &Tree, errors: &[TextRange], node: NodeId) -> bool {
    let tokens = &tree.nodes[node as usize].tokens;
    let (Some((start, end)), Some(first)) = (tree.range(node), tree.tokens.get(tokens.start as usize)) else {
        return false;
    };
    let behind = tree.tokens.get(tokens.end as usize).map_or(end, |next| next.start);
    let is_inside = |error: &TextRange| {
        let (from, to) = (u32::from(error.start()), u32::from(error.end()));
        from <= behind && (from >= first.end || to > first.end)
    };
    tokens.len() > 1 && !errors.iter().any(is_inside) && !stays(tree, &[], (start, end))
}

fn is_clause(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SELECT_CLAUSE
            | FROM_CLAUSE
            | JOIN
            | WHERE_CLAUSE
            | GROUP_BY_CLAUSE
            | HAVING_CLAUSE
            | QUALIFY_CLAUSE
            | WINDOW_CLAUSE
            | ORDER_BY_CLAUSE
            | LIMIT_CLAUSE
            | ON_CLAUSE
            | CTE
    )
}

/// The blanks at the start of the last line. What stands in front of a clause may have been formatted as well.
fn indentation(out: &str) -> &str {
    let line = &out[out.rfind('\n').map_or(0, |at| at + 1)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether there is a statement that is no query, say `INSERT` or `CREATE`.
pub(super) fn has_other_statement(tree: &Tree) -> bool {
    tree.children(0).iter().any(|child| tree.kind(*child) == OTHER_STATEMENT)
}

/// From the first SELECT outside of brackets to the end of the statement.
fn query_at_end(tree: &Tree, statement: NodeId) -> Option<(u32, u32)> {
    let range = &tree.nodes[statement as usize].tokens;
    let tokens = tree.tokens.get(range.start as usize..range.end as usize)?;
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            L_PAREN | L_BRACKET | L_BRACE => depth += 1,
            R_PAREN | R_BRACKET | R_BRACE => depth = depth.saturating_sub(1),
            SELECT_KW if depth == 0 && index > 0 => return Some((token.start, tokens.last()?.end)),
            WITH_KW if depth == 0 && index > 0 && tokens.get(index + 1)?.kind == IDENT => {
                return Some((token.start, tokens.last()?.end));
            }
            _ => {}
        }
    }
    None
}

/// A query that is a part of a statement, on a line of its own if it takes several. `None` where it is no query, or
/// where lines of a text or a comment would have to move.
fn format_query(text: &str, dialect: DialectKind, options: &Options, out: &mut String) -> Option<String> {
    let parse = parse_sql(text, dialect);
    let tree = Tree::of(&parse, text);
    let is_query = matches!(tree.children(0), [Child::Node(node)]
        if tree.nodes[*node as usize].kind == QUERY_STATEMENT);
    let blank = indentation(out).to_owned();
    let pieces = tree.tokens.iter().map(|token| (token.start, token.end));
    let mut pieces = pieces.chain(tree.comments.iter().map(|comment| (comment.start, comment.end)));
    let has_lines = pieces.any(|(start, end)| text[start as usize..end as usize].contains('\n'));
    if !is_query || !parse.errors().is_empty() || !tree.jinja.is_empty() || has_lines && !blank.is_empty() {
        return None;
    }
    let line_end = layout::line_end(if out.contains('\n') { out } else { text });
    let elements = rules::document(&tree, &narrowed(options, &blank), &[]);
    let printed = document::print(text, &elements, &narrowed(options, &blank), line_end);
    let is_first = out[out.rfind('\n').map_or(0, |at| at + 1)..].trim().is_empty();
    let before = out.trim_end_matches([' ', '\t']).len();
    if printed.contains('\n') && !is_first && !out[..before].ends_with("*/") {
        out.truncate(before);
        out.push_str(line_end);
        out.push_str(&blank);
    }
    Some(indented(&printed, &blank))
}

fn narrowed(options: &Options, blank: &str) -> Options {
    let taken = blank.chars().map(|c| if c == '\t' { options.indent.width() } else { 1 }).sum();
    let line_width = options.line_width.saturating_sub(taken).max(NARROWEST.min(options.line_width));
    Options { line_width, ..*options }
}

/// A text whose lines but the first get blanks in front.
fn indented(text: &str, blank: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if index > 0 && !line.trim().is_empty() {
            out.push_str(blank);
        }
        out.push_str(line);
    }
    out
}

/// The clause, its further lines as deep as `blank`, which begins its line. `None` where a text or a comment of several
/// lines stands in it, whose lines must not move.
fn format_clause(text: &str, tree: &Tree, node: NodeId, options: &Options, blank: &str) -> Option<String> {
    let (start, end) = tree.range(node)?;
    let tokens = &tree.tokens[tree.nodes[node as usize].tokens.start as usize..];
    let tokens = tokens.iter().take_while(|token| token.start < end).map(|token| (token.start, token.end));
    let comments = tree.comments.iter().filter(|comment| comment.start >= start && comment.end <= end);
    let mut pieces = tokens.chain(comments.map(|comment| (comment.start, comment.end)));
    if pieces.any(|(start, end)| text[start as usize..end as usize].contains('\n')) {
        return None;
    }
    let options = narrowed(options, blank);
    let elements = rules::document_of(tree, node, &options);
    let printed = document::print(text, &elements, &options, layout::line_end(text));
    Some(indented(&printed, blank))
}
