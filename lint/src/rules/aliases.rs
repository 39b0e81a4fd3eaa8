//! Names that queries give.

use crate::context::Context;
use crate::mentions::is_mentioned;
use crate::rule::{Check, FixSafety, Languages, Parameter, ParameterKind, Rule};
use crate::settings::Level;
use crate::tree::{
    child, first_significant, has_comment_in, last_significant, parent_kind, range_of, token, tokens,
};
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::{SyntaxNode, SyntaxToken, TextEdit, TextRange, TokenView, Visited, unquote_identifier};

const STYLE: Option<Parameter> = Some(Parameter {
    key: "style",
    kind: ParameterKind::Word(&["explicit", "implicit"]),
    meaning: "with `as`, or without",
});

pub(crate) const COLUMN_ALIAS: Rule = Rule {
    name: "column_alias",
    code: "S106",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: STYLE,
    fix: FixSafety::Safe,
    summary: "column aliases with or without `as`",
    why: "Without `as` a forgotten comma turns a column into the name of the one before it.",
    bad: "select amount total from orders\n",
    good: "select amount as total from orders\n",
    check: Check::Nodes(&[ALIAS], column_alias),
};

pub(crate) const TABLE_ALIAS: Rule = Rule {
    name: "table_alias",
    code: "S107",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: STYLE,
    fix: FixSafety::Safe,
    summary: "table aliases with or without `as`",
    why: "One way to write them is easier to read.",
    bad: "select o.id from orders o\n",
    good: "select o.id from orders as o\n",
    check: Check::Nodes(&[ALIAS], table_alias),
};

pub(crate) const SELF_ALIAS: Rule = Rule {
    name: "self_alias",
    code: "S108",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "a column whose alias is its own name",
    why: "It says nothing.",
    bad: "select o.id as id from orders as o\n",
    good: "select o.id from orders as o\n",
    check: Check::Nodes(&[SELECT_ITEM], self_alias),
};

pub(crate) const UNUSED_TABLE_ALIAS: Rule = Rule {
    name: "unused_table_alias",
    code: "S109",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "a table alias that nothing refers to",
    why: "A reader looks for where it is used.",
    bad: "select id from orders as o\n",
    good: "select id from orders\n",
    check: Check::Names(&[TABLE_REF], has_alias, unused_table_alias),
};

pub(crate) const QUOTED_NAME: Rule = Rule {
    name: "needless_quotes",
    code: "S105",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: None,
    fix: FixSafety::Unsafe,
    summary: "quotes around a name that needs none",
    why: "Quotes are noise, and in some warehouses they make a name another one.",
    bad: "select \"id\" from orders\n",
    good: "select id from orders\n",
    check: Check::Tokens(&[QUOTED_IDENT], needless_quotes),
};

const TABLES: &[SyntaxKind] = &[
    TABLE_REF,
    TABLE_FUNCTION,
    DERIVED_TABLE,
    PAREN_TABLE,
    VALUES_TABLE,
    FILE_TABLE,
    MACRO_TABLE,
    PIVOT_TABLE,
    UNPIVOT_TABLE,
];

fn column_alias(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let mut above = visited.ancestors().map(|node| node.kind);
    if above.next() == Some(SELECT_ITEM) && above.next() == Some(SELECT_CLAUSE) {
        alias_style(cx, visited, "column");
    }
}

fn table_alias(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if visited.parent_kind().is_some_and(|parent| TABLES.contains(&parent)) {
        alias_style(cx, visited, "table");
    }
}

fn alias_style(cx: &mut Context<'_>, visited: Visited<'_, '_>, what: &str) {
    let is_explicit = visited.view.token(AS_KW).is_some();
    if is_explicit == (cx.value() == 0) {
        return;
    }
    let Some(alias) = &visited.node() else { return };
    let Some(name) = child(alias, NAME).and_then(|name| first_significant(&name)) else { return };
    match (token(alias, AS_KW), cx.value()) {
        (None, 0) => {
            let word = format!("{} ", cx.keyword("as"));
            let at = name.text_range().start();
            cx.report(name.text_range(), format!("the {what} alias '{}' stands without `as`", name.text()))
                .help("write `as` before it")
                .safe_fix("Insert `as`", vec![TextEdit::insert(at, word)]);
        }
        (Some(word), 1) => {
            let removed = TextRange::new(word.text_range().start(), name.text_range().start());
            let fixable = is_plain(&name) && !has_comment_in(alias, removed) && !ends_with_interval(alias);
            let finding =
                cx.report(word.text_range(), format!("the {what} alias '{}' stands with `as`", name.text()));
            finding.help("drop the `as`");
            if fixable {
                finding.safe_fix("Remove `as`", vec![TextEdit::delete(removed)]);
            }
        }
        _ => {}
    }
}

