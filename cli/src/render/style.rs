//! Colours and marks, or none.

/// Whether text may carry colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    /// Text alone.
    Plain,
    /// Text with ANSI colours.
    Colour,
}

/// What a text says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    /// All is well.
    Good,
    /// Something is wrong.
    Bad,
    /// Something may be wrong.
    Doubtful,
    /// Less important.
    Quiet,
    /// More important.
    Strong,
}

impl Style {
    /// Colours when they are allowed.
    pub(crate) fn new(colour: bool) -> Style {
        if colour { Style::Colour } else { Style::Plain }
    }

    /// Whether colours are allowed.
    pub(crate) fn is_colour(self) -> bool {
        self == Style::Colour
    }

    /// The text in its tone.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        if self == Style::Plain || text.is_empty() {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Good => "32",
            Tone::Bad => "31",
            Tone::Doubtful => "33",
            Tone::Quiet => "2",
            Tone::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// A check mark.
    pub(crate) fn check(self) -> String {
        self.paint(Tone::Good, "✓")
    }

    /// A cross.
    pub(crate) fn cross(self) -> String {
        self.paint(Tone::Bad, "✗")
    }

    /// A warning sign.
    pub(crate) fn warning(self) -> String {
        self.paint(Tone::Doubtful, "!")
    }

    /// A question mark: nothing is known.
    pub(crate) fn unknown(self) -> String {
        self.paint(Tone::Doubtful, "?")
    }
}

#[cfg(test)]
mod tests {
    use super::{Style, Tone};

    #[test]
    fn colours_only_when_allowed() {
        assert_eq!(Style::Plain.paint(Tone::Bad, "x"), "x");
        assert_eq!(Style::Colour.paint(Tone::Bad, "x"), "\u{1b}[31mx\u{1b}[0m");
        assert_eq!(Style::new(false).check(), "✓");
    }
}
