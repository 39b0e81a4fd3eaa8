//! The shape of queries.

use crate::context::Context;
use crate::rule::{Check, FixSafety, Languages, Parameter, ParameterKind, Rule};
use crate::settings::Level;
use crate::tree::{
    child, first_significant, has_comment_in, last_significant, parent_kind, range_of, token, tokens,
};
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::{DialectKind, NodeView, SyntaxNode, TextEdit, TextRange, Visited};

pub(crate) const SELECT_STAR: Rule = Rule {
    name: "select_star",
    code: "S112",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "allow",
        kind: ParameterKind::Word(&["never", "cte", "final"]),
        meaning: "where a star may stand all the same: nowhere, inside CTEs and subqueries, or in the outermost \
                  select",
    }),
    fix: FixSafety::None,
    summary: "`select *`",
    why: "A column that is added upstream changes the result without anybody deciding it.",
    bad: "select * from orders\n",
    good: "select id, amount from orders\n",
    check: Check::Nodes(&[STAR_EXPR], select_star),
};

pub(crate) const IMPLICIT_CROSS_JOIN: Rule = Rule {
    name: "implicit_cross_join",
    code: "S113",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "relations joined by a comma",
    why: "A forgotten condition in `where` makes it a product of all rows, and nothing shows it.",
    bad: "select a.id from a, b where a.id = b.id\n",
    good: "select a.id from a cross join b where a.id = b.id\n",
    check: Check::Nodes(&[FROM_CLAUSE], implicit_cross_join),
};

pub(crate) const ORDINALS: Rule = Rule {
    name: "ordinals",
    code: "S114",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: None,
    fix: FixSafety::Unsafe,
    summary: "columns named by number in `group by` and `order by`",
    why: "A column that is put before it changes what is grouped.",
    bad: "select status, count(*) from orders group by 1\n",
    good: "select status, count(*) from orders group by status\n",
    check: Check::Nodes(&[GROUP_BY_CLAUSE, ORDER_BY_CLAUSE], ordinals),
};

pub(crate) const JOIN_CONDITION: Rule = Rule {
    name: "join_condition",
    code: "S115",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::None,
    summary: "a join without a condition",
    why: "It makes a product of all rows where the warehouse takes it at all.",
    bad: "select a.id from a join b\n",
    good: "select a.id from a join b on a.id = b.id\n",
    check: Check::Nodes(&[JOIN], join_condition),
};

pub(crate) const UNION_QUANTIFIER: Rule = Rule {
    name: "union_quantifier",
    code: "S119",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "`union` that does not say `all` or `distinct`",
    why: "Bare `union` drops equal rows, which costs a sort and is seldom meant.",
    bad: "select a from x union select a from y\n",
    good: "select a from x union distinct select a from y\n",
    check: Check::Nodes(&[SET_OPERATOR], union_quantifier),
};

pub(crate) const DISTINCT_WITH_GROUP_BY: Rule = Rule {
    name: "distinct_with_group_by",
    code: "S123",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::None,
    summary: "`select distinct` beside `group by`",
    why: "Groups are distinct already, if all keys are put out.",
    bad: "select distinct status from orders group by status\n",
    good: "select status from orders group by status\n",
    check: Check::Nodes(&[SELECT], distinct_with_group_by),
};

pub(crate) const SUBQUERY_IN_FROM: Rule = Rule {
    name: "subquery_in_from",
    code: "S125",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: None,
    fix: FixSafety::None,
    summary: "a subquery in `from` or `join`",
    why: "A common table expression has a name and is read from top to bottom.",
    bad: "select id from (select id from orders) as o\n",
    good: "with o as (select id from orders) select id from o\n",
    check: Check::Nodes(&[DERIVED_TABLE], subquery_in_from),
};

pub(crate) const ORDER_IN_SUBQUERY: Rule = Rule {
    name: "order_in_subquery",
    code: "S126",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::Unsafe,
    summary: "`order by` in a subquery without `limit`",
    why: "The order is lost, the sort is paid.",
    bad: "with o as (select id from orders order by id) select id from o\n",
    good: "with o as (select id from orders) select id from o\n",
    check: Check::Nodes(&[QUERY], order_in_subquery),
};

