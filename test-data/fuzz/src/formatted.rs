//! What the formatter makes of a text says the same, and is already formatted.

use rocky_format::{
    Commas, FormatError, Indent, Language, LetterCase, Options, Spacing, format, format_edits,
};
use rocky_syntax::{TextRange, TextSize, apply_edits};

/// Formats with two sets of options that differ in everything.
///
/// # Panics
/// When a law is broken.
pub(crate) fn is_formatted_well(text: &str, language: Language) {
    let narrow = Options {
        line_width: 30,
        indent: Indent::Tab,
        keyword_case: LetterCase::Lower,
        function_case: LetterCase::Upper,
        commas: Commas::Leading,
        rocky_spacing: Spacing::Normalize,
    };
    for options in [Options::default(), narrow] {
        let once = match format(text, language, &options) {
            Ok(once) => once,
            Err(FormatError::Syntax { .. }) => {
                part_of_broken(text, language, &options);
                continue;
            }
            Err(error @ FormatError::Changed { .. }) => panic!("{error} at {:?}", error.offset()),
        };
        match format(&once, language, &options) {
            Ok(twice) => assert!(twice == once, "not the same the second time: {once:?} {twice:?}"),
            Err(error) => panic!("what it wrote it does not take: {error}: {once:?}"),
        }
        assert!(text == once || !once.is_empty() || text.trim_start_matches('\u{feff}').trim().is_empty());
    }
}

/// The middle half of a text with errors.
fn part_of_broken(text: &str, language: Language, options: &Options) {
    let at = |offset: usize| TextSize::new(u32::try_from(text.floor_char_boundary(offset)).unwrap_or(0));
    let range = TextRange::new(at(text.len() / 4), at(text.len() / 4 * 3));
    match format_edits(text, language, options, Some(range)) {
        Ok(edits) => assert!(apply_edits(text, &edits).is_ok(), "edits that do not fit: {edits:?}"),
        Err(FormatError::Syntax { .. }) => {}
        Err(error @ FormatError::Changed { .. }) => panic!("{error} at {:?}", error.offset()),
    }
}
