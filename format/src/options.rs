//! What can be chosen.

/// The case of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LetterCase {
    /// `SELECT`
    #[default]
    Upper,
    /// `select`
    Lower,
    /// As written.
    Preserve,
}

/// Where a comma stands when a list has a line for each item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Commas {
    /// At the end of the line.
    #[default]
    Trailing,
    /// At the start of the next line.
    Leading,
}

/// What happens to spaces inside lines of `.rocky` files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Spacing {
    /// As written.
    #[default]
    Preserve,
    /// One space where one belongs; lines inside parentheses are indented.
    Normalize,
}

/// One level of indentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Indent {
    /// So many spaces.
    Spaces(u8),
    /// A tab; it counts as four columns.
    Tab,
}

impl Default for Indent {
    fn default() -> Self {
        Indent::Spaces(4)
    }
}

impl Indent {
    /// How many columns a level takes.
    pub(crate) fn width(self) -> usize {
        match self {
            Indent::Spaces(count) => usize::from(count),
            Indent::Tab => 4,
        }
    }

    /// Writes so many levels.
    pub(crate) fn write(self, levels: usize, out: &mut String) {
        match self {
            Indent::Spaces(count) => out.extend(std::iter::repeat_n(' ', levels * usize::from(count))),
            Indent::Tab => out.extend(std::iter::repeat_n('\t', levels)),
        }
    }
}

/// All that a formatting run is told besides the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Options {
    /// Columns of a line, where there is a choice.
    pub line_width: usize,
    /// One level of indentation.
    pub indent: Indent,
    /// The case of SQL keywords.
    pub keyword_case: LetterCase,
    /// The case of the plain names of SQL functions.
    pub function_case: LetterCase,
    /// Where commas of SQL stand.
    pub commas: Commas,
    /// Spaces inside lines of Rocky.
    pub rocky_spacing: Spacing,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            line_width: 100,
            indent: Indent::default(),
            keyword_case: LetterCase::Upper,
            function_case: LetterCase::Preserve,
            commas: Commas::Trailing,
            rocky_spacing: Spacing::Preserve,
        }
    }
}

/// What a project chose; what it did not choose is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Settings {
    /// See [`Options::line_width`].
    pub line_width: Option<u16>,
    /// See [`Options::indent`].
    pub indent: Option<Indent>,
    /// See [`Options::keyword_case`].
    pub keyword_case: Option<LetterCase>,
    /// See [`Options::function_case`].
    pub function_case: Option<LetterCase>,
    /// See [`Options::commas`].
    pub commas: Option<Commas>,
    /// See [`Options::rocky_spacing`].
    pub rocky_spacing: Option<Spacing>,
}

impl Settings {
    /// The options: what was chosen, and the defaults for the rest.
    #[must_use]
    pub fn options(&self) -> Options {
        let default = Options::default();
        Options {
            line_width: self.line_width.map_or(default.line_width, usize::from),
            indent: self.indent.unwrap_or(default.indent),
            keyword_case: self.keyword_case.unwrap_or(default.keyword_case),
            function_case: self.function_case.unwrap_or(default.function_case),
            commas: self.commas.unwrap_or(default.commas),
            rocky_spacing: self.rocky_spacing.unwrap_or(default.rocky_spacing),
        }
    }
}
