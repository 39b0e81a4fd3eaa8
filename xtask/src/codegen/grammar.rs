//! Reads an ungrammar file and lowers it to nodes, unions and their fields.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use ungrammar::{Grammar, Rule};

/// Punctuation tokens: text in the grammar file, kind, accessor stem.
pub(super) const PUNCTUATION: &[(&str, &str)] = &[
    ("(", "L_PAREN"),
    (")", "R_PAREN"),
    ("[", "L_BRACKET"),
    ("]", "R_BRACKET"),
    ("{", "L_BRACE"),
    ("}", "R_BRACE"),
    (",", "COMMA"),
    (";", "SEMICOLON"),
    (":", "COLON"),
    (".", "DOT"),
    ("..", "DOT_DOT"),
    ("?", "QUESTION"),
    ("@", "AT"),
    ("#", "HASH"),
    ("$", "DOLLAR"),
    ("\\", "BACKSLASH"),
    ("+", "PLUS"),
    ("-", "MINUS"),
    ("*", "STAR"),
    ("/", "SLASH"),
    ("%", "PERCENT"),
    ("^", "CARET"),
    ("&", "AMP"),
    ("|", "PIPE"),
    ("~", "TILDE"),
    ("!", "BANG"),
    ("=", "EQ"),
    ("<", "LT"),
    (">", "GT"),
    ("==", "EQ_EQ"),
    ("!=", "BANG_EQ"),
    ("<>", "LT_GT"),
    ("<=", "LT_EQ"),
    (">=", "GT_EQ"),
    ("<=>", "LT_EQ_GT"),
    ("||", "PIPE_PIPE"),
    ("&&", "AMP_AMP"),
    ("|>", "PIPE_GT"),
    ("::", "COLON_COLON"),
    (":=", "COLON_EQ"),
    ("=>", "FAT_ARROW"),
    ("->", "ARROW"),
    ("->>", "LONG_ARROW"),
    ("#>", "HASH_GT"),
    ("#>>", "HASH_GT_GT"),
    ("#-", "HASH_MINUS"),
    ("**", "STAR_STAR"),
    ("//", "SLASH_SLASH"),
    ("<<", "LT_LT"),
    (">>", "GT_GT"),
    ("@>", "AT_GT"),
    ("<@", "LT_AT"),
    ("@@", "AT_AT"),
    ("@?", "AT_QUESTION"),
    ("^@", "CARET_AT"),
    ("?&", "QUESTION_AMP"),
    ("?|", "QUESTION_PIPE"),
    ("~*", "TILDE_STAR"),
    ("!~", "BANG_TILDE"),
    ("!~*", "BANG_TILDE_STAR"),
    ("~~", "TILDE_TILDE"),
    ("~~*", "TILDE_TILDE_STAR"),
    ("~~~", "TILDE_TILDE_TILDE"),
    ("!~~", "BANG_TILDE_TILDE"),
    ("!~~*", "BANG_TILDE_TILDE_STAR"),
    ("!!", "BANG_BANG"),
    ("|/", "PIPE_SLASH"),
    ("||/", "PIPE_PIPE_SLASH"),
];

/// Token kinds that are neither punctuation nor keywords. The first ones are trivia.
pub(super) const SPECIAL_TOKENS: &[(&str, &str)] = &[
    ("WHITESPACE", "spaces, tabs, line ends, a byte-order mark"),
    ("LINE_COMMENT", "a comment to the end of the line"),
    ("BLOCK_COMMENT", "a comment between `/*` and `*/`, a hint included"),
    ("JINJA_COMMENT", "`{# … #}`"),
    ("JINJA_STATEMENT", "`{% … %}`"),
    ("ERROR_TOKEN", "one character that starts no token"),
    ("IDENT", "a plain name"),
    ("QUOTED_IDENT", "a name in quotes"),
    ("INT_NUMBER", "an integer"),
    ("FLOAT_NUMBER", "a number with a point or an exponent"),
    ("STRING", "a text literal in any spelling, prefix included"),
    ("BYTE_STRING", "a bytes literal (`b'…'`, `x'…'`)"),
    ("DATE_LITERAL", "Rocky's `@2025-01-31`"),
    ("PARAMETER", "`$1`, `$name`, `${name}`"),
    ("AT_NAME", "`@name`: a macro, a Rocky placeholder, a stage"),
    ("CUSTOM_OPERATOR", "an operator of an extension: `<->`, `&&&`"),
    ("JINJA_ISLAND", "`{{ … }}`"),
    ("UNDERSCORE", "Rocky's lone `_`"),
];

