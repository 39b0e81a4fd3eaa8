//! Tokens of SQL.

use super::{IsModel, Sink, TokenKind, TokenModifiers, folded, ident, is_name};
use crate::syntax_document::tokens_of;
use rocky_compiler::hir::body::Ident;
use rocky_compiler::syntax::{
    DialectKind, NodeOrToken, SyntaxKind, SyntaxKind::*, SyntaxNode, SyntaxToken, WalkEvent,
};
use rocky_compiler::types::functions::{FunctionTable, functions};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

pub(super) fn tokens(root: &SyntaxNode, dialect: DialectKind, is_model: &IsModel<'_>, sink: &mut Sink<'_>) {
    let head = sink.document.macro_head.as_ref();
    let parameters = head.into_iter().flat_map(|head| &head.parameters);
    let outermost =
        Scope { parameters: parameters.map(|name| (name.clone(), ())).collect(), ..Scope::default() };
    let mut declaration = head.into_iter().flat_map(|head| head.words.clone()).peekable();
    let mut walk = Walk { sink, is_model, functions: functions(dialect), scopes: vec![outermost] };
    let mut events = root.preorder_with_tokens();
    while let Some(event) = events.next() {
        match event {
            WalkEvent::Enter(NodeOrToken::Node(node)) => {
                let is_wanted = walk.sink.wants(node.text_range());
                if opens_scope(node.kind()) {
                    let scope = if is_wanted { walk.scope(&node) } else { Scope::default() };
                    walk.scopes.push(scope);
                }
                if !is_wanted {
                    events.skip_subtree();
                } else if matches!(node.kind(), COLUMN_REF | PATH) {
                    walk.dotted(&node);
                    events.skip_subtree();
                }
            }
            WalkEvent::Enter(NodeOrToken::Token(token)) => {
                let end = token.text_range().end();
                while let Some((range, kind, modifiers)) = declaration.next_if(|word| word.0.start() < end) {
                    // The comments above the declaration come first, what replaced it does not come.
                    walk.sink.push(range, kind, modifiers);
                }
                walk.token(&token);
            }
            WalkEvent::Leave(NodeOrToken::Node(node)) if opens_scope(node.kind()) => {
                walk.scopes.pop();
            }
            WalkEvent::Leave(_) => {}
        }
    }
}

/// What a name of a FROM clause stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Relation {
    kind: TokenKind,
    modifiers: TokenModifiers,
}

const TABLE: Relation = Relation { kind: TokenKind::Namespace, modifiers: TokenModifiers::NONE };
const SUBQUERY: Relation = Relation { kind: TokenKind::Class, modifiers: TokenModifiers::NONE };

/// Names that a query, its FROM clause or a lambda brings.
#[derive(Default)]
struct Scope {
    ctes: FxHashMap<SmolStr, ()>,
    relations: FxHashMap<SmolStr, Relation>,
    parameters: FxHashMap<SmolStr, ()>,
}

fn opens_scope(kind: SyntaxKind) -> bool {
    matches!(kind, QUERY | SELECT | LAMBDA_EXPR | LIST_COMPREHENSION)
}

struct Walk<'s, 'd, 'm> {
    sink: &'s mut Sink<'d>,
    is_model: &'m IsModel<'m>,
    functions: &'static FunctionTable,
    scopes: Vec<Scope>,
}

