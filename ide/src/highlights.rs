//! What belongs to the thing under the cursor: the words of one construct, the ends of a pair, the other
//! places of a name.
//!
//! Names are compared by what they are and how they are spelled, within the query that they belong to. Where a project
//! has resolved them, [`crate::Analysis::highlights`] goes by what they mean.

use crate::SyntaxDocument;
use crate::semantic_tokens::{TokenKind, TokenModifiers};
use rocky_compiler::syntax::{
    NodeOrToken, SyntaxKind, SyntaxKind::*, SyntaxNode, SyntaxToken, TextRange, TextSize, TokenAtOffset,
};

/// What a highlighted place is to the thing under the cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HighlightKind {
    /// A part of the same construct.
    Construct,
    /// The name is used.
    Read,
    /// The name is introduced.
    Write,
}

/// A place to highlight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Highlight {
    /// Where.
    pub range: TextRange,
    /// Why.
    pub kind: HighlightKind,
}

impl SyntaxDocument {
    /// The places that belong to what stands at an offset, in order; none where nothing has others.
    pub fn highlights(&self, offset: TextSize) -> Vec<Highlight> {
        let offset = self.clamp(offset);
        let Some(root) = self.query.as_ref().filter(|root| offset <= root.text_range().end()) else {
            return Vec::new();
        };
        if self.toml_at(offset).is_some() {
            return Vec::new();
        }
        let Some(token) = word_at(root, offset) else { return Vec::new() };
        if is_name(&token) {
            return self.names(&token);
        }
        let mut words = if token.kind().is_keyword() { construct(&token) } else { Vec::new() };
        if words.is_empty() && !matches!(token.kind(), STRING | BYTE_STRING) {
            words = self.pair_at(offset).map_or_else(Vec::new, |pair| vec![pair.open, pair.close]);
        }
        words.sort_by_key(|range| range.start());
        words.into_iter().map(|range| Highlight { range, kind: HighlightKind::Construct }).collect()
    }

    /// Where the name at an offset stands.
    pub(crate) fn name_at(&self, offset: TextSize) -> Option<TextRange> {
        let offset = self.clamp(offset);
        let root = self.query.as_ref().filter(|root| offset <= root.text_range().end())?;
        let token = word_at(root, offset).filter(|token| is_name(token) && self.toml_at(offset).is_none())?;
        Some(token.text_range())
    }

    fn names(&self, token: &SyntaxToken) -> Vec<Highlight> {
        let tokens = self.semantic_tokens(Some(token.text_range()));
        let Some(own) = tokens.iter().find(|found| found.range == token.text_range()) else {
            return Vec::new();
        };
        let is_relation = |kind| matches!(kind, TokenKind::Namespace | TokenKind::Class);
        let spelling = folded(token.text());
        let Some(scope) = scope_of(token, &spelling, is_relation(own.kind)) else { return Vec::new() };
        let within = scope.text_range();
        let all = self.semantic_tokens(Some(within)).into_iter();
        let same = all.filter(|found| {
            within.contains_range(found.range)
                && (found.kind == own.kind || (is_relation(found.kind) && is_relation(own.kind)))
                && folded(self.slice(found.range)) == spelling
        });
        same.map(|found| {
            let declares = found.modifiers.holds(TokenModifiers::DECLARATION);
            let kind = if declares { HighlightKind::Write } else { HighlightKind::Read };
            Highlight { range: found.range, kind }
        })
        .collect()
    }
}

/// The token at an offset; of two that touch there, the word.
fn word_at(root: &SyntaxNode, offset: TextSize) -> Option<SyntaxToken> {
    let is_word = |token: &SyntaxToken| is_name(token) || token.kind().is_keyword();
    match root.token_at_offset(offset) {
        TokenAtOffset::None => None,
        TokenAtOffset::Single(token) => Some(token),
        TokenAtOffset::Between(left, right) => {
            Some(if is_word(&left) && !is_word(&right) { left } else { right })
        }
    }
}

fn is_name(token: &SyntaxToken) -> bool {
    matches!(token.kind(), IDENT | QUOTED_IDENT)
}

fn folded(name: &str) -> String {
    name.trim_matches(['"', '`']).to_lowercase()
}