/// How many of `SPECIAL_TOKENS` are trivia.
pub(super) const TRIVIA: usize = 5;

/// Names of token classes in the grammar files and the kinds they stand for.
const TOKEN_CLASSES: &[(&str, &[&str])] = &[
    ("#name", &["IDENT", "QUOTED_IDENT"]),
    ("#ident", &["IDENT"]),
    ("#quoted_ident", &["QUOTED_IDENT"]),
    ("#number", &["INT_NUMBER", "FLOAT_NUMBER"]),
    ("#string", &["STRING", "BYTE_STRING"]),
    ("#date", &["DATE_LITERAL"]),
    ("#parameter", &["PARAMETER"]),
    ("#at_name", &["AT_NAME"]),
    ("#jinja_expr", &["JINJA_ISLAND"]),
    ("#error_token", &["ERROR_TOKEN"]),
    ("#underscore", &["UNDERSCORE"]),
];

/// One grammar file.
pub(super) struct Language {
    /// Nodes in the order of the file.
    pub(super) nodes: Vec<NodeDef>,
    /// Unions in the order of the file.
    pub(super) unions: Vec<UnionDef>,
    /// Keywords as the grammar file spells them, sorted.
    pub(super) keywords: BTreeSet<String>,
}

/// A node with its accessors.
pub(super) struct NodeDef {
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
}

/// A union of nodes and other unions.
pub(super) struct UnionDef {
    pub(super) name: String,
    pub(super) variants: Vec<String>,
}

/// One accessor.
pub(super) enum Field {
    /// The first token of one of the kinds, or all of them.
    Token { name: String, kinds: Vec<String>, many: bool },
    /// The `nth` child node of the type, or all of them.
    Node { name: String, ty: String, many: bool, nth: usize },
}

struct Occurrence {
    label: Option<String>,
    many: bool,
    what: What,
}

#[derive(PartialEq)]
enum What {
    Tokens(Vec<String>),
    Node(String),
}

impl Language {
    /// Reads and lowers one grammar file. An absent file is an empty language.
    pub(super) fn read(path: &Path) -> Result<Language> {
        let mut language = Language { nodes: Vec::new(), unions: Vec::new(), keywords: BTreeSet::new() };
        if !path.exists() {
            return Ok(language);
        }
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let grammar: Grammar = text.parse().with_context(|| format!("parsing {}", path.display()))?;
        for token in grammar.tokens() {
            let name = &grammar[token].name;
            if is_keyword(name) {
                language.keywords.insert(name.clone());
            } else {
                token_kinds(name)?;
            }
        }
        for node in grammar.iter() {
            let data = &grammar[node];
            if let Some(variants) = union_variants(&grammar, &data.rule) {
                language.unions.push(UnionDef { name: data.name.clone(), variants });
            } else {
                let mut occurrences = Vec::new();
                collect(&grammar, &data.rule, None, false, &mut occurrences)?;
                let fields = fields(occurrences);
                language.nodes.push(NodeDef { name: data.name.clone(), fields });
            }
        }
        Ok(language)
    }
}

