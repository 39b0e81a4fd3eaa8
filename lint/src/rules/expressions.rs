//! Expressions.

use crate::context::{Context, LetterCase};
use crate::rule::{Check, FixSafety, Languages, Parameter, ParameterKind, Rule};
use crate::settings::Level;
use crate::tree::{
    child, first_significant, has_comment_in, is_null, last_significant, names_a_column, parent_kind,
    range_of, token, tokens, with_blanks_before, would_join,
};
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::{
    DialectKind, Direction, NodeOrToken, NodeView, SyntaxNode, TextEdit, TextRange, TokenView, Visited,
};

pub(crate) const NULL_COMPARISON: Rule = Rule {
    name: "null_comparison",
    code: "S117",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::Unsafe,
    summary: "a comparison with NULL by `=` or `<>`",
    why: "It is never true.",
    bad: "select id from orders where shipped_at = null\n",
    good: "select id from orders where shipped_at is null\n",
    check: Check::Tokens(&[NULL_KW], null_comparison),
};

pub(crate) const NOT_IN_NULL: Rule = Rule {
    name: "not_in_null",
    code: "S118",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::None,
    summary: "`not in` with a NULL in its list",
    why: "It is never true.",
    bad: "select id from orders where status not in ('open', null)\n",
    good: "select id from orders where status not in ('open') and status is not null\n",
    check: Check::Nodes(&[IN_EXPR], not_in_null),
};

pub(crate) const REDUNDANT_PARENTHESES: Rule = Rule {
    name: "redundant_parentheses",
    code: "S120",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "parentheses around a whole condition, or around parentheses",
    why: "They make a reader look for what they hold together.",
    bad: "select id from orders where (amount > 1)\n",
    good: "select id from orders where amount > 1\n",
    check: Check::Nodes(&[PAREN_EXPR], redundant_parentheses),
};

pub(crate) const BOOLEAN_CASE: Rule = Rule {
    name: "boolean_case",
    code: "S121",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: None,
    fix: FixSafety::Unsafe,
    summary: "`case when x then true else false end`",
    why: "The condition is that value already, but for NULL.",
    bad: "select case when amount > 1 then true else false end as is_big from orders\n",
    good: "select coalesce(amount > 1, false) as is_big from orders\n",
    check: Check::Nodes(&[CASE_EXPR], boolean_case),
};

pub(crate) const COALESCE: Rule = Rule {
    name: "coalesce",
    code: "S122",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "`ifnull` or `nvl` instead of `coalesce`",
    why: "All warehouses have `coalesce`.",
    bad: "select ifnull(amount, 0) as amount from orders\n",
    good: "select coalesce(amount, 0) as amount from orders\n",
    check: Check::Nodes(&[FUNCTION_CALL], coalesce),
};

pub(crate) const NESTED_CASE: Rule = Rule {
    name: "nested_case",
    code: "S124",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "max",
        kind: ParameterKind::Number { default: 1 },
        meaning: "how deep `case` may stand in `case`",
    }),
    fix: FixSafety::None,
    summary: "`case` inside `case` inside `case`",
    why: "Nobody can say which rows reach the innermost branch.",
    bad: "select case when a then case when b then case when c then 1 end end end as n from t\n",
    good: "select case when a and b and c then 1 end as n from t\n",
    check: Check::Nodes(&[CASE_EXPR], nested_case),
};

pub(crate) const COUNT_STAR: Rule = Rule {
    name: "count_star",
    code: "S140",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "`count(1)` instead of `count(*)`",
    why: "They count the same; one spelling needs no thought.",
    bad: "select count(1) as n from orders\n",
    good: "select count(*) as n from orders\n",
    check: Check::Nodes(&[FUNCTION_CALL], count_star),
};