impl Walk<'_, '_, '_> {
    fn scope(&self, node: &SyntaxNode) -> Scope {
        let mut scope = Scope::default();
        match node.kind() {
            QUERY => {
                let clauses = node.children().filter(|child| child.kind() == WITH_CLAUSE);
                for cte in clauses.flat_map(|clause| clause.children()).filter(|child| child.kind() == CTE) {
                    scope.ctes.extend(name_in(&cte).map(|name| (folded(&name), ())));
                }
            }
            SELECT => {
                for child in
                    node.children().filter(|child| matches!(child.kind(), FROM_CLAUSE | LATERAL_VIEW))
                {
                    self.relations(&child, &mut scope);
                }
            }
            _ => {
                let lambda = node.children().filter(|child| child.kind() == LAMBDA_PARAM);
                let names = lambda.filter_map(|parameter| name_in(&parameter));
                scope.parameters.extend(names.map(|name| (folded(&name), ())));
                scope.parameters.extend(
                    node.children()
                        .filter(|child| child.kind() == NAME)
                        .filter_map(|name| name.first_token())
                        .map(|name| (folded(&name), ())),
                );
            }
        }
        scope
    }

    /// The relations of a FROM clause by their names. Not those of its subqueries.
    fn relations(&self, node: &SyntaxNode, scope: &mut Scope) {
        for child in node.children() {
            match child.kind() {
                TABLE_REF | TABLE_FUNCTION | DERIVED_TABLE | VALUES_TABLE | FILE_TABLE | STAGE_TABLE
                | MACRO_TABLE => {
                    let alias = child.children().find(|part| matches!(part.kind(), ALIAS | PREFIX_ALIAS));
                    let path = child.children().find(|part| part.kind() == PATH);
                    let relation = match &path {
                        Some(path) if child.kind() == TABLE_REF => self.table(path, scope),
                        _ => SUBQUERY,
                    };
                    let own = || path.as_ref().and_then(|path| names_in(path).last());
                    let name = alias.as_ref().map_or_else(own, name_in);
                    scope.relations.extend(name.map(|name| (folded(&name), relation)));
                }
                FROM_ITEM | JOIN | PAREN_TABLE | PIVOT_TABLE | UNPIVOT_TABLE | MATCH_RECOGNIZE_TABLE => {
                    self.relations(&child, scope);
                    let alias = child.children().find(|part| matches!(part.kind(), ALIAS | PREFIX_ALIAS));
                    let name = alias.as_ref().and_then(name_in);
                    scope.relations.extend(name.map(|name| (folded(&name), SUBQUERY)));
                }
                NAME if node.kind() == LATERAL_VIEW => {
                    scope.relations.extend(child.first_token().map(|name| (folded(&name), SUBQUERY)));
                }
                _ => {}
            }
        }
    }

    /// What a path in a FROM clause is.
    fn table(&self, path: &SyntaxNode, inner: &Scope) -> Relation {
        let names: Vec<SyntaxToken> = names_in(path).collect();
        if let [name] = &names[..] {
            let name = folded(name);
            if inner.ctes.contains_key(&name)
                || self.scopes.iter().any(|scope| scope.ctes.contains_key(&name))
            {
                return SUBQUERY;
            }
        }
        let names: Vec<Ident> = names.iter().map(ident).collect();
        match (self.is_model)(&names) {
            Some(false) => Relation { modifiers: TokenModifiers::READONLY, ..TABLE },
            _ => TABLE,
        }
    }

    fn relation(&self, name: &SmolStr) -> Option<Relation> {
        self.scopes.iter().rev().find_map(|scope| scope.relations.get(name)).copied()
    }

    fn is_parameter(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.parameters.contains_key(name))
    }

    /// A dotted name as a whole.
    fn dotted(&mut self, node: &SyntaxNode) {
        let names: Vec<SyntaxToken> = names_in(node).collect();
        let meanings = if node.kind() == PATH { self.path(node, &names) } else { self.column(node, &names) };
        let mut meanings = meanings.into_iter();
        for token in tokens_of(node) {
            if !is_name(&token) {
                self.sink.lexical(&token);
            } else if let Some((kind, modifiers)) = meanings.next() {
                self.sink.push(token.text_range(), kind, modifiers);
            }
        }
    }

    fn path(&self, node: &SyntaxNode, names: &[SyntaxToken]) -> Vec<(TokenKind, TokenModifiers)> {
        let Some(parent) = node.parent() else { return Vec::new() };
        let none = TokenModifiers::NONE;
        let last = match parent.kind() {
            FUNCTION_CALL => (TokenKind::Function, self.library(names)),
            COLLATE_EXPR | COLLATE_TYPE => (TokenKind::EnumMember, none),
            SELECT_AS => (TokenKind::Type, none),
            NAMED_WINDOW => (TokenKind::Variable, TokenModifiers::READONLY),
            _ => {
                let relation = self.table(node, &Scope::default());
                return vec![(relation.kind, relation.modifiers); names.len()];
            }
        };
        let mut meanings = vec![(TokenKind::Namespace, none); names.len().saturating_sub(1)];
        meanings.push(last);
        meanings
    }

    fn library(&self, names: &[SyntaxToken]) -> TokenModifiers {
        match names {
            [name] if self.functions.get(&name.text().to_uppercase()).is_some() => {
                TokenModifiers::DEFAULT_LIBRARY
            }
            _ => TokenModifiers::NONE,
        }
    }

    fn column(&self, node: &SyntaxNode, names: &[SyntaxToken]) -> Vec<(TokenKind, TokenModifiers)> {
        let none = TokenModifiers::NONE;
        let parent = node.parent().map(|parent| parent.kind());
        let is_first = node.prev_sibling().is_none();
        if parent == Some(STRUCT_ENTRY) && is_first {
            return vec![(TokenKind::Property, none); names.len()];
        }
        if let [name] = names {
            let folded = folded(name);
            if parent == Some(STAR_EXPR) {
                let relation = self.relation(&folded).unwrap_or(TABLE);
                return vec![(relation.kind, relation.modifiers)];
            }
            if self.is_parameter(&folded) {
                return vec![(TokenKind::Parameter, none)];
            }
            if name.kind() == IDENT && is_niladic(&folded) {
                return vec![(TokenKind::Function, TokenModifiers::DEFAULT_LIBRARY)];
            }
            return vec![(TokenKind::Variable, none)];
        }
        // A name before the column is a relation if there is one of that name, else the column itself
        // with its fields behind it.
        let qualifier = names.iter().take(4).enumerate().find_map(|(index, name)| {
            let is_last = index + 1 == names.len() && parent != Some(STAR_EXPR);
            if is_last { None } else { self.relation(&folded(name)).map(|relation| (index, relation)) }
        });
        let first = names.first().map(folded).unwrap_or_default();
        let is_parameter = self.is_parameter(&first);
        let mut meanings = Vec::with_capacity(names.len());
        for index in 0..names.len() {
            meanings.push(match qualifier {
                Some((at, relation)) if index <= at => (relation.kind, relation.modifiers),
                Some((at, _)) if index == at + 1 => (TokenKind::Variable, none),
                None if index == 0 && is_parameter => (TokenKind::Parameter, none),
                None if index == 0 => (TokenKind::Variable, none),
                _ => (TokenKind::Property, none),
            });
        }
        meanings
    }

    fn token(&mut self, token: &SyntaxToken) {
        let Some(parent) = token.parent() else { return };
        if token.kind() == WHITESPACE {
            return;
        }
        let (kind, modifiers) = if is_name(token) {
            let Some(meaning) = self.name(token, &parent) else { return };
            meaning
        } else if token.kind().is_keyword() && is_call_word(token, &parent) {
            (TokenKind::Function, TokenModifiers::DEFAULT_LIBRARY)
        } else if token.kind() == AT_NAME && self.is_parameter(&token.text()[1..].to_lowercase()) {
            (TokenKind::Parameter, TokenModifiers::NONE)
        } else if token.kind() == AT_NAME && parent.kind() == MACRO_VARIABLE {
            (TokenKind::Macro, TokenModifiers::READONLY)
        } else {
            return self.sink.lexical(token);
        };
        self.sink.push(token.text_range(), kind, modifiers);
    }

    fn name(&self, token: &SyntaxToken, parent: &SyntaxNode) -> Option<(TokenKind, TokenModifiers)> {
        let none = TokenModifiers::NONE;
        Some(match parent.kind() {
            NAME => return Some(self.declared(token, parent)),
            NAMED_TYPE | GENERIC_TYPE | STRUCT_TYPE | ARRAY_TYPE => (TokenKind::Type, none),
            INTERVAL_UNIT | EXTRACT_PART | SAMPLE_CLAUSE | USING_SAMPLE_CLAUSE => {
                (TokenKind::EnumMember, none)
            }
            JSON_PATH_STEP => (TokenKind::Property, none),
            PLACEHOLDER => (TokenKind::Parameter, none),
            MACRO_TABLE | STAGE_PATH => (TokenKind::Namespace, none),
            // What no rule of the grammar took: nothing is known of it.
            OTHER_STATEMENT | ERROR_NODE | QUERY_STATEMENT | SQL_FILE => return None,
            _ => (TokenKind::Variable, none),
        })
    }

    /// A name that stands for itself: what it is, is decided by what it belongs to.
    fn declared(&self, token: &SyntaxToken, name: &SyntaxNode) -> (TokenKind, TokenModifiers) {
        let declaration = TokenModifiers::DECLARATION;
        let none = TokenModifiers::NONE;
        let Some(owner) = name.parent() else { return (TokenKind::Variable, none) };
        match owner.kind() {
            CTE | PIPE_AS => (TokenKind::Class, declaration.and(TokenModifiers::DEFINITION)),
            ALIAS | PREFIX_ALIAS => {
                let of = owner.parent().map(|node| node.kind());
                match of {
                    Some(
                        SELECT_ITEM | ALIASED_ARG | GROUP_ALIAS_ITEM | TUPLE_EXPR | ARG_LIST
                        | STAR_REPLACE_ITEM,
                    ) => (TokenKind::Variable, declaration),
                    _ => {
                        let relation = self.relation(&folded(token)).unwrap_or(SUBQUERY);
                        (relation.kind, relation.modifiers.and(declaration))
                    }
                }
            }
            LATERAL_VIEW => match self.relation(&folded(token)) {
                Some(relation) => (relation.kind, declaration),
                None => (TokenKind::Variable, declaration),
            },
            LAMBDA_PARAM | LIST_COMPREHENSION => (TokenKind::Parameter, declaration),
            NAMED_ARG => (TokenKind::Parameter, none),
            FIELD_ACCESS => (TokenKind::Property, none),
            STRUCT_FIELD => (TokenKind::Property, declaration),
            METHOD_CALL => (TokenKind::Function, self.library(std::slice::from_ref(token))),
            NAME_LIST => match owner.parent().map(|node| node.kind()) {
                Some(CTE | ALIAS | UNPIVOT_VALUE) => (TokenKind::Variable, declaration),
                _ => (TokenKind::Variable, none),
            },
            PIPE_SET_ITEM => (TokenKind::Variable, TokenModifiers::MODIFICATION),
            STAR_REPLACE_ITEM => (TokenKind::Variable, declaration.and(TokenModifiers::MODIFICATION)),
            COLUMN_ALIAS | STAR_RENAME_ITEM | UNPIVOT_VALUE | DEFINE_ITEM | WITH_OFFSET => {
                (TokenKind::Variable, declaration)
            }
            NAMED_WINDOW => (TokenKind::Variable, declaration.and(TokenModifiers::READONLY)),
            OVER_CLAUSE | WINDOW_SPEC => (TokenKind::Variable, TokenModifiers::READONLY),
            LOCKING_CLAUSE => (TokenKind::Namespace, none),
            _ => (TokenKind::Variable, none),
        }
    }
}

/// The names that are direct parts of a dotted name.
fn names_in(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    node.children_with_tokens().filter_map(NodeOrToken::into_token).filter(is_name)
}

/// The name that a node gives to something.
fn name_in(node: &SyntaxNode) -> Option<SyntaxToken> {
    let name = node.children().find(|child| child.kind() == NAME)?;
    name.children_with_tokens().filter_map(NodeOrToken::into_token).find(is_name)
}

/// Functions whose name is a keyword because what follows is no plain list of arguments.
fn is_call_word(token: &SyntaxToken, parent: &SyntaxNode) -> bool {
    matches!(
        parent.kind(),
        CAST_EXPR | EXTRACT_EXPR | POSITION_EXPR | SUBSTRING_EXPR | TRIM_EXPR | OVERLAY_EXPR
    ) && parent.first_token().as_ref() == Some(token)
}

/// Functions that are called without parentheses (03 §18.4).
fn is_niladic(name: &str) -> bool {
    matches!(
        name,
        "current_date"
            | "current_time"
            | "current_timestamp"
            | "current_user"
            | "current_role"
            | "current_catalog"
            | "current_schema"
            | "localtime"
            | "localtimestamp"
            | "session_user"
            | "sysdate"
    )
}