fn is_keyword(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The kinds that a token of the grammar file stands for.
fn token_kinds(name: &str) -> Result<Vec<String>> {
    if is_keyword(name) {
        return Ok(vec![keyword_kind(name)]);
    }
    if name == "#binary_operator" {
        // All punctuation that joins two operands.
        let not_operators = [
            "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "..", "@", "#", "$", "\\", "::", ":=", "=>",
            "|>",
        ];
        let kinds = PUNCTUATION
            .iter()
            .filter(|(text, _)| !not_operators.contains(text))
            .map(|(_, kind)| (*kind).to_owned())
            .chain(["CUSTOM_OPERATOR".to_owned()])
            .collect();
        return Ok(kinds);
    }
    if let Some((_, kinds)) = TOKEN_CLASSES.iter().find(|(class, _)| *class == name) {
        return Ok(kinds.iter().map(|kind| (*kind).to_owned()).collect());
    }
    match PUNCTUATION.iter().find(|(text, _)| *text == name) {
        Some((_, kind)) => Ok(vec![(*kind).to_owned()]),
        None => bail!("the grammar names an unknown token {name:?}: add it to PUNCTUATION or TOKEN_CLASSES"),
    }
}

/// The kind of a keyword.
pub(super) fn keyword_kind(word: &str) -> String {
    format!("{}_KW", word.to_ascii_uppercase())
}

fn union_variants(grammar: &Grammar, rule: &Rule) -> Option<Vec<String>> {
    let Rule::Alt(rules) = rule else { return None };
    rules
        .iter()
        .map(|rule| match rule {
            Rule::Node(node) => Some(grammar[*node].name.clone()),
            _ => None,
        })
        .collect()
}

fn collect(
    grammar: &Grammar,
    rule: &Rule,
    label: Option<&str>,
    many: bool,
    out: &mut Vec<Occurrence>,
) -> Result<()> {
    match rule {
        Rule::Node(node) => out.push(Occurrence {
            label: label.map(str::to_owned),
            many,
            what: What::Node(grammar[*node].name.clone()),
        }),
        Rule::Token(token) => {
            let kinds = token_kinds(&grammar[*token].name)?;
            let label = label.map_or_else(|| stem(&grammar[*token].name), str::to_owned);
            out.push(Occurrence { label: Some(label), many, what: What::Tokens(kinds) });
        }
        Rule::Seq(rules) => {
            for rule in rules {
                collect(grammar, rule, label, many, out)?;
            }
        }
        Rule::Alt(rules) => {
            let tokens: Option<Vec<&str>> = rules
                .iter()
                .map(|rule| match rule {
                    Rule::Token(token) => Some(grammar[*token].name.as_str()),
                    _ => None,
                })
                .collect();
            if let (Some(label), Some(tokens)) = (label, tokens) {
                let mut kinds = Vec::new();
                for token in tokens {
                    kinds.extend(token_kinds(token)?);
                }
                out.push(Occurrence { label: Some(label.to_owned()), many, what: What::Tokens(kinds) });
            } else {
                for rule in rules {
                    collect(grammar, rule, label, many, out)?;
                }
            }
        }
        Rule::Opt(rule) => collect(grammar, rule, label, many, out)?,
        Rule::Rep(rule) => collect(grammar, rule, label, true, out)?,
        Rule::Labeled { label, rule } => collect(grammar, rule, Some(label), many, out)?,
    }
    Ok(())
}

/// The accessor stem of a token.
fn stem(token: &str) -> String {
    if let Some((_, kind)) = PUNCTUATION.iter().find(|(text, _)| *text == token) {
        return kind.to_ascii_lowercase();
    }
    token.trim_start_matches('#').to_ascii_lowercase()
}

fn fields(occurrences: Vec<Occurrence>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (index, occurrence) in occurrences.iter().enumerate() {
        let same: Vec<usize> =
            (0..occurrences.len()).filter(|&i| occurrences[i].what == occurrence.what).collect();
        let first = same[0] == index;
        match &occurrence.what {
            What::Tokens(kinds) => {
                let label = occurrence.label.clone().unwrap_or_default();
                let many = occurrence.many;
                let suffix = if many && !label.ends_with('s') { "s" } else { "" };
                let name = if many { format!("{label}{suffix}_tokens") } else { format!("{label}_token") };
                let is_known = fields.iter().any(|f| matches!(f, Field::Token { name: n, .. } if *n == name));
                if !is_known {
                    fields.push(Field::Token { name, kinds: kinds.clone(), many });
                }
            }
            What::Node(ty) => {
                let labels: BTreeSet<&str> =
                    same.iter().filter_map(|&i| occurrences[i].label.as_deref()).collect();
                let many = same.iter().any(|&i| occurrences[i].many)
                    || (same.len() > 1 && labels.len() != same.len());
                if many {
                    if first {
                        let label = same.iter().find_map(|&i| occurrences[i].label.clone());
                        let name = label.unwrap_or_else(|| plural(&snake(ty.trim_start_matches("Any"))));
                        fields.push(Field::Node { name, ty: ty.clone(), many: true, nth: 0 });
                    }
                } else {
                    let name =
                        occurrence.label.clone().unwrap_or_else(|| snake(ty.trim_start_matches("Any")));
                    let nth = same.iter().position(|&i| i == index).unwrap_or(0);
                    fields.push(Field::Node { name, ty: ty.clone(), many: false, nth });
                }
            }
        }
    }
    fields
}

fn plural(name: &str) -> String {
    if name.ends_with('y') && !name.ends_with("ey") {
        format!("{}ies", &name[..name.len() - 1])
    } else if name.ends_with('s') {
        format!("{name}es")
    } else {
        format!("{name}s")
    }
}

/// `ColumnRef` -> `column_ref`
pub(super) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for (index, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && index > 0 {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// `ColumnRef` -> `COLUMN_REF`
pub(super) fn node_kind(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}