pub(crate) const ELSE_NULL: Rule = Rule {
    name: "else_null",
    code: "S141",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "`else null` in a `case`",
    why: "A `case` without `else` gives NULL.",
    bad: "select case when amount > 1 then 1 else null end as n from orders\n",
    good: "select case when amount > 1 then 1 end as n from orders\n",
    check: Check::Nodes(&[ELSE_ARM], else_null),
};

pub(crate) const CAST_STYLE: Rule = Rule {
    name: "cast_style",
    code: "S142",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "style",
        kind: ParameterKind::Word(&["cast", "shorthand"]),
        meaning: "`cast(x as t)`, or `x::t` where the warehouse has it",
    }),
    fix: FixSafety::Safe,
    summary: "the other spelling of a cast",
    why: "`cast` works everywhere; either is fine, both are not.",
    bad: "select id::int as id from orders\n",
    good: "select cast(id as int) as id from orders\n",
    check: Check::Nodes(&[POSTFIX_CAST, CAST_EXPR], cast_style),
};

pub(crate) const LIKE_WITHOUT_WILDCARD: Rule = Rule {
    name: "like_without_wildcard",
    code: "S143",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::None,
    summary: "`like` with a pattern that has no wildcard",
    why: "It is `=`, or a `%` was forgotten.",
    bad: "select id from orders where status like 'open'\n",
    good: "select id from orders where status = 'open'\n",
    check: Check::Nodes(&[LIKE_EXPR], like_without_wildcard),
};

pub(crate) const DISTINCT_PARENTHESES: Rule = Rule {
    name: "distinct_parentheses",
    code: "S144",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "`select distinct (a), b`",
    why: "`distinct` is no function: it counts for all columns.",
    bad: "select distinct (a), b from t\n",
    good: "select distinct a, b from t\n",
    check: Check::Nodes(&[SELECT_CLAUSE], distinct_parentheses),
};

fn null_comparison(cx: &mut Context<'_>, view: &TokenView<'_>) {
    if view.parent != LITERAL {
        return;
    }
    let operand = cx.token_at(view.range).and_then(|token| {
        let whole = token.parent_ancestors().take_while(|node| matches!(node.kind(), LITERAL | PAREN_EXPR));
        whole.last()
    });
    let Some(right) = operand else { return };
    let Some(node) = right.parent().filter(|parent| parent.kind() == BINARY_EXPR) else { return };
    let before = right.siblings_with_tokens(Direction::Prev).skip(1);
    let operator = before.filter_map(NodeOrToken::into_token).find(|token| !token.kind().is_trivia());
    let Some(operator) = operator else { return };
    let replacement = match operator.kind() {
        EQ | EQ_EQ => "is null",
        BANG_EQ | LT_GT => "is not null",
        _ => return,
    };
    let range = operator.text_range().cover(range_of(&right));
    let is_only = node.children_with_tokens().filter(|part| !part.kind().is_trivia()).count() == 3;
    let fixable = !has_comment_in(&node, range) && right.kind() == LITERAL && is_only;
    let new_text = cx.keyword(replacement);
    let at = usize::from(range.start());
    let lead = if cx.source.text[..at].ends_with(char::is_whitespace) { "" } else { " " };
    let finding = cx.report(range, format!("`{} null` is never true", operator.text()));
    finding.help(format!("write `{replacement}`"));
    if fixable {
        let edit = TextEdit::replace(range, format!("{lead}{new_text}"));
        finding.fix(format!("Write `{replacement}`"), vec![edit], false);
    }
}

fn not_in_null(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if visited.view.token(NOT_KW).is_none() {
        return;
    }
    let Some(node) = &visited.node() else { return };
    let Some(list) = child(node, IN_LIST).filter(|_| token(node, NOT_KW).is_some()) else { return };
    if let Some(null) = list.children().find(is_null) {
        cx.report(range_of(&null), "`not in` with a NULL in its list is never true")
            .help("remove the NULL, and add `is not null` if rows without a value must go");
    }
}

