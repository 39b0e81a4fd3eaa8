//! The parser kit: a cursor over the significant tokens that records events. It knows no language.

mod event;
mod layout;
mod recovery;
mod sink;
mod token_set;

use rowan::{GreenNode, TextRange};

pub(crate) use event::{CompletedMarker, Marker};
pub(crate) use layout::{Answer, holds};
pub(crate) use recovery::Checkpoint;
pub(crate) use token_set::TokenSet;

use crate::flat::FlatTree;
use crate::lexer::Lexed;
use crate::syntax_error::{Correction, SyntaxError};
use crate::tree::SyntaxKind::{self, EOF, ERROR_NODE, TOMBSTONE};

use event::Event;
use layout::Question;

/// How deep expressions and queries may nest before the rest becomes an error node.
pub(crate) const NESTING_LIMIT: u32 = 256;
/// How often the grammar may look at tokens without consuming one.
const STEP_LIMIT: u32 = 1_000_000;
/// How many errors a text may have; more help nobody.
const ERROR_LIMIT: usize = 500;

/// A cursor over the significant tokens of a text.
pub(crate) struct Parser<'l, 't> {
    lexed: &'l Lexed<'t>,
    /// Kinds of the significant tokens, then some `EOF`s.
    kinds: Vec<SyntaxKind>,
    /// The index of each significant token among all tokens.
    raw: Vec<u32>,
    pos: usize,
    events: Vec<Event>,
    errors: Vec<SyntaxError>,
    last_error_at: usize,
    /// How many tokens must be consumed after an error before the next one is told.
    error_distance: usize,
    /// Whether the last error was told.
    told: bool,
    code: &'static str,
    /// Which parentheses belong together; found when first asked for.
    pairs: std::cell::OnceCell<ParenthesisPairs>,
    /// Positions of the parentheses that are open here.
    open: Vec<usize>,
    steps: std::cell::Cell<u32>,
    depth: u32,
    /// How many errors there were when the statement began.
    statement_errors: usize,
    /// How many errors are told of a statement whose brackets lack their partners.
    unbalanced_limit: Option<usize>,
    /// How often the text was read again from an earlier place.
    rollbacks: u32,
    /// What was asked about blanks, if somebody wants to know.
    layout: Option<std::cell::RefCell<Vec<Answer>>>,
}

/// Sentinels after the last token, so that small look-aheads need no bounds of their own.
const SENTINELS: usize = 8;

impl<'l, 't> Parser<'l, 't> {
    /// A parser at the first significant token; `code` is the code of its errors.
    pub(crate) fn new(lexed: &'l Lexed<'t>, code: &'static str) -> Parser<'l, 't> {
        let mut kinds = Vec::with_capacity(lexed.len() + SENTINELS);
        let mut raw = Vec::with_capacity(lexed.len() + 1);
        for index in 0..lexed.len() {
            let kind = lexed.kind(index);
            if !kind.is_trivia() {
                kinds.push(kind);
                raw.push(index as u32);
            }
        }
        raw.push(lexed.len() as u32);
        let events = Vec::with_capacity(kinds.len() * 3 + 8);
        kinds.extend([EOF; SENTINELS]);
        Parser {
            lexed,
            kinds,
            raw,
            pos: 0,
            events,
            errors: Vec::new(),
            last_error_at: usize::MAX,
            error_distance: 1,
            told: true,
            code,
            pairs: std::cell::OnceCell::new(),
            open: Vec::new(),
            steps: std::cell::Cell::new(0),
            depth: 0,
            statement_errors: 0,
            unbalanced_limit: None,
            rollbacks: 0,
            layout: None,
        }
    }

    /// Keeps quiet about errors within so many tokens after another one. A statement's end starts afresh.
    pub(crate) fn with_error_distance(mut self, tokens: usize) -> Self {
        self.error_distance = tokens;
        self
    }

    /// Tells only so many errors of a statement whose brackets lack their partners.
    pub(crate) fn with_unbalanced_limit(mut self, errors: usize) -> Self {
        self.unbalanced_limit = Some(errors);
        self
    }

    /// Forgets where the last error was.
    pub(crate) fn start_statement(&mut self) {
        self.last_error_at = usize::MAX;
        self.statement_errors = self.errors.len();
    }