pub(crate) const LIMIT_WITHOUT_ORDER: Rule = Rule {
    name: "limit_without_order",
    code: "S128",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::None,
    summary: "`limit` without `order by`",
    why: "Which rows are kept is chance.",
    bad: "select id from orders limit 10\n",
    good: "select id from orders order by id limit 10\n",
    check: Check::Nodes(&[QUERY], limit_without_order),
};

pub(crate) const HAVING_WITHOUT_GROUP_BY: Rule = Rule {
    name: "having_without_group_by",
    code: "S129",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::None,
    summary: "`having` without `group by`",
    why: "All rows are one group then; most likely `where` is meant.",
    bad: "select id from orders having id > 1\n",
    good: "select id from orders where id > 1\n",
    check: Check::Nodes(&[SELECT], having_without_group_by),
};

pub(crate) const INNER_JOIN: Rule = Rule {
    name: "inner_join",
    code: "S137",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "style",
        kind: ParameterKind::Word(&["explicit", "implicit"]),
        meaning: "`inner join`, or `join`",
    }),
    fix: FixSafety::Safe,
    summary: "the other spelling of an inner join",
    why: "One spelling is easier to search for.",
    bad: "select a.id from a join b on a.id = b.id\n",
    good: "select a.id from a inner join b on a.id = b.id\n",
    check: Check::Nodes(&[JOIN], inner_join),
};

pub(crate) const OUTER_KEYWORD: Rule = Rule {
    name: "outer_keyword",
    code: "S138",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "the word `outer` where it says nothing",
    why: "`left join` is a left outer join.",
    bad: "select a.id from a left outer join b on a.id = b.id\n",
    good: "select a.id from a left join b on a.id = b.id\n",
    check: Check::Nodes(&[JOIN], outer_keyword),
};

pub(crate) const NATURAL_JOIN: Rule = Rule {
    name: "natural_join",
    code: "S139",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::None,
    summary: "`natural join`",
    why: "A column that is added on both sides silently becomes a condition.",
    bad: "select id from a natural join b\n",
    good: "select id from a join b using (id)\n",
    check: Check::Nodes(&[JOIN], natural_join),
};

fn select_star(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let mut above = visited.ancestors().map(|node| node.kind);
    if above.next() != Some(SELECT_ITEM) || above.next() != Some(SELECT_CLAUSE) {
        return;
    }
    let mut around = above.skip_while(|kind| *kind != QUERY).skip(1).peekable();
    if around.peek() == Some(&EXISTS_EXPR) {
        return;
    }
    // Whether the query is the model's own and not a part of another one.
    let is_outermost = around.all(|kind| {
        matches!(kind, QUERY_STATEMENT | SQL_FILE | SELECT | SET_OPERATION | PAREN_QUERY | QUERY)
    });
    let allowed = match cx.value() {
        1 => !is_outermost,
        2 => is_outermost,
        _ => false,
    };
    if !allowed {
        let range = visited.view.significant_range();
        cx.report(range, format!("`{}` puts out whatever columns there are", cx.text(range)))
            .help("name the columns");
    }
}

