//! The typed tree answers what later layers ask.

use rocky_syntax::sql::ast::{self, AnyExpr, AnyQueryBody, AnyTableFactor, AstNode as _, LiteralKind};
use rocky_syntax::{DialectKind, SyntaxKind, parse_sql};

const DIALECT: DialectKind = DialectKind::DuckDb;

fn query(text: &str) -> ast::Query {
    let parse = parse_sql(text, DIALECT);
    assert_eq!(parse.errors(), [], "{text}");
    parse.tree().query().expect("a query")
}

fn select(text: &str) -> ast::Select {
    match query(text).body() {
        Some(AnyQueryBody::Select(select)) => select,
        other => panic!("not a SELECT: {other:?}"),
    }
}

fn expr(text: &str) -> AnyExpr {
    let select = select(&format!("select {text}"));
    select
        .select_clause()
        .and_then(|clause| clause.items().next())
        .and_then(|item| item.expr())
        .expect("an expression")
}

#[test]
fn select_list_and_aliases() {
    let select = select("select a.b, c as d, \"E\" f, g: 1, count(*) from t");
    let items: Vec<_> = select.select_clause().unwrap().items().collect();
    let names: Vec<_> =
        items.iter().map(|item| item.alias_name().and_then(|name| name.text(DIALECT))).collect();
    assert_eq!(names, [None, Some("d".into()), Some("f".into()), Some("g".into()), None]);
    let AnyExpr::ColumnRef(column) = items[0].expr().unwrap() else { panic!() };
    let path: Vec<String> = column.idents().map(|ident| ident.name(DIALECT)).collect();
    assert_eq!(path, ["a", "b"]);
    let AnyExpr::FunctionCall(call) = items[4].expr().unwrap() else { panic!() };
    assert_eq!(call.function_name(DIALECT).as_deref(), Some("count"));
}

#[test]
fn from_items_and_joins() {
    let select = select("select 1 from s.a x left join b using (k), (select 1) as c (y) cross join f(1) g");
    let items: Vec<_> = select.from_clause().unwrap().items().collect();
    assert_eq!(items.len(), 2);
    let Some(AnyTableFactor::TableRef(table)) = items[0].table_factor() else { panic!() };
    let path: Vec<String> = table.path().unwrap().idents().map(|ident| ident.name(DIALECT)).collect();
    assert_eq!(path, ["s", "a"]);
    assert_eq!(table.alias().unwrap().name().unwrap().text(DIALECT).as_deref(), Some("x"));
    let join = items[0].joins().next().unwrap();
    assert_eq!(join.side_token().unwrap().kind(), SyntaxKind::LEFT_KW);
    let using: Vec<_> =
        join.using_clause().unwrap().name_list().unwrap().names().map(|name| name.text(DIALECT)).collect();
    assert_eq!(using, [Some("k".to_owned())]);
    let Some(AnyTableFactor::DerivedTable(derived)) = items[1].table_factor() else { panic!() };
    assert!(derived.query().is_some());
    assert!(derived.alias().unwrap().column_alias_list().is_some());
    let join = items[1].joins().next().unwrap();
    assert!(matches!(join.table_factor(), Some(AnyTableFactor::TableFunction(_))));
}

#[test]
fn chains_fold_from_the_left() {
    let AnyExpr::BinaryExpr(chain) = expr("a - b + c * d") else { panic!() };
    assert!(matches!(chain.first(), Some(AnyExpr::ColumnRef(_))));
    let rest: Vec<_> =
        chain.rest().map(|(operator, operand)| (operator.kind(), operand.map(|it| it.to_string()))).collect();
    assert_eq!(
        rest,
        [(SyntaxKind::MINUS, Some("b".to_owned())), (SyntaxKind::PLUS, Some("c * d".to_owned()))]
    );
    let AnyExpr::BinaryExpr(chain) = expr("a and b or c and not d") else { panic!() };
    assert_eq!(chain.operator().unwrap().kind(), SyntaxKind::OR_KW);
}