/// The part of the tree in which a name means the same thing.
fn scope_of(token: &SyntaxToken, spelling: &str, is_relation: bool) -> Option<SyntaxNode> {
    let mut ancestors = token.parent_ancestors();
    let scope = if is_relation {
        let introduced = ancestors.find(|node| introduces(node, spelling));
        // A table without an alias is called by its own name.
        introduced.or_else(|| token.parent_ancestors().find(|node| node.kind() == SELECT))
    } else {
        ancestors.find(|node| matches!(node.kind(), QUERY | PIPELINE | LAMBDA_EXPR))
    };
    scope.or_else(|| token.parent_ancestors().last())
}

/// Whether a query or its FROM clause gives a table that name.
fn introduces(node: &SyntaxNode, spelling: &str) -> bool {
    match node.kind() {
        QUERY => {
            let clauses = node.children().filter(|child| child.kind() == WITH_CLAUSE);
            let mut ctes = clauses.flat_map(|clause| clause.children());
            ctes.any(|cte| is_named(&cte, spelling))
        }
        SELECT => {
            let mut clauses =
                node.children().filter(|child| matches!(child.kind(), FROM_CLAUSE | LATERAL_VIEW));
            clauses.any(|clause| {
                let mut parts = clause.descendants();
                parts.any(|part| matches!(part.kind(), ALIAS | PREFIX_ALIAS) && is_named(&part, spelling))
            })
        }
        DSL_FILE => true,
        _ => false,
    }
}

fn is_named(node: &SyntaxNode, spelling: &str) -> bool {
    let name = node.children().find(|child| child.kind() == NAME);
    name.is_some_and(|name| folded(name.text().to_string().trim()) == spelling)
}

/// The words of the construct that a keyword belongs to.
fn construct(token: &SyntaxToken) -> Vec<TextRange> {
    let Some(parent) = token.parent() else { return Vec::new() };
    let is_first = own_words(&parent).next().as_ref() == Some(token);
    let grand = parent.parent();
    match parent.kind() {
        CASE_EXPR => case_words(&parent),
        WHEN_ARM | ELSE_ARM => grand.as_ref().map_or_else(Vec::new, case_words),
        kind if is_query_clause(kind) && is_first => query_words(&parent),
        LITERAL | ERROR_NODE => Vec::new(),
        _ => {
            let words: Vec<TextRange> = own_words(&parent).map(|word| word.text_range()).collect();
            let attached = parent.children().filter(|child| matches!(child.kind(), ON_CLAUSE | USING_CLAUSE));
            let attached = attached.filter_map(|clause| own_words(&clause).next());
            words.into_iter().chain(attached.map(|word| word.text_range())).collect()
        }
    }
}

fn own_words(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    let parts = node.children_with_tokens().filter_map(NodeOrToken::into_token);
    parts.filter(|token| token.kind().is_keyword())
}

fn case_words(node: &SyntaxNode) -> Vec<TextRange> {
    let arms = node.children().filter(|child| matches!(child.kind(), WHEN_ARM | ELSE_ARM));
    let words = own_words(node).chain(arms.flat_map(|arm| own_words(&arm)));
    words.map(|word| word.text_range()).collect()
}

fn is_query_clause(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        WITH_CLAUSE
            | SELECT_CLAUSE
            | FROM_CLAUSE
            | WHERE_CLAUSE
            | GROUP_BY_CLAUSE
            | HAVING_CLAUSE
            | QUALIFY_CLAUSE
            | WINDOW_CLAUSE
            | ORDER_BY_CLAUSE
            | LIMIT_CLAUSE
            | OFFSET_CLAUSE
    )
}

/// The first word of each clause of one query.
fn query_words(clause: &SyntaxNode) -> Vec<TextRange> {
    let Some(owner) = clause.parent() else { return Vec::new() };
    let query = match owner.kind() {
        SELECT => owner.parent().filter(|node| node.kind() == QUERY),
        _ => None,
    };
    let query = query.as_ref().unwrap_or(&owner);
    let selects = query.children().filter(|child| child.kind() == SELECT);
    let clauses = query.children().chain(selects.flat_map(|select| select.children()));
    let clauses = clauses.filter(|node| is_query_clause(node.kind()));
    clauses.filter_map(|clause| own_words(&clause).next()).map(|word| word.text_range()).collect()
}