fn implicit_cross_join(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if visited.view.nodes().filter(|node| node.kind == FROM_ITEM).nth(1).is_none() {
        return;
    }
    let Some(clause) = &visited.node() else { return };
    let items: Vec<SyntaxNode> = clause.children().filter(|node| node.kind() == FROM_ITEM).collect();
    if items.len() < 2 {
        return;
    }
    for (index, item) in items.iter().enumerate().skip(1) {
        let Some(factor) = item.children().find(|node| node.kind() != PREFIX_ALIAS) else { continue };
        // `from t, unnest(t.list)` reads a list of each row: that is how these are written.
        let reads_row = match factor.kind() {
            TABLE_FUNCTION => true,
            _ if token(&factor, LATERAL_KW).is_some() => true,
            TABLE_REF => reads_array(&factor, &items),
            _ => false,
        };
        let comma =
            item.siblings_with_tokens(rocky_syntax::Direction::Prev).find(|element| element.kind() == COMMA);
        let Some(comma) = comma.filter(|_| !reads_row) else { continue };
        let range = comma.text_range();
        // A comma binds looser than a join, so the items behind must have none that would notice.
        let joins_follow = items[index..].iter().any(|item| child(item, JOIN).is_some());
        let word = cx.keyword("cross join");
        let before = usize::from(range.start());
        let lead = if cx.source.text[..before].ends_with(char::is_whitespace) { "" } else { " " };
        let after = usize::from(range.end());
        let trail = if cx.source.text[after..].starts_with(char::is_whitespace) { "" } else { " " };
        let finding = cx.report(range, "a comma joins every row with every row");
        finding.help("write `join … on …`, or `cross join` if that is meant").fix(
            "Write `cross join`",
            vec![TextEdit::replace(range, format!("{lead}{word}{trail}"))],
            !joins_follow,
        );
    }
}

/// What the relations of a FROM item are called.
fn relation_names(item: &SyntaxNode) -> Vec<String> {
    let tables = item.descendants().filter(|node| node.kind() == TABLE_REF);
    tables
        .filter_map(|table| {
            let alias = child(&table, ALIAS).and_then(|alias| last_significant(&alias));
            let own = child(&table, PATH).and_then(|path| last_significant(&path));
            Some(alias.or(own)?.text().to_ascii_lowercase())
        })
        .collect()
}

/// BigQuery's `from t, t.items`.
fn reads_array(table: &SyntaxNode, items: &[SyntaxNode]) -> bool {
    let Some(path) = child(table, PATH) else { return false };
    let has_dot = token(&path, DOT).is_some();
    let names = |first: &str| items.iter().flat_map(relation_names).any(|name| name == first);
    has_dot && first_significant(&path).is_some_and(|first| names(&first.text().to_ascii_lowercase()))
}

fn ordinals(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let is_literal =
        |key: NodeView<'_>| key.kind == LITERAL || (key.kind == ORDER_ITEM && key.child(LITERAL).is_some());
    if !visited.view.nodes().any(is_literal) {
        return;
    }
    let Some(clause) = &visited.node() else { return };
    let is_order = clause.kind() == ORDER_BY_CLAUSE;
    let select = match parent_kind(clause) {
        Some(SELECT) if !is_order => clause.parent(),
        Some(QUERY) if is_order => clause.parent().and_then(|query| child(&query, SELECT)),
        // Windows and aggregates sort by values, not by columns.
        _ => return,
    };
    let items: Vec<SyntaxNode> = select
        .and_then(|select| child(&select, SELECT_CLAUSE))
        .map(|clause| clause.children().filter(|node| node.kind() == SELECT_ITEM).collect())
        .unwrap_or_default();
    for key in clause.children() {
        let literal = match key.kind() {
            LITERAL => Some(key),
            ORDER_ITEM => child(&key, LITERAL),
            _ => None,
        };
        let Some(literal) = literal else { continue };
        let Some(number) = token(&literal, INT_NUMBER) else { continue };
        let place = number.text().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let has_star = items.iter().any(|item| child(item, STAR_EXPR).is_some());
        let name = place.filter(|_| !has_star).and_then(|place| name_of(cx, items.get(place)?, is_order));
        let range = number.text_range();
        let what = if is_order { "order by" } else { "group by" };
        let finding = cx.report(range, format!("`{what} {}` names a column by its place", number.text()));
        finding.help("write the column");
        if let Some(name) = name {
            finding.fix(format!("Write `{name}`"), vec![TextEdit::replace(range, name)], false);
        }
    }
}

fn name_of(cx: &Context<'_>, item: &SyntaxNode, prefers_alias: bool) -> Option<String> {
    let alias = child(item, ALIAS).and_then(|alias| child(&alias, NAME));
    let column = child(item, COLUMN_REF);
    let node = if prefers_alias { alias.or(column) } else { column };
    node.map(|node| cx.text(range_of(&node)).to_owned())
}

