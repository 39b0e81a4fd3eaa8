//! Trees of whole, broken and half-typed files.

use expect_test::{Expect, expect};
use rocky_syntax::dsl::parse_dsl;

fn check(text: &str, wanted: Expect) {
    let parse = parse_dsl(text);
    assert_eq!(parse.syntax().to_string(), text);
    wanted.assert_eq(&format!("{:#?}", parse.syntax()));
}

#[test]
fn a_pipeline() {
    check(
        "---toml\n---\nlet a = from t -- note\nfrom a as b | where not x == 1 + 2 - 3 and y in [1]\nsort -x",
        expect![[r#"
            DSL_FILE@0..94
              BLOCK_COMMENT@0..11 "---toml\n---"
              WHITESPACE@11..12 "\n"
              LET_BINDING@12..26
                LET_KW@12..15 "let"
                WHITESPACE@15..16 " "
                NAME@16..17
                  IDENT@16..17 "a"
                WHITESPACE@17..18 " "
                EQ@18..19 "="
                WHITESPACE@19..20 " "
                PIPELINE@20..26
                  FROM_STEP@20..26
                    FROM_KW@20..24 "from"
                    WHITESPACE@24..25 " "
                    DOTTED_NAME@25..26
                      NAME@25..26
                        IDENT@25..26 "t"
              WHITESPACE@26..27 " "
              LINE_COMMENT@27..34 "-- note"
              WHITESPACE@34..35 "\n"
              PIPELINE@35..94
                FROM_STEP@35..46
                  FROM_KW@35..39 "from"
                  WHITESPACE@39..40 " "
                  DOTTED_NAME@40..41
                    NAME@40..41
                      IDENT@40..41 "a"
                  WHITESPACE@41..42 " "
                  ALIAS_CLAUSE@42..46
                    AS_KW@42..44 "as"
                    WHITESPACE@44..45 " "
                    NAME@45..46
                      IDENT@45..46 "b"
                WHITESPACE@46..47 " "
                PIPE@47..48 "|"
                WHITESPACE@48..49 " "
                WHERE_STEP@49..86
                  WHERE_KW@49..54 "where"
                  WHITESPACE@54..55 " "
                  CHAIN_EXPR@55..86
                    PREFIX_EXPR@55..73
                      NOT_KW@55..58 "not"
                      WHITESPACE@58..59 " "
                      COMPARE_EXPR@59..73
                        PATH_EXPR@59..60
                          DOTTED_NAME@59..60
                            NAME@59..60
                              IDENT@59..60 "x"
                        WHITESPACE@60..61 " "
                        COMPARE_OPERATOR@61..63
                          EQ_EQ@61..63 "=="
                        WHITESPACE@63..64 " "
                        CHAIN_EXPR@64..73
                          LITERAL@64..65
                            INT_NUMBER@64..65 "1"
                          WHITESPACE@65..66 " "
                          CHAIN_OPERATOR@66..67
                            PLUS@66..67 "+"
                          WHITESPACE@67..68 " "
                          LITERAL@68..69
                            INT_NUMBER@68..69 "2"
                          WHITESPACE@69..70 " "
                          CHAIN_OPERATOR@70..71
                            MINUS@70..71 "-"
                          WHITESPACE@71..72 " "
                          LITERAL@72..73
                            INT_NUMBER@72..73 "3"
                    WHITESPACE@73..74 " "
                    CHAIN_OPERATOR@74..77
                      AND_KW@74..77 "and"
                    WHITESPACE@77..78 " "
                    IN_EXPR@78..86
                      PATH_EXPR@78..79
                        DOTTED_NAME@78..79
                          NAME@78..79
                            IDENT@78..79 "y"
                      WHITESPACE@79..80 " "
                      IN_KW@80..82 "in"
                      WHITESPACE@82..83 " "
                      IN_LIST@83..86
                        L_BRACKET@83..84 "["
                        LITERAL@84..85
                          INT_NUMBER@84..85 "1"
                        R_BRACKET@85..86 "]"
                WHITESPACE@86..87 "\n"
                SORT_STEP@87..94
                  SORT_KW@87..91 "sort"
                  WHITESPACE@91..92 " "
                  SORT_KEY@92..94
                    MINUS@92..93 "-"
                    PATH_EXPR@93..94
                      DOTTED_NAME@93..94
                        NAME@93..94
                          IDENT@93..94 "x"
        "#]],
    );
}

#[test]
fn a_half_typed_pipeline() {
    check(
        "from t\nwhere\nselect { a, b. }\nderive { x: sum( }\ntake 5",
        expect![[r#"
        DSL_FILE@0..55
          PIPELINE@0..55
            FROM_STEP@0..6
              FROM_KW@0..4 "from"
              WHITESPACE@4..5 " "
              DOTTED_NAME@5..6
                NAME@5..6
                  IDENT@5..6 "t"
            WHITESPACE@6..7 "\n"
            WHERE_STEP@7..12
              WHERE_KW@7..12 "where"
            WHITESPACE@12..13 "\n"
            SELECT_STEP@13..29
              SELECT_KW@13..19 "select"
              WHITESPACE@19..20 " "
              L_BRACE@20..21 "{"
              WHITESPACE@21..22 " "
              EXPR_ITEM@22..23
                PATH_EXPR@22..23
                  DOTTED_NAME@22..23
                    NAME@22..23
                      IDENT@22..23 "a"
              COMMA@23..24 ","
              WHITESPACE@24..25 " "
              EXPR_ITEM@25..27
                PATH_EXPR@25..27
                  DOTTED_NAME@25..27
                    NAME@25..26
                      IDENT@25..26 "b"
                    DOT@26..27 "."
              WHITESPACE@27..28 " "
              R_BRACE@28..29 "}"
            WHITESPACE@29..30 "\n"
            DERIVE_STEP@30..48
              DERIVE_KW@30..36 "derive"
              WHITESPACE@36..37 " "
              ENTRY_BLOCK@37..48
                L_BRACE@37..38 "{"
                WHITESPACE@38..39 " "
                ENTRY@39..46
                  NAME@39..40
                    IDENT@39..40 "x"
                  COLON@40..41 ":"
                  WHITESPACE@41..42 " "
                  CALL_EXPR@42..46
                    DOTTED_NAME@42..45
                      NAME@42..45
                        IDENT@42..45 "sum"
                    ARG_LIST@45..46
                      L_PAREN@45..46 "("
                WHITESPACE@46..47 " "
                R_BRACE@47..48 "}"
            WHITESPACE@48..49 "\n"
            TAKE_STEP@49..55
              TAKE_KW@49..53 "take"
              WHITESPACE@53..54 " "
              INT_NUMBER@54..55 "5"
    "#]],
    );
}

#[test]
fn a_broken_step_does_not_harm_its_neighbours() {
    check(
        "from t filter (a > 1 { b } where c == 2",
        expect![[r#"
        DSL_FILE@0..39
          PIPELINE@0..39
            FROM_STEP@0..6
              FROM_KW@0..4 "from"
              WHITESPACE@4..5 " "
              DOTTED_NAME@5..6
                NAME@5..6
                  IDENT@5..6 "t"
            WHITESPACE@6..7 " "
            ERROR_NODE@7..26
              IDENT@7..13 "filter"
              WHITESPACE@13..14 " "
              L_PAREN@14..15 "("
              IDENT@15..16 "a"
              WHITESPACE@16..17 " "
              GT@17..18 ">"
              WHITESPACE@18..19 " "
              INT_NUMBER@19..20 "1"
              WHITESPACE@20..21 " "
              L_BRACE@21..22 "{"
              WHITESPACE@22..23 " "
              IDENT@23..24 "b"
              WHITESPACE@24..25 " "
              R_BRACE@25..26 "}"
            WHITESPACE@26..27 " "
            WHERE_STEP@27..39
              WHERE_KW@27..32 "where"
              WHITESPACE@32..33 " "
              COMPARE_EXPR@33..39
                PATH_EXPR@33..34
                  DOTTED_NAME@33..34
                    NAME@33..34
                      IDENT@33..34 "c"
                WHITESPACE@34..35 " "
                COMPARE_OPERATOR@35..37
                  EQ_EQ@35..37 "=="
                WHITESPACE@37..38 " "
                LITERAL@38..39
                  INT_NUMBER@38..39 "2"
    "#]],
    );
}

#[test]
fn names_by_position() {
    check(
        "from left as order\nleft join right as r on k { keep r.group }\nselect { left(a, 2) as as, in: b }",
        expect![[r#"
            DSL_FILE@0..96
              PIPELINE@0..96
                FROM_STEP@0..18
                  FROM_KW@0..4 "from"
                  WHITESPACE@4..5 " "
                  DOTTED_NAME@5..9
                    NAME@5..9
                      IDENT@5..9 "left"
                  WHITESPACE@9..10 " "
                  ALIAS_CLAUSE@10..18
                    AS_KW@10..12 "as"
                    WHITESPACE@12..13 " "
                    NAME@13..18
                      IDENT@13..18 "order"
                WHITESPACE@18..19 "\n"
                JOIN_STEP@19..61
                  LEFT_KW@19..23 "left"
                  WHITESPACE@23..24 " "
                  JOIN_KW@24..28 "join"
                  WHITESPACE@28..29 " "
                  DOTTED_NAME@29..34
                    NAME@29..34
                      IDENT@29..34 "right"
                  WHITESPACE@34..35 " "
                  ALIAS_CLAUSE@35..39
                    AS_KW@35..37 "as"
                    WHITESPACE@37..38 " "
                    NAME@38..39
                      IDENT@38..39 "r"
                  WHITESPACE@39..40 " "
                  ON_CLAUSE@40..44
                    ON_KW@40..42 "on"
                    WHITESPACE@42..43 " "
                    PATH_EXPR@43..44
                      DOTTED_NAME@43..44
                        NAME@43..44
                          IDENT@43..44 "k"
                  WHITESPACE@44..45 " "
                  KEEP_BLOCK@45..61
                    L_BRACE@45..46 "{"
                    WHITESPACE@46..47 " "
                    KEEP_KW@47..51 "keep"
                    WHITESPACE@51..52 " "
                    EXPR_ITEM@52..59
                      PATH_EXPR@52..59
                        DOTTED_NAME@52..59
                          NAME@52..53
                            IDENT@52..53 "r"
                          DOT@53..54 "."
                          NAME@54..59
                            IDENT@54..59 "group"
                    WHITESPACE@59..60 " "
                    R_BRACE@60..61 "}"
                WHITESPACE@61..62 "\n"
                SELECT_STEP@62..96
                  SELECT_KW@62..68 "select"
                  WHITESPACE@68..69 " "
                  L_BRACE@69..70 "{"
                  WHITESPACE@70..71 " "
                  EXPR_ITEM@71..87
                    CALL_EXPR@71..81
                      DOTTED_NAME@71..75
                        NAME@71..75
                          IDENT@71..75 "left"
                      ARG_LIST@75..81
                        L_PAREN@75..76 "("
                        PATH_EXPR@76..77
                          DOTTED_NAME@76..77
                            NAME@76..77
                              IDENT@76..77 "a"
                        COMMA@77..78 ","
                        WHITESPACE@78..79 " "
                        LITERAL@79..80
                          INT_NUMBER@79..80 "2"
                        R_PAREN@80..81 ")"
                    WHITESPACE@81..82 " "
                    ALIAS_CLAUSE@82..87
                      AS_KW@82..84 "as"
                      WHITESPACE@84..85 " "
                      NAME@85..87
                        IDENT@85..87 "as"
                  COMMA@87..88 ","
                  WHITESPACE@88..89 " "
                  ENTRY@89..94
                    NAME@89..91
                      IDENT@89..91 "in"
                    COLON@91..92 ":"
                    WHITESPACE@92..93 " "
                    PATH_EXPR@93..94
                      DOTTED_NAME@93..94
                        NAME@93..94
                          IDENT@93..94 "b"
                  WHITESPACE@94..95 " "
                  R_BRACE@95..96 "}"
        "#]],
    );
}
