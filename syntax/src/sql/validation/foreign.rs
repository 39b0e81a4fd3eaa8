//! Finds the constructs that the dialect of a file does not have (S007).

mod expression;
mod query;
mod relation;

use std::collections::BTreeSet;

use rowan::{GreenNode, GreenNodeData, Language as _, NodeOrToken, TextRange, TextSize};

use super::constructs::{Construct, ConstructKind, title};
use crate::sql::dialect::DialectKind;
use crate::syntax_error::SyntaxError;
use crate::tree::SyntaxKind::{self, *};
use crate::tree::{RockyLanguage, SyntaxElement, SyntaxNode, SyntaxToken};

/// What was found, and where its word stands.
type Found = (ConstructKind, TextRange);

/// Constructs of the text that the dialect does not have, one finding a construct and place. Text that the
/// parser could not place is judged by its error alone.
pub(super) fn foreign(root: &SyntaxNode, dialect: DialectKind, findings: &mut Vec<SyntaxError>) {
    if dialect == DialectKind::Permissive {
        return;
    }
    let Some(candidates) = candidates(&root.green().into_owned()) else { return };
    let mut seen = BTreeSet::new();
    for (kind, range) in candidates {
        let Some(element) = element_at(root, kind, range) else { continue };
        let found = match &element {
            NodeOrToken::Node(node) => {
                query::of_node(node).or_else(|| relation::of_node(node)).or_else(|| expression::of_node(node))
            }
            NodeOrToken::Token(token) => expression::of_token(token),
        };
        for (kind, range) in found.into_iter().chain(second(&element)) {
            let construct = kind.construct();
            if !construct.is_in(dialect) && seen.insert((range.start(), kind)) {
                findings.push(finding(construct, range, dialect));
            }
        }
    }
}

/// Nodes that hold two constructs.
fn second(element: &SyntaxElement) -> Option<Found> {
    match element {
        NodeOrToken::Node(node) => query::second(node).or_else(|| relation::second(node)),
        NodeOrToken::Token(_) => None,
    }
}

fn finding(construct: &Construct, range: TextRange, dialect: DialectKind) -> SyntaxError {
    let names: Vec<&str> = construct.dialects.iter().map(|dialect| title(*dialect)).collect();
    let owners = match (names.as_slice(), construct.elsewhere) {
        ([], None) => String::new(),
        ([], Some(elsewhere)) => format!("it belongs to {elsewhere}"),
        ([one], _) => format!("{one} has it"),
        ([first @ .., last], _) => format!("{} and {last} have it", first.join(", ")),
    };
    let help = match construct.instead {
        Some(instead) => format!("{owners}; instead: {instead}"),
        None => owners,
    };
    let message = format!("{} is not available in {}", construct.name, title(dialect));
    SyntaxError::new("S007", range, message).with_help(help)
}

/// Nodes and tokens that may be such a construct, in the order of the text. `None` where the text is broken.
/// The green tree is looked at first: most files hold no candidate at all, and need no cursor.
fn candidates(root: &GreenNode) -> Option<Vec<(SyntaxKind, TextRange)>> {
    let mut candidates = Vec::new();
    let mut offset = TextSize::new(0);
    let mut open = vec![root.children()];
    while let Some(children) = open.last_mut() {
        let Some(child) = children.next() else {
            open.pop();
            continue;
        };
        let kind = RockyLanguage::kind_from_raw(child.kind());
        if kind == ERROR_NODE {
            return None;
        }
        match child {
            NodeOrToken::Node(node) => {
                if is_candidate_node(kind, node) {
                    candidates.push((kind, TextRange::at(offset, node.text_len())));
                }
                open.push(node.children());
            }
            NodeOrToken::Token(token) => {
                if is_candidate_token(kind, token.text()) {
                    candidates.push((kind, TextRange::at(offset, token.text_len())));
                }
                offset += token.text_len();
            }
        }
    }
    Some(candidates)
}

pub(super) fn is_candidate_token(kind: SyntaxKind, text: &str) -> bool {
    match kind {
        STRING => text.starts_with('$'),
        EQ_EQ | LT_EQ_GT | SLASH_SLASH | STAR_STAR | ARROW | LONG_ARROW | HASH_GT | HASH_GT_GT | AT_GT
        | LT_AT | CARET_AT | AMP_AMP | TILDE | TILDE_STAR | BANG_TILDE | BANG_TILDE_STAR | AT_AT
        | AT_QUESTION | QUESTION_PIPE | QUESTION_AMP | DIV_KW | XOR_KW => true,
        _ => false,
    }
}

fn is_candidate_node(kind: SyntaxKind, node: &GreenNodeData) -> bool {
    match kind {
        FUNCTION_CALL => {
            let name = node.children().next().map(|path| path.to_string()).unwrap_or_default();
            ["unnest", "columns", "struct"].iter().any(|special| special.eq_ignore_ascii_case(&name))
        }
        WITH_CLAUSE | CTE | SELECT_CLAUSE | SELECT | FROM_CLAUSE | GROUP_BY_CLAUSE | IN_LIST
        | LIMIT_CLAUSE | JOIN | IN_EXPR | SET_OPERATOR | ORDER_ITEM | TABLE_FUNCTION | LIKE_EXPR
        | IS_EXPR | ARG_LIST | ARRAY_EXPR | CAST_EXPR | INTERVAL_EXPR => true,
        _ => is_rare(kind),
    }
}

/// Kinds of nodes that are worth a look whenever they occur.
pub(super) fn is_rare(kind: SyntaxKind) -> bool {
    query::is_rare(kind) || relation::is_rare(kind) || expression::is_rare(kind)
}

/// The element of the kind at exactly the range.
fn element_at(root: &SyntaxNode, kind: SyntaxKind, range: TextRange) -> Option<SyntaxElement> {
    let element = root.covering_element(range);
    if element.kind() == kind && element.text_range() == range {
        return Some(element);
    }
    let parent = match &element {
        NodeOrToken::Node(node) => Some(node.clone()),
        NodeOrToken::Token(token) => token.parent(),
    };
    parent?
        .ancestors()
        .take_while(|node| node.text_range() == range)
        .find(|node| node.kind() == kind)
        .map(NodeOrToken::Node)
}

/// The first token of the kind among the children.
fn token(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    node.children_with_tokens().filter_map(|child| child.into_token()).find(|token| token.kind() == kind)
}

fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

fn first_token(node: &SyntaxNode) -> Option<SyntaxToken> {
    node.first_token()
}

/// The construct at the first token of the node.
fn at_start(kind: ConstructKind, node: &SyntaxNode) -> Option<Found> {
    Some((kind, first_token(node)?.text_range()))
}

/// The construct at the child token of the kind.
fn at_token(kind: ConstructKind, node: &SyntaxNode, word: SyntaxKind) -> Option<Found> {
    Some((kind, token(node, word)?.text_range()))
}

/// The last token of the node that means something.
fn last_token(node: &SyntaxNode) -> Option<SyntaxToken> {
    let last = node.last_token()?;
    std::iter::successors(Some(last), SyntaxToken::prev_token).find(|token| !token.kind().is_trivia())
}

/// Whether the only segment of the call's path is the name.
fn calls(call: &SyntaxNode, name: &str) -> bool {
    call.kind() == FUNCTION_CALL
        && child(call, PATH).is_some_and(|path| path.text().to_string().eq_ignore_ascii_case(name))
}