    /// Builds the tree. Tokens that the grammar left over become an error node at the end of the root.
    pub(crate) fn finish(mut self) -> (GreenNode, Vec<SyntaxError>) {
        self.place_rest();
        let (green, too_deep) = sink::build(self.lexed, &mut self.events);
        (green, self.all_errors(too_deep))
    }

    /// Like [`Parser::finish`], with a flat tree.
    pub(crate) fn finish_flat(mut self) -> (FlatTree<'t>, Vec<SyntaxError>) {
        self.place_rest();
        let (flat, too_deep) = sink::build_flat(self.lexed, &mut self.events);
        (flat, self.all_errors(too_deep))
    }

    fn place_rest(&mut self) {
        if self.pos < self.raw.len() - 1 {
            self.steps.set(0);
            self.error("this text could not be placed");
        }
    }

    fn all_errors(self, too_deep: Option<TextRange>) -> Vec<SyntaxError> {
        let mut errors = self.errors;
        if let Some(range) = too_deep {
            errors.push(
                SyntaxError::new(
                    self.code,
                    range,
                    "the text nests too deeply here; the rest of it is not analysed",
                )
                .with_help("split the statement into CTEs or models"),
            );
        }
        errors
    }

    /// The kind of the current token.
    pub(crate) fn current(&self) -> SyntaxKind {
        self.nth(0)
    }

    /// The kind of the token `n` places ahead.
    pub(crate) fn nth(&self, n: usize) -> SyntaxKind {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps > STEP_LIMIT {
            debug_assert!(steps > STEP_LIMIT + 1, "the grammar makes no progress at token {}", self.pos);
            return EOF;
        }
        self.kinds.get(self.pos + n).copied().unwrap_or(EOF)
    }

    /// The kind of the token in front of the one `n` places ahead.
    pub(crate) fn nth_before(&self, n: usize) -> SyntaxKind {
        match (self.pos + n).checked_sub(1) {
            Some(position) => self.kinds.get(position).copied().unwrap_or(EOF),
            None => EOF,
        }
    }

    pub(crate) fn at(&self, kind: SyntaxKind) -> bool {
        self.nth(0) == kind
    }

    pub(crate) fn nth_at(&self, n: usize, kind: SyntaxKind) -> bool {
        self.nth(n) == kind
    }

    pub(crate) fn at_set(&self, set: TokenSet) -> bool {
        set.contains(self.nth(0))
    }

    pub(crate) fn nth_in(&self, n: usize, set: TokenSet) -> bool {
        set.contains(self.nth(n))
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at(EOF)
    }

    /// Whether the two words stand here.
    pub(crate) fn at_two(&self, first: SyntaxKind, second: SyntaxKind) -> bool {
        self.at(first) && self.nth_at(1, second)
    }