const CONDITIONS: &[SyntaxKind] =
    &[PAREN_EXPR, WHERE_CLAUSE, HAVING_CLAUSE, QUALIFY_CLAUSE, ON_CLAUSE, WHEN_ARM, ELSE_ARM];

fn redundant_parentheses(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if visited.parent_kind().is_some_and(|parent| CONDITIONS.contains(&parent))
        && let Some(node) = visited.node()
    {
        remove_parentheses(cx, &node, "the parentheses hold nothing together");
    }
}

fn remove_parentheses(cx: &mut Context<'_>, node: &SyntaxNode, message: &str) {
    let (Some(open), Some(close)) = (token(node, L_PAREN), token(node, R_PAREN)) else { return };
    let text = cx.source.text;
    let range = open.text_range().cover(close.text_range());
    let edit = |range: TextRange, joins: bool| TextEdit::replace(range, if joins { " " } else { "" });
    let edits = vec![
        edit(open.text_range(), would_join(text, open.text_range().start(), open.text_range().end())),
        edit(close.text_range(), would_join(text, close.text_range().start(), close.text_range().end())),
    ];
    let is_column = node.first_child().is_some_and(|inner| inner.kind() == COLUMN_REF);
    let is_safe = is_column || !names_a_column(node);
    let finding = cx.report(range, message);
    finding.help("remove them").fix("Remove the parentheses", edits, is_safe);
}

fn distinct_parentheses(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if visited.view.token(DISTINCT_KW).is_none() || visited.view.child(DISTINCT_ON).is_some() {
        return;
    }
    let Some(clause) = &visited.node() else { return };
    let first = child(clause, SELECT_ITEM).and_then(|item| child(&item, PAREN_EXPR));
    if let Some(parentheses) = first
        && parentheses.next_sibling().is_none_or(|next| next.kind() == ALIAS)
    {
        remove_parentheses(
            cx,
            &parentheses,
            "`distinct` counts for all columns, not for the one in parentheses",
        );
    }
}

fn is_boolean(node: &SyntaxNode, word: SyntaxKind) -> bool {
    node.kind() == LITERAL && token(node, word).is_some()
}

fn boolean_case(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if visited.view.nodes().count() != 2 {
        return;
    }
    let Some(node) = &visited.node() else { return };
    let arms: Vec<SyntaxNode> = node.children().collect();
    let [arm, otherwise] = arms.as_slice() else { return };
    let parts: Vec<SyntaxNode> = arm.children().collect();
    let ([condition, result], Some(other)) = (parts.as_slice(), otherwise.first_child()) else { return };
    if arm.kind() != WHEN_ARM || otherwise.kind() != ELSE_ARM {
        return;
    }
    let negated = match () {
        () if is_boolean(result, TRUE_KW) && is_boolean(&other, FALSE_KW) => false,
        () if is_boolean(result, FALSE_KW) && is_boolean(&other, TRUE_KW) => true,
        () => return,
    };
    let range = range_of(node);
    let inner = range_of(condition);
    let fixable = !has_comment_in(node, range);
    let (not, falsehood) = (cx.keyword("not "), cx.keyword("false"));
    let condition = cx.text(inner);
    let new_text = format!("{}coalesce({condition}, {falsehood})", if negated { not.as_str() } else { "" });
    let finding = cx.report(range, "the condition is this value already");
    finding.help("write the condition, with `coalesce(…, false)` if it can be NULL");
    // `not` binds looser than what may stand around the case.
    let is_whole = matches!(parent_kind(node), Some(SELECT_ITEM | WHERE_CLAUSE | PAREN_EXPR | ARG_LIST));
    if fixable && (!negated || is_whole) {
        finding.fix(format!("Write `{new_text}`"), vec![TextEdit::replace(range, new_text)], false);
    }
}

