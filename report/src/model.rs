//! What a report holds.

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// It makes the command fail.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// A place in a file. Lines and columns count from 1, columns in characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The file, relative to the root of the repository, with `/` between its parts.
    pub file: String,
    /// Line of the first character.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Line behind the last character.
    pub end_line: u32,
    /// Column behind the last character.
    pub end_column: u32,
}

/// What a compilation found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// Its code.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub suggestion: Option<String>,
    /// Where; `None` when it is about no place in a file.
    pub place: Option<Place>,
    /// Further places that explain it.
    pub related: Vec<(String, Place)>,
    /// The model it belongs to; empty when it belongs to none.
    pub model: String,
}

/// How a test case ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// As it should.
    Passed,
    /// It did not; the text says what was found.
    Failed(String),
    /// It did not, and that is only a warning.
    Warned(String),
    /// Nothing is known of it; the text says why.
    NotEvaluated(String),
}

/// One thing that was to be tested.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// The model it belongs to; what belongs to no model stands under `project`.
    pub group: String,
    /// Its name.
    pub name: String,
    /// The file to look into, as in [`Place::file`]; empty when there is none.
    pub file: String,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub milliseconds: u64,
}

/// What a code means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The code.
    pub code: String,
    /// What it means, half a sentence.
    pub title: String,
    /// What to do about it.
    pub advice: String,
}

/// A figure that is worth a line in a summary.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figures {
    /// What is counted.
    pub name: String,
    /// How many.
    pub value: String,
}

/// How the whole ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Everything was evaluated and passed.
    Passed,
    /// Something failed.
    Failed,
    /// Nothing failed, but not everything was evaluated.
    Incomplete,
}

/// Findings and test results of one command.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// What it is called: `Rocky CI`.
    pub title: String,
    /// Version of Rocky.
    pub version: String,
    /// The file that stands for the project as a whole; empty when there is none.
    pub project_file: String,
    /// The models that were compiled, in execution order.
    pub models: Vec<String>,
    /// What the compilation found.
    pub findings: Vec<Finding>,
    /// What was tested.
    pub cases: Vec<Case>,
    /// What the codes of the findings mean, sorted, each once.
    pub rules: Vec<Rule>,
    /// Further figures for summaries.
    pub figures: Vec<Figures>,
}

impl Report {
    /// The number of findings of a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// The cases that ended in some way.
    pub fn cases_that<'r>(&'r self, is: fn(&Outcome) -> bool) -> impl Iterator<Item = &'r Case> + 'r {
        self.cases.iter().filter(move |case| is(&case.outcome))
    }

    /// Why cases were not evaluated, with the cases, in the order found.
    pub fn unknown_by_reason(&self) -> Vec<(&str, Vec<&Case>)> {
        let mut reasons: Vec<(&str, Vec<&Case>)> = Vec::new();
        for case in &self.cases {
            let Outcome::NotEvaluated(why) = &case.outcome else { continue };
            match reasons.iter_mut().find(|(reason, _)| reason == why) {
                Some((_, cases)) => cases.push(case),
                None => reasons.push((why, vec![case])),
            }
        }
        reasons
    }

    /// How the whole ended.
    pub fn verdict(&self) -> Verdict {
        let failed = self.cases_that(|outcome| matches!(outcome, Outcome::Failed(_))).next().is_some();
        let unknown = self.cases_that(|outcome| matches!(outcome, Outcome::NotEvaluated(_))).next().is_some();
        match (self.count(Level::Error) > 0 || failed, unknown) {
            (true, _) => Verdict::Failed,
            (false, true) => Verdict::Incomplete,
            (false, false) => Verdict::Passed,
        }
    }
}