    /// The text of the token `n` places ahead.
    pub(crate) fn nth_text(&self, n: usize) -> &'t str {
        match self.raw.get(self.pos + n) {
            Some(&raw) => self.lexed.token_text(raw as usize),
            None => "",
        }
    }

    /// The text of the token consumed last.
    pub(crate) fn previous_text(&self) -> &'t str {
        match self.pos.checked_sub(1).and_then(|index| self.raw.get(index)) {
            Some(&raw) => self.lexed.token_text(raw as usize),
            None => "",
        }
    }

    /// Whether the token `n` places ahead touches the one after it.
    pub(crate) fn nth_joint(&self, n: usize) -> bool {
        self.joint(self.pos + n)
    }

    /// Whether the current token touches the one before it.
    pub(crate) fn joint_to_previous(&self) -> bool {
        self.pos.checked_sub(1).is_some_and(|previous| self.joint(previous))
    }

    fn joint(&self, token: usize) -> bool {
        self.remember(token, Question::Joint, layout::is_joint(&self.raw, token))
    }

    /// Whether the token `n` places ahead is the first one on its line.
    pub(crate) fn nth_starts_line(&self, n: usize) -> bool {
        let token = self.pos + n;
        self.remember(token, Question::StartsLine, layout::starts_line(self.lexed, &self.raw, token))
    }

    /// How many significant tokens are consumed.
    pub(crate) fn position(&self) -> usize {
        self.pos
    }

    /// Starts a node.
    pub(crate) fn start(&mut self) -> Marker {
        let at = self.events.len() as u32;
        self.events.push(Event::Start { kind: TOMBSTONE, forward_parent: 0 });
        Marker::new(at)
    }

    /// Consumes the current token as it is.
    pub(crate) fn bump(&mut self) {
        match self.kinds[self.pos.min(self.kinds.len() - 1)] {
            SyntaxKind::L_PAREN => self.open.push(self.pos),
            SyntaxKind::R_PAREN => {
                self.open.pop();
            }
            _ => {}
        }
        self.bump_raw();
    }

    fn bump_raw(&mut self) {
        let kind = self.kinds[self.pos.min(self.kinds.len() - 1)];
        self.bump_as(kind);
    }

    /// Consumes the current token under another kind (a keyword that is a name here).
    pub(crate) fn bump_as(&mut self, kind: SyntaxKind) {
        self.bump_glued(kind, 1);
    }

    /// Consumes `count` tokens that touch each other as one token.
    pub(crate) fn bump_glued(&mut self, kind: SyntaxKind, count: u8) {
        if self.kinds.get(self.pos).copied().unwrap_or(EOF) == EOF {
            return;
        }
        self.pos += usize::from(count);
        self.steps.set(0);
        self.events.push(Event::Token { kind, count });
    }

    /// Consumes the current token if it is of the kind.
    pub(crate) fn eat(&mut self, kind: SyntaxKind) -> bool {
        let here = self.at(kind);
        if here {
            self.bump();
        }
        here
    }

    /// Consumes the current token if it is in the set.
    pub(crate) fn eat_any(&mut self, set: TokenSet) -> bool {
        let here = self.at_set(set);
        if here {
            self.bump();
        }
        here
    }

    /// Consumes a token of the kind, or reports that it is missing.
    pub(crate) fn expect(&mut self, kind: SyntaxKind) -> bool {
        if self.eat(kind) {
            return true;
        }
        self.error(format!("expected {}", describe(kind)));
        false
    }

    /// Reports an error at the current token, unless there is one at it already.
    pub(crate) fn error(&mut self, message: impl Into<String>) {
        if self.last_error_at != usize::MAX && self.pos.abs_diff(self.last_error_at) < self.error_distance {
            // Most likely a consequence of the one before.
            self.last_error_at = self.pos;
            self.told = false;
            return;
        }
        self.told = self.may_tell_more();
        if !self.told {
            self.last_error_at = self.pos;
            return;
        }
        if self.at(SyntaxKind::ERROR_TOKEN) {
            // The lexer has said what is wrong here.
            self.last_error_at = self.pos;
            return;
        }
        let range = self.error_range();
        self.error_at(range, message);
        self.last_error_at = self.pos;
    }

    /// Reports an error at a range of the text.
    pub(crate) fn error_at(&mut self, range: TextRange, message: impl Into<String>) {
        if self.errors.len() < ERROR_LIMIT {
            self.errors.push(SyntaxError::new(self.code, range, message));
        }
    }

    /// Adds advice to the error that was reported last.
    pub(crate) fn help(&mut self, help: impl Into<String>) {
        if let Some(error) = self.errors.last_mut()
            && self.told
        {
            error.help = Some(help.into());
        }
    }

    /// Adds to the error that was reported last that its text should be another one; `is_safe` if nothing
    /// else can have been meant.
    pub(crate) fn replacement(&mut self, new_text: &str, is_safe: bool) {
        if self.told
            && let Some(error) = self.errors.last_mut()
        {
            error.correction = Some(Correction::replacement(error.range, new_text, is_safe));
        }
    }

    /// Gives the error that was reported last another code.
    pub(crate) fn recode(&mut self, code: &'static str) {
        if let Some(error) = self.errors.last_mut() {
            error.code = code;
        }
    }

    /// Whether an error stands at the current token already.
    pub(crate) fn has_error_here(&self) -> bool {
        self.last_error_at == self.pos
    }

    /// The range of the token `n` places ahead.
    pub(crate) fn nth_range(&self, n: usize) -> TextRange {
        match self.raw.get(self.pos + n) {
            Some(&raw) => self.lexed.range(raw as usize),
            None => TextRange::empty(crate::lexer::offset(self.lexed.text().len())),
        }
    }

    /// The range of the token consumed last.
    pub(crate) fn previous_range(&self) -> TextRange {
        match self.pos.checked_sub(1) {
            Some(index) => self.lexed.range(self.raw[index.min(self.raw.len() - 1)] as usize),
            None => TextRange::empty(0.into()),
        }
    }

    /// The current token, or the end of the last one where the text ends.
    fn error_range(&self) -> TextRange {
        if self.kinds.get(self.pos).copied().unwrap_or(EOF) == EOF {
            return TextRange::empty(self.previous_range().end());
        }
        self.nth_range(0)
    }

    /// Puts the current token into an error node, with a message.
    pub(crate) fn error_and_bump(&mut self, message: impl Into<String>) {
        self.error(message);
        let marker = self.start();
        self.bump_raw();
        marker.complete(self, ERROR_NODE);
    }

    /// Puts everything up to a token of the set into one error node, brackets kept whole.
    /// Consumes nothing when it stands at the set.
    pub(crate) fn skip_until(&mut self, set: TokenSet) {
        if self.at_end() || self.at_set(set) {
            return;
        }
        let marker = self.start();
        while !self.at_end() && !self.at_set(set) {
            self.bump_balanced();
        }
        marker.complete(self, ERROR_NODE);
    }

    /// Consumes one token, or a bracket with all that it encloses. Does not recurse.
    pub(crate) fn bump_balanced(&mut self) {
        use SyntaxKind::{L_BRACE, L_BRACKET, L_PAREN, R_BRACE, R_BRACKET, R_PAREN};
        let mut open = 0u32;
        loop {
            match self.current() {
                EOF => return,
                L_PAREN | L_BRACKET | L_BRACE => open += 1,
                R_PAREN | R_BRACKET | R_BRACE => open = open.saturating_sub(1),
                _ => {}
            }
            self.bump();
            if open == 0 {
                return;
            }
        }
    }

    /// Whether the token in front of the one `n` places ahead is a parenthesis without partner in its statement.
    pub(crate) fn is_unmatched_before(&self, n: usize) -> bool {
        match (self.pos + n).checked_sub(1) {
            Some(position) => self.is_unmatched(position),
            None => false,
        }
    }

    /// Whether the current token is a parenthesis without partner in its statement.
    pub(crate) fn at_unmatched(&self) -> bool {
        self.is_unmatched(self.pos)
    }

    /// Whether a closing parenthesis without partner follows.
    pub(crate) fn unmatched_closer_follows(&self) -> bool {
        let unmatched = &self.pairs().unmatched;
        let ahead = unmatched.partition_point(|&position| position < self.pos);
        unmatched[ahead..].iter().any(|&position| self.kinds[position] == SyntaxKind::R_PAREN)
    }

    fn pairs(&self) -> &ParenthesisPairs {
        self.pairs.get_or_init(|| ParenthesisPairs::new(&self.kinds))
    }

    /// Consumes the closing parenthesis of the innermost open one. Where something else stands and the
    /// parentheses of the text are balanced, what stands there is put into an error node; where they are
    /// not, the parenthesis is missing here.
    pub(crate) fn close_paren(&mut self) -> bool {
        if self.at(SyntaxKind::R_PAREN) {
            self.bump();
            return true;
        }
        let open = self.open.pop();
        let pairs = self.pairs();
        let close =
            if pairs.opens_without_partner { None } else { open.and_then(|open| pairs.partner_of(open)) };
        match close {
            Some(close) if close > self.pos => {
                self.error(format!("expected `)`, found {}", self.shown()));
                let marker = self.start();
                while self.pos < close {
                    self.bump_raw();
                }
                marker.complete(self, ERROR_NODE);
                self.bump_raw();
                true
            }
            _ => {
                self.error("expected `)`");
                false
            }
        }
    }

    /// Consumes a closing parenthesis whose opening one is given up already.
    pub(crate) fn eat_closed(&mut self, kind: SyntaxKind) -> bool {
        let here = self.at(kind);
        if here {
            self.bump_raw();
        }
        here
    }

    /// The current token as messages show it.
    pub(crate) fn shown(&self) -> String {
        if self.kinds.get(self.pos).copied().unwrap_or(EOF) == EOF {
            return "the end of the text".to_owned();
        }
        let text = self.nth_text(0);
        let mut short: String = text.chars().take(24).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        format!("`{short}`")
    }

    fn is_unmatched(&self, position: usize) -> bool {
        self.pairs().unmatched.binary_search(&position).is_ok()
    }

    /// Goes one level deeper; `false` at the limit, where the caller must not recurse. Every `true` needs
    /// one `leave`.
    pub(crate) fn enter(&mut self) -> bool {
        if self.depth >= NESTING_LIMIT {
            return false;
        }
        self.depth += 1;
        true
    }

    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// At the nesting limit: one error, and one error node around the bracket or token that stands here.
    pub(crate) fn too_deep(&mut self) -> CompletedMarker {
        self.error(format!("nested more than {NESTING_LIMIT} levels deep"));
        let marker = self.start();
        self.bump_balanced();
        marker.complete(self, ERROR_NODE)
    }
}