/// The name of a call, if it has neither qualifiers nor quotes.
pub(super) fn plain_name(call: NodeView<'_>) -> Option<TokenView<'_>> {
    let mut names = call.child(PATH)?.tokens().filter(|token| !token.kind.is_trivia());
    let name = names.next().filter(|name| name.kind == IDENT)?;
    names.next().is_none().then_some(name)
}

/// The name of a call without qualifiers and quotes, and its arguments.
fn plain_call(node: &SyntaxNode) -> Option<(rocky_syntax::SyntaxToken, Vec<SyntaxNode>)> {
    let path = child(node, PATH)?;
    let names: Vec<_> = tokens(&path).filter(|token| !token.kind().is_trivia()).collect();
    let [name] = names.as_slice() else { return None };
    let arguments = child(node, ARG_LIST)?.children().collect();
    (name.kind() == IDENT).then(|| (name.clone(), arguments))
}

fn coalesce(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let is_other = |name: &str| ["ifnull", "nvl"].iter().any(|other| name.eq_ignore_ascii_case(other));
    if !plain_name(visited.view).is_some_and(|name| is_other(name.text)) {
        return;
    }
    let Some(node) = &visited.node() else { return };
    let Some((name, arguments)) = plain_call(node) else { return };
    if arguments.len() != 2 {
        return;
    }
    let wanted = LetterCase::of(name.text()).unwrap_or(LetterCase::Lower).apply("coalesce");
    let is_safe = !names_a_column(node);
    let range = name.text_range();
    cx.report(range, format!("`{}` is `coalesce`", name.text())).help("write `coalesce`").fix(
        "Write `coalesce`",
        vec![TextEdit::replace(range, wanted)],
        is_safe,
    );
}

fn count_star(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let call = visited.view;
    let has_literal = || call.child(ARG_LIST).is_some_and(|list| list.child(LITERAL).is_some());
    if !plain_name(call).is_some_and(|name| name.text.eq_ignore_ascii_case("count")) || !has_literal() {
        return;
    }
    let Some(node) = &visited.node() else { return };
    let Some((_, arguments)) = plain_call(node) else { return };
    let [argument] = arguments.as_slice() else { return };
    let is_number = argument.kind() == LITERAL && token(argument, INT_NUMBER).is_some();
    let list = child(node, ARG_LIST);
    let is_distinct = list.is_some_and(|list| token(&list, DISTINCT_KW).is_some());
    if !is_number || is_distinct {
        return;
    }
    let range = range_of(argument);
    let is_safe = !names_a_column(node);
    let text = cx.text(range);
    cx.report(range, format!("`count({text})` counts rows")).help("write `count(*)`").fix(
        "Write `*`",
        vec![TextEdit::replace(range, "*")],
        is_safe,
    );
}

fn nested_case(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let above = visited.ancestors().take_while(|node| node.kind != QUERY);
    let depth = above.filter(|node| node.kind == CASE_EXPR).count();
    // Each chain is reported once, where it becomes too deep.
    if depth == cx.value() as usize + 1
        && let Some(word) = visited.view.first_significant()
    {
        cx.report(word.range, format!("`case` stands {depth} deep in `case`"))
            .help("put the conditions together, or compute the inner one before");
    }
}

fn else_null(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let is_null = |node: NodeView<'_>| node.kind == LITERAL && node.token(NULL_KW).is_some();
    if !visited.view.nodes().next().is_some_and(is_null) {
        return;
    }
    let Some(arm) = &visited.node() else { return };
    let (Some(first), Some(last)) = (first_significant(arm), last_significant(arm)) else { return };
    let range = first.text_range().cover(last.text_range());
    let comment_before = first.prev_token().is_some_and(|token| token.kind() == WHITESPACE)
        && first
            .prev_token()
            .and_then(|token| token.prev_token())
            .is_some_and(|token| token.kind().is_trivia());
    let removed = if comment_before { range } else { with_blanks_before(&first).cover(range) };
    let fixable = !has_comment_in(arm, range);
    let is_safe = !names_a_column(arm);
    let finding = cx.report(range, "a `case` without `else` gives NULL anyway");
    finding.help("remove it");
    if fixable {
        finding.fix("Remove `else null`", vec![TextEdit::delete(removed)], is_safe);
    }
}

fn cast_style(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if (visited.view.kind == POSTFIX_CAST) != (cx.value() == 0) {
        return;
    }
    let Some(node) = &visited.node() else { return };
    let is_safe = !names_a_column(node);
    match (node.kind(), cx.value()) {
        (POSTFIX_CAST, 0) if token(node, QUESTION).is_none() => {
            let (Some(sign), Some(operand)) = (token(node, COLON_COLON), node.first_child()) else { return };
            let (whole, inner) = (range_of(node), range_of(&operand));
            let between = TextRange::new(inner.end(), whole.end());
            let gap_end = node.last_child().map_or(sign.text_range().end(), |kind| range_of(&kind).start());
            let fixable = !has_comment_in(node, between);
            let (cast, as_word) = (cx.keyword("cast"), cx.keyword("as"));
            let finding = cx.report(sign.text_range(), "a cast is written `cast(… as …)` here");
            finding.help("write `cast`");
            if fixable {
                let edits = vec![
                    TextEdit::insert(whole.start(), format!("{cast}(")),
                    TextEdit::replace(TextRange::new(inner.end(), gap_end), format!(" {as_word} ")),
                    TextEdit::insert(whole.end(), ")"),
                ];
                finding.fix("Write `cast`", edits, is_safe);
            }
        }
        (CAST_EXPR, 1) => to_shorthand(cx, node, is_safe),
        _ => {}
    }
}

fn to_shorthand(cx: &mut Context<'_>, node: &SyntaxNode, is_safe: bool) {
    const HAVE_IT: &[DialectKind] =
        &[DialectKind::DuckDb, DialectKind::Databricks, DialectKind::Snowflake, DialectKind::Postgres];
    let Some(word) = token(node, CAST_KW).filter(|_| HAVE_IT.contains(&cx.dialect())) else { return };
    let parts: Vec<SyntaxNode> = node.children().collect();
    let [operand, kind] = parts.as_slice() else { return };
    let tight = matches!(
        operand.kind(),
        COLUMN_REF | LITERAL | FUNCTION_CALL | PAREN_EXPR | CAST_EXPR | POSTFIX_CAST
    );
    let range = range_of(node);
    let fixable = !has_comment_in(node, range);
    let (value, kind) = (cx.text(range_of(operand)), cx.text(range_of(kind)));
    let new_text = if tight { format!("{value}::{kind}") } else { format!("({value})::{kind}") };
    let finding = cx.report(word.text_range(), "a cast is written `::` here");
    finding.help("write `::`");
    if fixable {
        finding.fix("Write `::`", vec![TextEdit::replace(range, new_text)], is_safe);
    }
}

fn like_without_wildcard(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let pattern = visited.view.nodes().nth(1).and_then(|pattern| pattern.token(STRING));
    if pattern.is_none_or(|pattern| pattern.text.contains(['%', '_', '\\'])) {
        return;
    }
    let Some(node) = &visited.node() else { return };
    let operator = tokens(node).find(|token| matches!(token.kind(), LIKE_KW | ILIKE_KW));
    let Some(pattern) = node.children().nth(1).filter(|pattern| pattern.kind() == LITERAL) else { return };
    let quantified = tokens(node).any(|token| matches!(token.kind(), ANY_KW | ALL_KW | SOME_KW));
    let (Some(operator), Some(text)) = (operator, token(&pattern, STRING)) else { return };
    if !quantified && child(node, ESCAPE_CLAUSE).is_none() {
        cx.report(operator.text_range(), format!("the pattern {} has no wildcard", text.text()))
            .help("write `=`, or add `%`");
    }
}
