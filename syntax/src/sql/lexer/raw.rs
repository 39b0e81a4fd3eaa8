//! The tokens that logos recognises. Kept small: words, blanks and signs that stand alone are found before it is asked,
//! keywords by a table, dialects by the scanner.

use logos::Logos;

use crate::tree::SyntaxKind::{self, *};

#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Raw {
    #[token("{", |_| L_BRACE)]
    #[token("}", |_| R_BRACE)]
    #[token(":", |_| COLON)]
    #[token("?", |_| QUESTION)]
    #[token("@", |_| AT)]
    #[token("$", |_| DOLLAR)]
    #[token("\\", |_| BACKSLASH)]
    #[token("+", |_| PLUS)]
    #[token("-", |_| MINUS)]
    #[token("*", |_| STAR)]
    #[token("/", |_| SLASH)]
    #[token("%", |_| PERCENT)]
    #[token("^", |_| CARET)]
    #[token("&", |_| AMP)]
    #[token("|", |_| PIPE)]
    #[token("~", |_| TILDE)]
    #[token("!", |_| BANG)]
    #[token("=", |_| EQ)]
    #[token("<", |_| LT)]
    #[token(">", |_| GT)]
    #[token("==", |_| EQ_EQ)]
    #[token("!=", |_| BANG_EQ)]
    #[token("<>", |_| LT_GT)]
    #[token("<=", |_| LT_EQ)]
    #[token(">=", |_| GT_EQ)]
    #[token("<=>", |_| LT_EQ_GT)]
    #[token("||", |_| PIPE_PIPE)]
    #[token("&&", |_| AMP_AMP)]
    #[token("|>", |_| PIPE_GT)]
    #[token("::", |_| COLON_COLON)]
    #[token(":=", |_| COLON_EQ)]
    #[token("=>", |_| FAT_ARROW)]
    #[token("->", |_| ARROW)]
    #[token("->>", |_| LONG_ARROW)]
    #[token("**", |_| STAR_STAR)]
    #[token("<<", |_| LT_LT)]
    #[token("@>", |_| AT_GT)]
    #[token("@@", |_| AT_AT)]
    #[token("@?", |_| AT_QUESTION)]
    #[token("^@", |_| CARET_AT)]
    #[token("?&", |_| QUESTION_AMP)]
    #[token("?|", |_| QUESTION_PIPE)]
    #[token("~*", |_| TILDE_STAR)]
    #[token("!~", |_| BANG_TILDE)]
    #[token("!~*", |_| BANG_TILDE_STAR)]
    #[token("~~", |_| TILDE_TILDE)]
    #[token("~~*", |_| TILDE_TILDE_STAR)]
    #[token("~~~", |_| TILDE_TILDE_TILDE)]
    #[token("!~~", |_| BANG_TILDE_TILDE)]
    #[token("!~~*", |_| BANG_TILDE_TILDE_STAR)]
    #[token("!!", |_| BANG_BANG)]
    #[token("|/", |_| PIPE_SLASH)]
    #[token("||/", |_| PIPE_PIPE_SLASH)]
    #[token("<->", |_| CUSTOM_OPERATOR)]
    #[token("<#>", |_| CUSTOM_OPERATOR)]
    #[token("<+>", |_| CUSTOM_OPERATOR)]
    #[token("<~>", |_| CUSTOM_OPERATOR)]
    #[token("<%>", |_| CUSTOM_OPERATOR)]
    #[token("<<->>", |_| CUSTOM_OPERATOR)]
    #[token("<<#>>", |_| CUSTOM_OPERATOR)]
    #[token("&&&", |_| CUSTOM_OPERATOR)]
    #[token("~=", |_| CUSTOM_OPERATOR)]
    #[token("-|-", |_| CUSTOM_OPERATOR)]
    #[token("&<", |_| CUSTOM_OPERATOR)]
    #[token("&>", |_| CUSTOM_OPERATOR)]
    #[token("@-@", |_| CUSTOM_OPERATOR)]
    Fixed(SyntaxKind),
    #[regex(r"[0-9][0-9_]*")]
    #[regex(r"0[xX][0-9A-Fa-f_]+")]
    Integer,
    #[regex(r"[0-9][0-9_]*\.[0-9][0-9_]*([eE][+\-]?[0-9][0-9_]*)?")]
    #[regex(r"[0-9][0-9_]*\.?[eE][+\-]?[0-9][0-9_]*")]
    #[regex(r"\.[0-9][0-9_]*([eE][+\-]?[0-9][0-9_]*)?")]
    Float,
    #[regex(r"--[^\r\n]*", allow_greedy = true)]
    LineComment,
    #[token("/*")]
    BlockComment,
    #[token("'")]
    SingleQuote,
    #[token("\"")]
    DoubleQuote,
    #[token("`")]
    Backtick,
    #[token("//")]
    SlashSlash,
    #[token("#", |_| HASH)]
    #[token("#>", |_| HASH_GT)]
    #[token("#>>", |_| HASH_GT_GT)]
    #[token("#-", |_| HASH_MINUS)]
    Hash(SyntaxKind),
    #[regex(r"@@?[A-Za-z_][A-Za-z0-9_]*")]
    AtName,
    #[token("<@")]
    LtAt,
    #[regex(r"\$[0-9]+")]
    DollarNumber,
    #[regex(r"\$[A-Za-z_][A-Za-z0-9_]*")]
    DollarName,
    #[token("$$")]
    DollarDollar,
    #[token("${")]
    DollarBrace,
    #[token("{{")]
    JinjaExpression,
    #[token("{%")]
    JinjaStatement,
    #[token("{#")]
    JinjaComment,
    #[regex(r"[^\x00-\x7F]")]
    #[regex(r"[\x00-\x08\x0e-\x1f\x7f]")]
    Other,
}
