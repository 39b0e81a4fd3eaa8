//! The grammar of spec 02 §3.1 as a generator: every text it makes must parse without errors.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rocky_syntax::DialectKind;
use rocky_syntax::dsl::parse_dsl;

use super::support::lower;

/// Names that are keywords somewhere in the extended grammar, and plain ones.
const NAMES: &[&str] = &[
    "a",
    "b",
    "order_id",
    "_x",
    "left",
    "right",
    "full",
    "cross",
    "left_join",
    "cross_join",
    "inner",
    "semi",
    "anti",
    "like",
    "between",
    "cast",
    "interval",
    "nulls",
    "offset",
    "groups",
    "preceding",
    "following",
    "first",
    "all",
    "FROM",
    "NULL",
    "matched",
    "current_date",
];

/// Makes one text from a stream of choices.
struct Generator {
    choices: Vec<u8>,
    at: usize,
    out: String,
}

impl Generator {
    fn choose(&mut self, options: usize) -> usize {
        let choice = self.choices.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(choice) % options
    }

    fn word(&mut self, word: &str) {
        self.out.push_str(word);
        let blank = [" ", "\n", "  ", " -- note\n"][self.choose(4)];
        self.out.push_str(blank);
    }

    fn name(&mut self) {
        let name = NAMES[self.choose(NAMES.len())];
        self.word(name);
    }

    /// A comma that may be missing.
    fn comma(&mut self) {
        if self.choose(2) == 0 {
            self.word(",");
        }
    }

    fn many(&mut self, least: usize, mut item: impl FnMut(&mut Generator)) {
        for _ in 0..least + self.choose(3) {
            item(self);
        }
    }

    fn file(&mut self) {
        for _ in 0..self.choose(3) {
            self.word("let");
            self.name();
            self.word("=");
            self.pipeline();
        }
        self.pipeline();
    }

    fn pipeline(&mut self) {
        self.word("from");
        self.dotted();
        if self.choose(3) == 0 {
            self.word("as");
            self.name();
        }
        for _ in 0..self.choose(5) {
            if self.choose(4) == 0 {
                self.word("|");
            }
            self.step();
        }
    }

    fn dotted(&mut self) {
        self.name();
        for _ in 0..self.choose(3) {
            self.word(".");
            self.name();
        }
    }

    fn step(&mut self) {
        match self.choose(9) {
            0 => {
                self.word("where");
                self.expr(0);
            }
            1 => {
                self.word("group");
                self.many(0, |g| {
                    g.name();
                    g.comma();
                });
                self.entries();
            }
            2 => {
                self.word("derive");
                self.entries();
            }
            3 => {
                self.word("select");
                self.word("{");
                self.columns(true);
                self.word("}");
            }
            4 => self.join(),
            5 => self.sort(),
            6 => {
                self.word("take");
                self.word("1_000");
            }
            7 => self.word("distinct"),
            _ => {
                self.word("where");
                self.expr(1);
            }
        }
    }

    fn entries(&mut self) {
        self.word("{");
        self.many(0, |g| {
            g.name();
            g.word(":");
            g.expr(0);
            g.comma();
        });
        self.word("}");
    }

    fn columns(&mut self, star: bool) {
        self.many(1, |g| {
            if star && g.choose(5) == 0 {
                g.word("*");
            } else {
                g.name();
                if g.choose(3) == 0 {
                    g.word(".");
                    g.name();
                }
            }
            g.comma();
        });
    }

    fn join(&mut self) {
        let kinds = [
            "join",
            "left join",
            "right join",
            "full join",
            "left_join",
            "right_join",
            "full_join",
            "cross join",
            "cross_join",
        ];
        let kind = kinds[self.choose(kinds.len())];
        self.word(kind);
        self.name();
        if self.choose(2) == 0 {
            self.word("as");
            self.name();
        }
        if !kind.starts_with("cross") {
            self.word("on");
            self.name();
            for _ in 0..self.choose(2) {
                self.word(",");
                self.name();
            }
        }
        if self.choose(2) == 0 {
            self.word("{");
            self.word("keep");
            self.columns(false);
            self.word("}");
        }
    }

