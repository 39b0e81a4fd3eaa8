//! Files and statements.

use super::SqlParser;
use super::query::{at_change, query};
use super::words::RECOVERY;
use crate::parser::TokenSet;
use crate::tree::SyntaxKind::*;

/// Words that start a statement that is not a query.
const OTHER_STATEMENTS: TokenSet = TokenSet::new(&[
    INSERT_KW,
    UPDATE_KW,
    DELETE_KW,
    MERGE_KW,
    CREATE_KW,
    ALTER_KW,
    DROP_KW,
    TRUNCATE_KW,
    GRANT_KW,
    REVOKE_KW,
    SET_KW,
    USE_KW,
    CALL_KW,
    BEGIN_KW,
    COMMIT_KW,
    ROLLBACK_KW,
    EXPLAIN_KW,
    COPY_KW,
    DESCRIBE_KW,
    DESC_KW,
    SHOW_KW,
    SUMMARIZE_KW,
    ATTACH_KW,
    DETACH_KW,
    LOAD_KW,
    INSTALL_KW,
    PRAGMA_KW,
    EXPORT_KW,
    IMPORT_KW,
    VACUUM_KW,
    ANALYZE_KW,
    DECLARE_KW,
    EXECUTE_KW,
    PREPARE_KW,
    COMMENT_KW,
    OPTIMIZE_KW,
    REFRESH_KW,
    CACHE_KW,
    REPLACE_KW,
    PUT_KW,
    LIST_KW,
    CHECKPOINT_KW,
]);

const SEMICOLON_ONLY: TokenSet = TokenSet::new(&[SEMICOLON]);

/// The whole text.
pub(super) fn file(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    while !p.at_end() {
        if !p.eat(SEMICOLON) {
            if p.position() == 0 || p.nth_before(0) == SEMICOLON {
                p.start_statement();
            }
            statement(p);
        }
    }
    m.complete(p, SQL_FILE);
}

fn statement(p: &mut SqlParser<'_, '_>) {
    if at_statement_query(p) || at_broken_query(p) {
        query_statement(p);
    } else if p.at_set(OTHER_STATEMENTS) || at_script_word(p) {
        let m = p.start();
        p.bump();
        while !p.at_end() && !p.at(SEMICOLON) {
            p.bump_balanced();
        }
        p.eat(SEMICOLON);
        m.complete(p, OTHER_STATEMENT);
    } else if p.at(R_PAREN) {
        p.error_and_bump("this `)` closes nothing");
        if !at_statement_query(p) {
            p.skip_until(SEMICOLON_ONLY);
        }
    } else {
        p.error("expected a query: SELECT, WITH, FROM or VALUES");
        let m = p.start();
        p.bump_balanced();
        while !matches!(p.current(), EOF | SEMICOLON | SELECT_KW) {
            p.bump_balanced();
        }
        m.complete(p, ERROR_NODE);
    }
}

/// Words of scripts and of rarer statements, which are no keywords anywhere else.
fn at_script_word(p: &SqlParser<'_, '_>) -> bool {
    const WORDS: &[&str] = &[
        "end",
        "if",
        "elseif",
        "else",
        "while",
        "loop",
        "repeat",
        "until",
        "for",
        "raise",
        "return",
        "break",
        "continue",
        "leave",
        "iterate",
        "exception",
        "assert",
        "undrop",
        "force",
        "rename",
        "lock",
        "unlock",
        "start",
        "savepoint",
        "reset",
        "describe",
        "msck",
        "kill",
        "do",
        "listen",
        "notify",
        "reindex",
        "cluster",
        "deallocate",
        "close",
        "fetch",
        "open",
        "discard",
        "sync",
        "clear",
        "uncache",
        "get",
        "remove",
        "rm",
        "ls",
        "suspend",
        "resume",
        "unset",
        "define",
        "let",
        "apply",
        "add",
        "convert",
        "restore",
        "generate",
        "constraint",
        "undo",
    ];
    p.at_any_word(0) && WORDS.iter().any(|word| word.eq_ignore_ascii_case(p.nth_text(0)))
}

fn at_statement_query(p: &SqlParser<'_, '_>) -> bool {
    let mut n = 0;
    while n < 2_000 && p.nth_at(n, L_PAREN) {
        n += 1;
    }
    match p.nth(n) {
        DESCRIBE_KW | DESC_KW | SHOW_KW | SUMMARIZE_KW => n > 0 && p.at_query(n),
        JINJA_ISLAND => true,
        // A file that only opens brackets has begun a query.
        EOF => n > 0,
        _ => p.at_query(n),
    }
}

/// The words that start a clause of a SELECT body.
pub(super) fn at_query_part(p: &SqlParser<'_, '_>) -> bool {
    matches!(p.current(), SELECT_KW | FROM_KW | WHERE_KW | GROUP_KW | HAVING_KW | QUALIFY_KW | WINDOW_KW)
}

/// A query whose first word is missing or misspelt.
fn at_broken_query(p: &mut SqlParser<'_, '_>) -> bool {
    if p.at_set(OTHER_STATEMENTS) || at_script_word(p) {
        return false;
    }
    if at_query_part(p) || matches!(p.current(), UNION_KW | INTERSECT_KW | EXCEPT_KW) {
        return true;
    }
    if p.at_moved_select() {
        return true;
    }
    if super::expr::nth_at_expr(p, 1) || p.nth_at(1, DISTINCT_KW) {
        return p.mend(&[SELECT_KW, WITH_KW, FROM_KW, VALUES_KW]) || p.at_headless_select();
    }
    p.at_headless_select()
}

fn query_statement(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    while p.at(JINJA_ISLAND) {
        let clause = p.start();
        p.bump();
        clause.complete(p, JINJA_CLAUSE);
    }
    let begun = at_query_part(p) || matches!(p.current(), UNION_KW | INTERSECT_KW | EXCEPT_KW);
    let has_ctes = p.at(WITH_KW);
    if at_statement_query(p) || begun || p.at_moved_select() || p.at_headless_select() {
        query(p);
    }
    if has_ctes && at_change(p) && p.nth_before(0) == R_PAREN {
        // `WITH a AS (…) INSERT INTO t …`
        while !p.at_end() && !p.at(SEMICOLON) {
            p.bump_balanced();
        }
        p.eat(SEMICOLON);
        m.complete(p, OTHER_STATEMENT);
        return;
    }
    while !p.at_end() && !p.at(SEMICOLON) && !p.at(SELECT_KW) && !p.at(WITH_KW) {
        if p.at(R_PAREN) {
            p.error_and_bump("this `)` closes nothing");
        } else {
            p.error(format!("unexpected {} after the end of the query", shown(p)));
            let rest = p.start();
            p.bump_balanced();
            while !p.at_set(RECOVERY.without(TokenSet::new(&[PIPE_GT]))) {
                p.bump_balanced();
            }
            if !p.at_end() && !p.at(SEMICOLON) && !p.at(R_PAREN) && !p.at(SELECT_KW) {
                while !p.at_end() && !p.at(SEMICOLON) {
                    p.bump_balanced();
                }
            }
            rest.complete(p, ERROR_NODE);
        }
    }
    if !p.eat(SEMICOLON) && !p.at_end() {
        p.error("expected `;` before the next statement");
    }
    m.complete(p, QUERY_STATEMENT);
}

/// The current token as messages show it.
pub(super) fn shown(p: &SqlParser<'_, '_>) -> String {
    p.shown()
}
