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

fn columns(text: &str, dialect: DialectKind) -> Vec<String> {
    let parse = parse_sql(text, dialect);
    assert_eq!(parse.errors(), [], "{text}");
    parse.syntax().descendants().filter_map(ast::ColumnRef::cast).map(|column| column.to_string()).collect()
}

/// The language between their parentheses is their own, but what they read is visible.
#[test]
fn opaque_arguments_keep_their_references() {
    let text = "select 1 from t, json_table(t.doc, '$' columns (x int path '$.x')) j";
    assert_eq!(columns(text, DIALECT), ["t.doc"]);
    let text = "select 1 from t, xmltable('/a' passing t.doc columns x int path 'b') x";
    assert_eq!(columns(text, DialectKind::Postgres), ["t.doc"]);
    let parse = parse_sql("select * from semantic_view(s.v metrics a.b)", DialectKind::Snowflake);
    let argument = parse.syntax().descendants().find_map(ast::TableArg::cast).unwrap();
    assert_eq!(argument.path().unwrap().to_string(), "s.v");
}

#[test]
fn names_that_start_with_digits() {
    assert_eq!(columns("select 1a, t.2b from t", DialectKind::Databricks), ["1a", "t.2b"]);
    let parse = parse_sql("select * from foo.bar.25x a", DialectKind::BigQuery);
    let table = parse.syntax().descendants().find_map(ast::TableRef::cast).unwrap();
    let path: Vec<String> =
        table.path().unwrap().idents().map(|ident| ident.name(DialectKind::BigQuery)).collect();
    assert_eq!(path, ["foo", "bar", "25x"]);
    assert_eq!(table.alias().unwrap().name().unwrap().text(DialectKind::BigQuery).as_deref(), Some("a"));
    // Elsewhere the digits are a number and the word behind them an alias.
    assert!(columns("select 1a", DIALECT).is_empty());
}

#[test]
fn odbc_escapes_hold_their_expression() {
    let parse = parse_sql("select {fn f(a)}", DialectKind::Snowflake);
    let escape = parse.syntax().descendants().find_map(ast::ParenExpr::cast).unwrap();
    assert!(matches!(escape.expr(), Some(AnyExpr::FunctionCall(_))));
}

#[test]
fn scripts_of_transform() {
    let text = "select transform(a) using 'cat' as (b string, c string) from t";
    let parse = parse_sql(text, DialectKind::Databricks);
    assert_eq!(parse.errors(), []);
    let call = parse.syntax().descendants().find_map(ast::FunctionCall::cast).unwrap();
    assert_eq!(call.transform_using().unwrap().script_token().unwrap().text(), "'cat'");
    let list = parse.syntax().descendants().find_map(ast::ColumnAliasList::cast).unwrap();
    assert_eq!(list.columns().count(), 2);
}

/// A word that only some dialects reserve is a name in the others, where what follows fits a name.
#[test]
fn reserved_words_are_data_of_the_dialect() {
    use DialectKind::{BigQuery, Databricks, DuckDb, Permissive, Postgres, Snowflake};
    let table: [(&str, &[DialectKind]); 12] = [
        ("select desc from collate", &[Databricks, Snowflake, DialectKind::Ansi, Permissive]),
        ("select set from of", &[DuckDb, Databricks, DialectKind::Ansi, Postgres, Permissive]),
        ("select unique from revoke", &[Databricks, BigQuery, DialectKind::Ansi, Permissive]),
        ("select limit as a from t", &[Snowflake, Databricks]),
        ("select end, t.window, fetch from t where end = 1", &[Snowflake, Databricks]),
        ("select qualify from t", &[Postgres, Databricks]),
        ("select a from t qualify where qualify = 1", &[Postgres, Databricks]),
        ("select by, a by from t by", &[DuckDb, Postgres, Databricks, Permissive]),
        ("select a from case", &[Snowflake]),
        ("select * from t window", &[Snowflake, Databricks]),
        ("select a overlaps", &[BigQuery]),
        ("select a from t limit", &[]),
    ];
    for (text, takers) in table {
        for dialect in DialectKind::ALL {
            let taken = parse_sql(text, dialect).errors().is_empty();
            assert_eq!(taken, takers.contains(&dialect), "{text} in {}", dialect.name());
        }
    }
}

#[test]
fn operators_of_any_signs() {
    let operators = |text: &str, dialect| -> Vec<String> {
        let parse = parse_sql(text, dialect);
        assert_eq!(parse.errors(), [], "{text}");
        let chains = parse.syntax().descendants().filter_map(ast::BinaryExpr::cast);
        let tokens = chains.filter_map(|chain| {
            let mut tokens = chain.syntax().children_with_tokens().filter_map(|element| element.into_token());
            tokens.find(|token| !token.kind().is_trivia())
        });
        tokens.map(|token| token.text().to_owned()).collect()
    };
    let text =
        "select a <<% b, a %>> b, a <<-> b, a <->>> b, g |>> h, g |&> h, g &<| h, g |=| h, g @ h, b ~@ c";
    assert_eq!(
        operators(text, DialectKind::Postgres),
        ["<<%", "%>>", "<<->", "<->>>", "|>>", "|&>", "&<|", "|=|", "@", "~@"]
    );
    // A minus belongs to the operand behind it, and comments are no operators.
    let text = "select a *-1, a <>-1, a =-- text\n b, a +/* text */ b";
    assert_eq!(operators(text, DialectKind::Postgres), ["*", "<>", "=", "+"]);
    assert_eq!(operators("select a @ b", DIALECT), ["@"]);
}

#[test]
fn forms_of_one_dialect() {
    let errors = |text: &str, dialect| parse_sql(text, dialect).errors().len();
    for (text, dialect) in [
        ("select from t", DialectKind::Postgres),
        ("select if(c, x as y, z as w)", DialectKind::Databricks),
        ("select model!role", DialectKind::Snowflake),
    ] {
        assert_eq!(errors(text, dialect), 0, "{text}");
        assert_ne!(errors(text, DIALECT), 0, "{text}");
    }
}

#[test]
fn using_with_qualified_names() {
    let parse = parse_sql("select * from a join b using (a.k, l)", DialectKind::Snowflake);
    let using = parse.syntax().descendants().find_map(ast::UsingClause::cast).unwrap();
    let names: Vec<_> =
        using.name_list().unwrap().names().map(|name| name.text(DialectKind::Snowflake)).collect();
    assert_eq!(names, [Some("k".to_owned()), Some("l".to_owned())]);
}
