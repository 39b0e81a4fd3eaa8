//! What the grammar asked about blanks. Apart from the answers it sees kinds and texts of significant tokens only, so
//! two texts with the same significant tokens and the same answers have the same tree.

use super::Parser;
use crate::lexer::Lexed;

/// One thing that the grammar wanted to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The number of the significant token.
    token: u32,
    question: Question,
    answer: bool,
}

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether the token touches the next one.
    Joint,
    /// Whether the token is the first one of its line.
    StartsLine,
}

impl Parser<'_, '_> {
    /// Remembers what is asked about blanks from here on.
    pub(crate) fn with_layout(mut self) -> Self {
        self.layout = Some(std::cell::RefCell::default());
        self
    }

    /// What was asked.
    pub(crate) fn take_layout(&mut self) -> Vec<Answer> {
        self.layout.take().map(std::cell::RefCell::into_inner).unwrap_or_default()
    }

    /// Remembers the answer about a significant token, by its number.
    pub(super) fn remember(&self, token: usize, question: Question, answer: bool) -> bool {
        if let Some(layout) = &self.layout {
            let answer = Answer { token: token as u32, question, answer };
            let mut layout = layout.borrow_mut();
            if layout.last() != Some(&answer) {
                layout.push(answer);
            }
        }
        answer
    }
}

/// Whether the grammar would get the same answers from another text.
pub(crate) fn holds(answers: &[Answer], lexed: &Lexed<'_>) -> bool {
    let significant = (0..lexed.len()).filter(|&index| !lexed.kind(index).is_trivia());
    let mut raw: Vec<u32> = significant.map(|index| index as u32).collect();
    raw.push(lexed.len() as u32);
    answers.iter().all(|answer| {
        let token = answer.token as usize;
        let found = match answer.question {
            Question::Joint => is_joint(&raw, token),
            Question::StartsLine => starts_line(lexed, &raw, token),
        };
        found == answer.answer
    })
}

/// Whether no blank or comment stands behind a significant token; `raw` are their indexes among all tokens.
pub(super) fn is_joint(raw: &[u32], token: usize) -> bool {
    matches!((raw.get(token), raw.get(token + 1)), (Some(first), Some(second)) if first + 1 == *second)
}

/// Whether a significant token is the first one of its line.
pub(super) fn starts_line(lexed: &Lexed<'_>, raw: &[u32], token: usize) -> bool {
    let Some(&at) = raw.get(token) else { return true };
    let previous = token.checked_sub(1).map_or(0, |before| lexed.start(raw[before] as usize + 1));
    lexed.text()[previous..lexed.start(at as usize)].contains('\n')
}

#[cfg(test)]
mod tests {
    use crate::sql::{SqlTokens, parse_sql_with_layout};
    use crate::{DialectKind, parse_sql};

    /// Whether the layout of one text holds in another one with the same tokens; it must if they have the same tree.
    fn holds(before: &str, after: &str) -> bool {
        let (parse, layout) = parse_sql_with_layout(before, DialectKind::DuckDb);
        let holds = layout.holds(&SqlTokens::of(after, DialectKind::DuckDb));
        let other = parse_sql(after, DialectKind::DuckDb);
        let nodes = |root: crate::SyntaxNode| root.descendants().map(|node| node.kind()).collect::<Vec<_>>();
        if holds {
            assert_eq!(nodes(parse.syntax()), nodes(other.syntax()), "{before} / {after}");
        }
        holds
    }

    #[test]
    fn blanks_count_where_the_grammar_asks_for_them() {
        assert!(holds("select a+b,c from t", "SELECT\n  a + b,\n  c\nFROM t"));
        assert!(holds("select a>>b", "select a >> b"));
        assert!(!holds("select a>>b", "select a > > b"));
        assert!(holds("select 'a'\n'b'", "select 'a'\n\n  'b'"));
        assert!(!holds("select 'a'\n'b'", "select 'a' 'b'"));
    }
}
