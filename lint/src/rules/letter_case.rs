//! Upper or lower case of words.

use super::expressions::plain_name;
use crate::context::Context;
use crate::rule::{Check, FixSafety, Languages, Parameter, ParameterKind, Rule};
use crate::settings::Level;
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::{TextEdit, TextRange, TokenView, Visited};

const CASE: Option<Parameter> = Some(Parameter {
    key: "case",
    kind: ParameterKind::Word(&["consistent", "upper", "lower"]),
    meaning: "the case; `consistent` follows the first one in the file",
});

pub(crate) const KEYWORD_CASE: Rule = Rule {
    name: "keyword_case",
    code: "S101",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: CASE,
    fix: FixSafety::Safe,
    summary: "keywords in another case than the rest",
    why: "One case lets the eye find the clauses.",
    bad: "select id FROM orders Where id > 1\n",
    good: "select id from orders where id > 1\n",
    check: Check::Keywords(keyword),
};

pub(crate) const FUNCTION_CASE: Rule = Rule {
    name: "function_case",
    code: "S102",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: CASE,
    fix: FixSafety::Safe,
    summary: "function names in another case than the rest",
    why: "The same function written in two ways looks like two functions.",
    bad: "select sum(a), MAX(b) from t\n",
    good: "select sum(a), max(b) from t\n",
    check: Check::Nodes(&[FUNCTION_CALL], function),
};

pub(crate) const TYPE_CASE: Rule = Rule {
    name: "type_case",
    code: "S103",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: CASE,
    fix: FixSafety::Safe,
    summary: "type names in another case than the rest",
    why: "The same type written in two ways looks like two types.",
    bad: "select cast(a as int), cast(b as VARCHAR) from t\n",
    good: "select cast(a as int), cast(b as varchar) from t\n",
    check: Check::Nodes(&[NAMED_TYPE, GENERIC_TYPE, STRUCT_TYPE], type_name),
};

pub(crate) const IDENTIFIER_CASE: Rule = Rule {
    name: "identifier_case",
    code: "S104",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "case",
        kind: ParameterKind::Word(&["consistent", "upper", "lower"]),
        meaning: "the case of unquoted column names and aliases",
    }),
    fix: FixSafety::Unsafe,
    summary: "unquoted columns and aliases in another case than the rest",
    why: "Warehouses differ in whether the case of a name counts; names in one case work in all of them.",
    bad: "select order_id, Customer_Id from orders\n",
    good: "select order_id, customer_id from orders\n",
    check: Check::Tokens(&[IDENT], identifier),
};

fn check_word(cx: &mut Context<'_>, text: &str, range: TextRange, what: &str, is_safe: bool) {
    let Some(case) = cx.wanted_case(text) else { return };
    if case.is_of(text) || !text.is_ascii() {
        return;
    }
    let wanted = case.apply(text);
    let title = format!("Write `{wanted}`");
    cx.report(range, format!("{what} '{text}' is not in {}", case.as_str()))
        .help(format!("write `{wanted}`"))
        .fix(title, vec![TextEdit::replace(range, wanted)], is_safe);
}

fn keyword(cx: &mut Context<'_>, token: &TokenView<'_>) {
    check_word(cx, token.text, token.range, "the keyword", true);
}

fn function(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    // Functions in schemas are the users' own, and some warehouses look at their case.
    if let Some(name) = plain_name(visited.view) {
        check_word(cx, name.text, name.range, "the function name", true);
    }
}

fn type_name(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    for word in visited.view.tokens().filter(|token| token.kind == IDENT) {
        check_word(cx, word.text, word.range, "the type name", true);
    }
}

/// Words that come as columns and are functions.
const NILADIC: &[&str] = &["current", "localtime", "localtimestamp", "session_user", "user", "sysdate"];

fn identifier(cx: &mut Context<'_>, token: &TokenView<'_>) {
    const PARENTS: &[SyntaxKind] = &[NAME, COLUMN_REF];
    let is_function = || {
        NILADIC.iter().any(|function| {
            token.text.get(..function.len()).is_some_and(|start| start.eq_ignore_ascii_case(function))
        })
    };
    if PARENTS.contains(&token.parent) && (token.parent == NAME || !is_function()) {
        check_word(cx, token.text, token.range, "the name", false);
    }
}