    fn sort(&mut self) {
        self.word("sort");
        for index in 0..1 + self.choose(3) {
            if index > 0 {
                self.word(",");
            }
            self.name();
            let direction = self.choose(3);
            self.out.push_str(["", "asc ", "desc "][direction]);
        }
    }

    fn expr(&mut self, depth: usize) {
        if depth > 3 {
            return self.primary(depth);
        }
        match self.choose(6) {
            0 => {
                self.expr(depth + 1);
                let operator = ["or", "and"][self.choose(2)];
                self.word(operator);
                self.expr(depth + 1);
            }
            1 => {
                self.sum(depth + 1);
                match self.choose(3) {
                    0 => self.word("is null"),
                    1 => self.word("is not null"),
                    _ => {
                        let operator = ["==", "!=", "<", "<=", ">", ">="][self.choose(6)];
                        self.word(operator);
                        self.sum(depth + 1);
                    }
                }
            }
            2 => {
                self.word("not");
                self.primary(depth + 1);
            }
            _ => self.sum(depth + 1),
        }
    }

    fn sum(&mut self, depth: usize) {
        self.primary(depth);
        for _ in 0..self.choose(3) {
            let operator = ["+", "-", "*", "/", "%"][self.choose(5)];
            self.word(operator);
            let prefix = ["", "", "not ", "-"][self.choose(4)];
            self.out.push_str(prefix);
            self.primary(depth);
        }
    }

    fn primary(&mut self, depth: usize) {
        let options = if depth > 3 { 7 } else { 10 };
        match self.choose(options) {
            0 => self.name(),
            1 => self.word("\"s\""),
            2 => self.word("1_0.5"),
            3 => self.word("@2025-01-31"),
            4 => self.word("true"),
            5 => self.word("null"),
            6 => {
                self.name();
                self.word(".");
                self.name();
            }
            7 => {
                self.word("(");
                self.expr(depth + 1);
                self.word(")");
            }
            8 => {
                self.name();
                self.word("(");
                self.many(0, |g| {
                    g.expr(depth + 1);
                    // Without it `a.b (c)` is a call of `a.b`, which the original did not have.
                    g.word(",");
                });
                self.word(")");
                if self.choose(3) == 0 {
                    self.over();
                }
            }
            _ => {
                self.word("match");
                self.sum(depth + 2);
                self.word("{");
                self.many(1, |g| {
                    let operator = ["", "> ", "!= ", "== "][g.choose(4)];
                    g.out.push_str(operator);
                    g.sum(depth + 2);
                    g.word("=>");
                    g.expr(depth + 1);
                    // Without it an operator of the next arm would belong to this value.
                    g.word(",");
                });
                self.word("_ => 1");
                self.word("}");
            }
        }
    }

    fn over(&mut self) {
        self.word("over");
        self.word("(");
        if self.choose(2) == 0 {
            self.word("partition");
            self.many(0, |g| {
                g.name();
                g.comma();
            });
        }
        if self.choose(2) == 0 {
            self.word("sort");
            self.many(0, |g| {
                let minus = ["", "- "][g.choose(2)];
                g.out.push_str(minus);
                g.name();
                g.comma();
            });
        }
        let frame = ["", "rows unbounded..current", "range 6..2", "rows current..unbounded"][self.choose(4)];
        self.word(frame);
        self.word(")");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn every_file_of_the_original_grammar_parses(choices in prop::collection::vec(any::<u8>(), 1..200)) {
        let mut generator = Generator { choices, at: 0, out: String::new() };
        generator.file();
        let text = generator.out;
        let parse = parse_dsl(&text);
        prop_assert_eq!(parse.syntax().to_string(), text.clone());
        prop_assert!(parse.errors().is_empty(), "{}\n{:#?}", text, parse.errors());
        lower(&text, DialectKind::DuckDb, &Default::default());
    }
}