/// Which parentheses of the text belong together. A semicolon starts afresh.
struct ParenthesisPairs {
    /// Opening parentheses and their partners, by the opening one.
    partners: Vec<(usize, usize)>,
    /// Parentheses without partner, sorted.
    unmatched: Vec<usize>,
    /// Whether an opening one is among those.
    opens_without_partner: bool,
    /// The ends of the statements, and whether their brackets of all kinds lack partners.
    statements: Vec<(usize, bool)>,
}

impl ParenthesisPairs {
    fn new(kinds: &[SyntaxKind]) -> ParenthesisPairs {
        let mut pairs = ParenthesisPairs {
            partners: Vec::new(),
            unmatched: Vec::new(),
            opens_without_partner: false,
            statements: Vec::new(),
        };
        let mut open = Vec::new();
        // Kinds of the open brackets, and whether one closed what it does not match.
        let mut brackets = Vec::new();
        let mut crossed = false;
        for (position, kind) in kinds.iter().enumerate() {
            match kind {
                SyntaxKind::L_PAREN | SyntaxKind::L_BRACKET | SyntaxKind::L_BRACE => brackets.push(*kind),
                SyntaxKind::R_PAREN => crossed |= brackets.pop() != Some(SyntaxKind::L_PAREN),
                SyntaxKind::R_BRACKET => crossed |= brackets.pop() != Some(SyntaxKind::L_BRACKET),
                SyntaxKind::R_BRACE => crossed |= brackets.pop() != Some(SyntaxKind::L_BRACE),
                SyntaxKind::SEMICOLON | EOF => {
                    pairs.statements.push((position, crossed || !brackets.is_empty()));
                    brackets.clear();
                    crossed = false;
                }
                _ => {}
            }
            match kind {
                SyntaxKind::L_PAREN => open.push(position),
                SyntaxKind::R_PAREN => match open.pop() {
                    Some(opener) => pairs.partners.push((opener, position)),
                    None => pairs.unmatched.push(position),
                },
                SyntaxKind::SEMICOLON | EOF => {
                    pairs.opens_without_partner |= !open.is_empty();
                    pairs.unmatched.append(&mut open);
                }
                _ => {}
            }
        }
        pairs.partners.sort_unstable();
        pairs.unmatched.sort_unstable();
        pairs
    }

    /// Whether the statement around the position has brackets without partners.
    fn is_unbalanced(&self, position: usize) -> bool {
        let index = self.statements.partition_point(|(end, _)| *end < position);
        self.statements.get(index).is_some_and(|(_, unbalanced)| *unbalanced)
    }

    fn partner_of(&self, opener: usize) -> Option<usize> {
        let index = self.partners.binary_search_by_key(&opener, |(opener, _)| *opener).ok()?;
        Some(self.partners[index].1)
    }
}

/// A token as messages name it.
pub(crate) fn describe(kind: SyntaxKind) -> String {
    match kind.fixed_text() {
        Some(text) => format!("`{text}`"),
        None => match kind {
            EOF => "the end of the text".to_owned(),
            SyntaxKind::IDENT | SyntaxKind::QUOTED_IDENT => "a name".to_owned(),
            SyntaxKind::INT_NUMBER | SyntaxKind::FLOAT_NUMBER => "a number".to_owned(),
            SyntaxKind::STRING => "a string".to_owned(),
            _ => "something else".to_owned(),
        },
    }
}