const CONDITIONS: &[SyntaxKind] = &[NATURAL_KW, ASOF_KW, POSITIONAL_KW, CROSS_KW, APPLY_KW, SEMI_KW, ANTI_KW];

fn join_condition(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if visited.view.nodes().any(|node| matches!(node.kind, ON_CLAUSE | USING_CLAUSE)) {
        return;
    }
    let Some(join) = &visited.node() else { return };
    let has_condition = join.children().any(|node| {
        matches!(
            node.kind(),
            ON_CLAUSE | USING_CLAUSE | MATCH_CONDITION | JINJA_CLAUSE | TABLE_FUNCTION | MACRO_TABLE
        ) || token(&node, LATERAL_KW).is_some()
    });
    let needs_none = tokens(join).any(|token| CONDITIONS.contains(&token.kind()));
    // `from t join t.items`: a list of each row.
    let is_list = child(join, TABLE_REF).is_some_and(|table| {
        cx.dialect() == DialectKind::BigQuery
            && child(&table, PATH).is_some_and(|path| token(&path, DOT).is_some())
    });
    // `a join b join c on … on …`: the conditions follow.
    let has_nested = child(join, JOIN).is_some();
    if has_condition || needs_none || is_list || has_nested {
        return;
    }
    let Some(word) = token(join, JOIN_KW) else { return };
    cx.report(word.text_range(), "the join has no condition")
        .help("add `on …` or `using (…)`, or write `cross join`");
}

fn union_quantifier(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let operator = visited.view;
    let Some(union) = operator.token(UNION_KW) else { return };
    if operator.tokens().any(|token| matches!(token.kind, ALL_KW | DISTINCT_KW)) {
        return;
    }
    let insertion = format!(" {}", cx.keyword("distinct"));
    let takes = !matches!(cx.dialect(), DialectKind::Snowflake | DialectKind::Permissive);
    let end = union.range.end();
    let finding = cx.report(union.range, "`union` does not say what happens to equal rows");
    finding.help("write `union all` to keep them, `union distinct` to drop them");
    if takes {
        finding.safe_fix("Write `union distinct`", vec![TextEdit::insert(end, insertion)]);
    }
}

fn distinct_with_group_by(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let Some(clause) = visited.view.child(SELECT_CLAUSE) else { return };
    let Some(distinct) = clause.token(DISTINCT_KW) else { return };
    if clause.child(DISTINCT_ON).is_none() && visited.view.child(GROUP_BY_CLAUSE).is_some() {
        cx.report(distinct.range, "`distinct` stands beside `group by`").help("drop one of the two");
    }
}

fn subquery_in_from(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let is_lateral = visited.view.token(LATERAL_KW).is_some();
    if !is_lateral && matches!(visited.parent_kind(), Some(FROM_ITEM | JOIN)) {
        let Some(open) = visited.view.token(L_PAREN) else { return };
        cx.report(open.range, "a subquery stands in `from`").help("move it to a `with` clause and name it");
    }
}

fn limits(query: &SyntaxNode) -> bool {
    let own = query.children().any(|node| matches!(node.kind(), LIMIT_CLAUSE | OFFSET_CLAUSE | FETCH_CLAUSE));
    let clause = child(query, SELECT).and_then(|select| child(&select, SELECT_CLAUSE));
    own || clause.is_some_and(|clause| child(&clause, TOP_CLAUSE).is_some())
}

fn order_in_subquery(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if visited.view.child(ORDER_BY_CLAUSE).is_none() {
        return;
    }
    let Some(query) = &visited.node() else { return };
    let Some(order) = child(query, ORDER_BY_CLAUSE) else { return };
    let in_relation =
        matches!(parent_kind(query), Some(CTE | DERIVED_TABLE | IN_LIST | EXISTS_EXPR | IN_EXPR));
    if !in_relation || limits(query) {
        return;
    }
    let range = range_of(&order);
    let blanks = first_significant(&order).map(|first| crate::tree::with_blanks_before(&first));
    let removed = blanks.map_or(range, |blanks| blanks.cover(range));
    let fixable = !has_comment_in(query, removed);
    let finding = cx.report(range, "the order of a subquery is lost");
    finding.help("remove it, or add `limit`");
    if fixable {
        finding.fix("Remove `order by`", vec![TextEdit::delete(removed)], false);
    }
}

