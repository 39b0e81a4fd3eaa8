//! Tokens of the Rocky language.

use super::{IsModel, Sink, TokenKind, TokenModifiers, folded, ident, is_name};
use crate::syntax_document::tokens_of;
use rocky_compiler::hir::body::Ident;
use rocky_compiler::syntax::dsl::ast::AnyStep;
use rocky_compiler::syntax::{
    AstNode as _, DialectKind, NodeOrToken, SyntaxKind, SyntaxKind::*, SyntaxNode, SyntaxToken, WalkEvent,
};
use rocky_compiler::types::functions::functions;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

pub(super) fn tokens(root: &SyntaxNode, is_model: &IsModel<'_>, sink: &mut Sink<'_>) {
    let mut walk = Walk { sink, is_model, lets: FxHashMap::default(), relations: FxHashMap::default() };
    walk.collect(root);
    let mut events = root.preorder_with_tokens();
    while let Some(event) = events.next() {
        match event {
            WalkEvent::Enter(NodeOrToken::Node(node)) => {
                if !walk.sink.wants(node.text_range()) {
                    events.skip_subtree();
                } else if node.kind() == DOTTED_NAME {
                    walk.dotted(&node);
                    events.skip_subtree();
                }
            }
            WalkEvent::Enter(NodeOrToken::Token(token)) => walk.token(&token),
            WalkEvent::Leave(_) => {}
        }
    }
}

type Meaning = (TokenKind, TokenModifiers);

struct Walk<'s, 'd, 'm> {
    sink: &'s mut Sink<'d>,
    is_model: &'m IsModel<'m>,
    lets: FxHashMap<SmolStr, ()>,
    /// Tables by the names under which columns may be qualified.
    relations: FxHashMap<SmolStr, Meaning>,
}