/// Whether a name can stand after an expression without being taken for something else.
fn is_plain(name: &SyntaxToken) -> bool {
    name.kind() == IDENT && !Context::is_keyword(name.text())
}

/// `interval '1' h`: the name would be a unit.
fn ends_with_interval(alias: &SyntaxNode) -> bool {
    let before = alias.prev_sibling().and_then(|expr| last_significant(&expr));
    before.is_some_and(|token| token.parent_ancestors().any(|node| node.kind() == INTERVAL_EXPR))
}

fn self_alias(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let (Some(column), Some(alias)) = (visited.view.child(COLUMN_REF), visited.view.child(ALIAS)) else {
        return;
    };
    let (own, given) = (column.last_significant(), alias.last_significant());
    if own.map(|token| token.text) != given.map(|token| token.text) {
        return;
    }
    let Some(item) = &visited.node() else { return };
    let (Some(column), Some(alias)) = (child(item, COLUMN_REF), child(item, ALIAS)) else { return };
    if parent_kind(item) != Some(SELECT_CLAUSE) || column.next_sibling().as_ref() != Some(&alias) {
        return;
    }
    let (Some(own), Some(given)) = (last_significant(&column), last_significant(&alias)) else { return };
    if own.text() != given.text() || child(&alias, COLUMN_ALIAS_LIST).is_some() || !is_name(own.kind()) {
        return;
    }
    let removed = TextRange::new(own.text_range().end(), given.text_range().end());
    let fixable = !has_comment_in(item, removed);
    let finding = cx.report(range_of(&alias), format!("'{}' is its own alias", own.text()));
    finding.help("drop the alias");
    if fixable {
        finding.safe_fix("Remove the alias", vec![TextEdit::delete(removed)]);
    }
}

fn is_name(kind: SyntaxKind) -> bool {
    matches!(kind, IDENT | QUOTED_IDENT)
}

fn has_alias(visited: Visited<'_, '_>) -> bool {
    visited.view.child(ALIAS).is_some()
}

fn unused_table_alias(cx: &mut Context<'_>, table: &SyntaxNode) {
    let Some(alias) = child(table, ALIAS) else { return };
    let Some(name) = child(&alias, NAME).and_then(|name| first_significant(&name)) else { return };
    if child(&alias, COLUMN_ALIAS_LIST).is_some() || !is_name(name.kind()) {
        return;
    }
    let Some(query) = table.ancestors().find(|node| node.kind() == QUERY) else { return };
    let own = unquote_identifier(name.text(), cx.dialect());
    if is_mentioned(cx, query.text_range(), &own, name.text_range()) {
        return;
    }
    let Some(path) = child(table, PATH).and_then(|path| last_significant(&path)) else { return };
    let removed = TextRange::new(path.text_range().end(), name.text_range().end());
    // Beside another relation the name may be what keeps two apart.
    let is_alone = query.descendants().filter(|node| TABLES.contains(&node.kind())).count() == 1;
    let is_next = path.next_token().is_some_and(|next| removed.contains_range(next.text_range()));
    let fixable = is_alone
        && is_next
        && !has_comment_in(table, removed)
        && tokens(table).all(|token| token.kind().is_trivia());
    let finding = cx.report(range_of(&alias), format!("the alias '{}' is never used", name.text()));
    finding.help("remove it");
    if fixable {
        finding.safe_fix("Remove the alias", vec![TextEdit::delete(removed)]);
    }
}

fn needless_quotes(cx: &mut Context<'_>, token: &TokenView<'_>) {
    if !matches!(token.parent, NAME | COLUMN_REF | PATH) {
        return;
    }
    let name = unquote_identifier(token.text, cx.dialect());
    let mut characters = name.chars();
    let starts = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let is_plain =
        starts && characters.all(|character| character.is_ascii_alphanumeric() || character == '_');
    let keeps_meaning = match cx.dialect_data().identifier_case {
        rocky_syntax::IdentifierCase::FoldsUpper => !name.bytes().any(|byte| byte.is_ascii_lowercase()),
        rocky_syntax::IdentifierCase::FoldsLower => !name.bytes().any(|byte| byte.is_ascii_uppercase()),
        _ => true,
    };
    if !is_plain || !keeps_meaning || Context::is_keyword(&name) {
        return;
    }
    cx.report(token.range, format!("the name '{name}' needs no quotes")).help(format!("write `{name}`")).fix(
        "Remove the quotes",
        vec![TextEdit::replace(token.range, name)],
        false,
    );
}