fn limit_without_order(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let has = |kind| visited.view.child(kind).is_some();
    if !has(LIMIT_CLAUSE) || has(ORDER_BY_CLAUSE) || has(SORT_BY_CLAUSE) {
        return;
    }
    let Some(query) = &visited.node() else { return };
    let Some(limit) = child(query, LIMIT_CLAUSE) else { return };
    // One row of one is no choice, and `limit 0` asks for the columns.
    let count = child(&limit, LITERAL).map(|literal| cx.text(range_of(&literal)));
    let in_exists = parent_kind(query) == Some(EXISTS_EXPR);
    if count == Some("0") || in_exists || token(&limit, ALL_KW).is_some() {
        return;
    }
    cx.report(range_of(&limit), "which rows `limit` keeps is chance").help("add `order by`");
}

fn having_without_group_by(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let has = |kind| visited.view.child(kind).is_some();
    if !has(HAVING_CLAUSE) || has(GROUP_BY_CLAUSE) {
        return;
    }
    let Some(select) = &visited.node() else { return };
    let Some(having) = child(select, HAVING_CLAUSE) else { return };
    let has_aggregate = having.descendants().any(|node| node.kind() == FUNCTION_CALL);
    if !has_aggregate {
        let range = first_significant(&having).map_or(having.text_range(), |word| word.text_range());
        cx.report(range, "`having` filters groups, and there are none").help("write `where`");
    }
}

fn inner_join(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let has_inner = visited.view.token(INNER_KW).is_some();
    if has_inner == (cx.value() == 0) {
        return;
    }
    let Some(join) = &visited.node() else { return };
    let words: Vec<_> = tokens(join).filter(|token| !token.kind().is_trivia()).collect();
    let Some(join_word) = words.iter().find(|token| token.kind() == JOIN_KW) else { return };
    match (words.as_slice(), cx.value()) {
        ([only], 0) if only == join_word => {
            let word = format!("{} ", cx.keyword("inner"));
            let start = only.text_range().start();
            cx.report(only.text_range(), "an inner join is written `inner join` here")
                .help("write `inner`")
                .safe_fix("Insert `inner`", vec![TextEdit::insert(start, word)]);
        }
        ([inner, second], 1) if inner.kind() == INNER_KW && second == join_word => {
            let removed = TextRange::new(inner.text_range().start(), second.text_range().start());
            let fixable = !has_comment_in(join, removed);
            let finding = cx.report(inner.text_range(), "an inner join is written `join` here");
            finding.help("drop `inner`");
            if fixable {
                finding.safe_fix("Remove `inner`", vec![TextEdit::delete(removed)]);
            }
        }
        _ => {}
    }
}

fn outer_keyword(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if visited.view.token(OUTER_KW).is_none() {
        return;
    }
    let Some(join) = &visited.node() else { return };
    let has_side = tokens(join).any(|token| matches!(token.kind(), LEFT_KW | RIGHT_KW | FULL_KW));
    let has_apply = token(join, APPLY_KW).is_some();
    let Some(outer) = token(join, OUTER_KW).filter(|_| has_side && !has_apply) else { return };
    let removed = crate::tree::with_blanks_after(&outer);
    cx.report(outer.text_range(), "`outer` says nothing here")
        .help("drop it")
        .safe_fix("Remove `outer`", vec![TextEdit::delete(removed)]);
}

fn natural_join(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let Some(word) = visited.view.token(NATURAL_KW) else { return };
    cx.report(word.range, "`natural` joins by whatever columns have the same name").help("write `using (…)`");
}