impl Walk<'_, '_, '_> {
    fn collect(&mut self, root: &SyntaxNode) {
        let bindings = root.children().filter(|node| node.kind() == LET_BINDING);
        for binding in bindings {
            let name = binding.children().find(|child| child.kind() == NAME);
            self.lets.extend(name.and_then(|name| name.first_token()).map(|name| (folded(&name), ())));
        }
        let pipelines = root.descendants().filter(|node| node.kind() == PIPELINE);
        for step in pipelines.flat_map(|pipeline| pipeline.children()) {
            if !matches!(step.kind(), FROM_STEP | JOIN_STEP | UNION_STEP) {
                continue;
            }
            let Some(path) = step.children().find(|child| child.kind() == DOTTED_NAME) else { continue };
            let names = names_of(&path);
            let meaning = self.table(&names);
            let alias = step.children().find(|child| child.kind() == ALIAS_CLAUSE);
            let alias = alias.and_then(|alias| names_of(&alias).pop());
            let name = alias.or_else(|| names.last().cloned());
            self.relations.extend(name.map(|name| (folded(&name), meaning)));
        }
    }

    fn table(&self, names: &[SyntaxToken]) -> Meaning {
        let none = TokenModifiers::NONE;
        if let [name] = names
            && self.lets.contains_key(&folded(name))
        {
            return (TokenKind::Class, none);
        }
        let names: Vec<Ident> = names.iter().map(ident).collect();
        match (self.is_model)(&names) {
            Some(false) => (TokenKind::Namespace, TokenModifiers::READONLY),
            _ => (TokenKind::Namespace, none),
        }
    }

    /// A dotted name as a whole.
    fn dotted(&mut self, node: &SyntaxNode) {
        let names = names_of(node);
        let mut meanings = self.meanings(node, &names).into_iter();
        for token in tokens_of(node) {
            if !names.contains(&token) {
                self.sink.lexical(&token);
            } else if let Some((kind, modifiers)) = meanings.next() {
                self.sink.push(token.text_range(), kind, modifiers);
            }
        }
    }

    fn meanings(&self, node: &SyntaxNode, names: &[SyntaxToken]) -> Vec<Meaning> {
        let none = TokenModifiers::NONE;
        let qualified = |last: Meaning| {
            let mut meanings = vec![(TokenKind::Namespace, none); names.len().saturating_sub(1)];
            meanings.push(last);
            meanings
        };
        match node.parent().map(|parent| parent.kind()) {
            Some(FROM_STEP | JOIN_STEP | UNION_STEP) => vec![self.table(names); names.len()],
            Some(CALL_EXPR) => qualified((TokenKind::Function, library(names))),
            Some(CAST_EXPR) => qualified((TokenKind::Function, TokenModifiers::DEFAULT_LIBRARY)),
            _ => {
                let relation = names.first().filter(|_| names.len() > 1);
                let relation = relation.and_then(|name| self.relations.get(&folded(name)));
                let columns = usize::from(relation.is_some());
                let meaning = |index: usize| match relation {
                    Some(meaning) if index == 0 => *meaning,
                    _ if index == columns => (TokenKind::Variable, none),
                    _ => (TokenKind::Property, none),
                };
                (0..names.len()).map(meaning).collect()
            }
        }
    }

    fn token(&mut self, token: &SyntaxToken) {
        let Some(parent) = token.parent() else { return };
        let none = TokenModifiers::NONE;
        let kind = token.kind();
        if kind == WHITESPACE {
            return;
        }
        let meaning = match parent.kind() {
            TYPE_NAME if is_name(token) || kind.is_keyword() => (TokenKind::Type, none),
            NAME if is_name(token) => self.declared(token, &parent),
            owner if kind.is_keyword() && begins_step(owner) && begins(&parent, token) => {
                (TokenKind::Keyword, TokenModifiers::CONTROL_FLOW)
            }
            _ if is_name(token) => return,
            _ => return self.sink.lexical(token),
        };
        self.sink.push(token.text_range(), meaning.0, meaning.1);
    }

    /// A name outside of a dotted name: what it is, is decided by what it belongs to.
    fn declared(&self, token: &SyntaxToken, name: &SyntaxNode) -> Meaning {
        let declaration = TokenModifiers::DECLARATION;
        let Some(owner) = name.parent() else { return (TokenKind::Variable, TokenModifiers::NONE) };
        let relation = self.relations.get(&folded(token)).copied();
        match owner.kind() {
            LET_BINDING => (TokenKind::Class, declaration.and(TokenModifiers::DEFINITION)),
            ENTRY | GROUP_KEY => (TokenKind::Variable, declaration),
            ALIAS_CLAUSE => match owner.parent().map(|node| node.kind()) {
                Some(FROM_STEP | JOIN_STEP) => {
                    let (kind, modifiers) = relation.unwrap_or((TokenKind::Namespace, TokenModifiers::NONE));
                    (kind, modifiers.and(declaration))
                }
                _ => (TokenKind::Variable, declaration),
            },
            STAR_ITEM => relation.unwrap_or((TokenKind::Namespace, TokenModifiers::NONE)),
            _ => (TokenKind::Variable, TokenModifiers::NONE),
        }
    }
}

fn library(names: &[SyntaxToken]) -> TokenModifiers {
    // The warehouse is not known here; what all of them have is.
    let known = functions(DialectKind::Permissive);
    match names {
        [name] if known.get(&name.text().to_uppercase()).is_some() => TokenModifiers::DEFAULT_LIBRARY,
        _ => TokenModifiers::NONE,
    }
}

fn names_of(node: &SyntaxNode) -> Vec<SyntaxToken> {
    let parts = node.children().filter(|child| child.kind() == NAME);
    parts.filter_map(|part| part.first_token()).filter(is_name).collect()
}

/// Nodes whose first words say what they do.
fn begins_step(kind: SyntaxKind) -> bool {
    AnyStep::can_cast(kind) || matches!(kind, LET_BINDING | MATCH_EXPR)
}

/// Whether a token is among the keywords at the start of a node (`left join`).
fn begins(node: &SyntaxNode, token: &SyntaxToken) -> bool {
    let parts = node.children_with_tokens().filter(|part| !part.kind().is_trivia());
    let mut words = parts.map_while(|part| part.into_token().filter(|word| word.kind().is_keyword()));
    words.any(|word| word == *token)
}