#[test]
fn a_missing_operand_is_a_hole() {
    let parse = parse_sql("select a + from t", DIALECT);
    let chain = parse.syntax().descendants().find_map(ast::BinaryExpr::cast).unwrap();
    let rest: Vec<_> = chain.rest().map(|(operator, operand)| (operator.kind(), operand.is_some())).collect();
    assert_eq!(rest, [(SyntaxKind::PLUS, false)]);
}

#[test]
fn set_operations_are_flat_by_level() {
    let body = query("select 1 union all select 2 intersect select 3 except select 4 order by 1").body();
    let Some(AnyQueryBody::SetOperation(operation)) = body else { panic!() };
    assert!(matches!(operation.first(), Some(AnyQueryBody::Select(_))));
    let rest = operation.rest();
    assert_eq!(rest.len(), 2);
    assert_eq!(rest[0].0.op_token().unwrap().kind(), SyntaxKind::UNION_KW);
    assert_eq!(rest[0].0.quantifier_token().unwrap().kind(), SyntaxKind::ALL_KW);
    assert!(matches!(rest[0].1, Some(AnyQueryBody::SetOperation(_))));
    assert_eq!(rest[1].0.op_token().unwrap().kind(), SyntaxKind::EXCEPT_KW);
}

#[test]
fn literals() {
    let kind = |text: &str| match expr(text) {
        AnyExpr::Literal(literal) => literal.kind(),
        other => panic!("{other:?}"),
    };
    assert_eq!(kind("1"), Some(LiteralKind::Integer));
    assert_eq!(kind("1.5"), Some(LiteralKind::Float));
    assert_eq!(kind("'x'"), Some(LiteralKind::Text));
    assert_eq!(kind("true"), Some(LiteralKind::Boolean(true)));
    assert_eq!(kind("null"), Some(LiteralKind::Null));
    let AnyExpr::Literal(literal) = expr("'it''s'\n' me'") else { panic!() };
    assert_eq!(literal.text(DIALECT).as_deref(), Some("it's me"));
}

#[test]
fn ctes_windows_and_clauses() {
    let query = query(
        "with recursive a (x) as (select 1), b as materialized (select 2) select sum(x) over (partition by y order by z rows between 1 preceding and current row) from a where x group by 1 having y qualify z order by 1 desc limit 3 offset 4",
    );
    let with = query.with_clause().unwrap();
    assert!(with.recursive_token().is_some());
    let names: Vec<_> = with.ctes().filter_map(|cte| cte.name()?.text(DIALECT)).collect();
    assert_eq!(names, ["a", "b"]);
    assert!(with.ctes().next().unwrap().columns().is_some());
    assert!(
        query.order_by_clause().is_some()
            && query.limit_clause().is_some()
            && query.offset_clause().is_some()
    );
    let Some(AnyQueryBody::Select(select)) = query.body() else { panic!() };
    assert!(select.where_clause().unwrap().condition().is_some());
    assert!(
        select.group_by_clause().is_some()
            && select.having_clause().is_some()
            && select.qualify_clause().is_some()
    );
    let call = select.syntax().descendants().find_map(ast::FunctionCall::cast).unwrap();
    let window = call.over_clause().unwrap().window_spec().unwrap();
    assert!(window.partition_by_clause().is_some() && window.order_by_clause().is_some());
    let frame = window.window_frame().unwrap();
    assert!(frame.start().is_some() && frame.end().is_some());
}

#[test]
fn macros_and_placeholders() {
    let AnyExpr::MacroCall(call) = expr("@cents(a, 2)") else { panic!() };
    assert_eq!(call.macro_name().as_deref(), Some("cents"));
    assert_eq!(call.arg_list().unwrap().args().count(), 2);
    let AnyExpr::MacroVariable(variable) = expr("@start_date") else { panic!() };
    assert_eq!(variable.variable_name().as_deref(), Some("start_date"));
}
