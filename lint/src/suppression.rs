//! `-- rocky: ignore[CODE]` above a line (spec 03 §10.5).

use rocky_syntax::TextSize;

const MARK: &str = "rocky: ignore[";

/// What the comments of a text suppress.
#[derive(Debug, Default)]
pub struct Suppressions<'t> {
    /// Where lines begin; empty when nothing is suppressed.
    line_starts: Vec<u32>,
    /// The lines, from 0, whose findings are dropped, with the codes or names of rules.
    lines: Vec<(usize, Vec<&'t str>)>,
}

impl<'t> Suppressions<'t> {
    /// Reads the comments of a text.
    pub fn of(text: &'t str) -> Suppressions<'t> {
        if !text.contains(MARK) {
            return Suppressions::default();
        }
        let lines: Vec<&str> = text.split('\n').collect();
        let mut found = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let line = line.trim();
            if !line.starts_with("--") {
                continue;
            }
            let Some(codes) = line.split(MARK).nth(1).and_then(|rest| rest.split(']').next()) else {
                continue;
            };
            // Several such comments may stand above one line.
            let next = lines[number + 1..].iter().position(|next| !next.trim().starts_with("--"));
            if let Some(next) = next {
                found.push((number + 1 + next, codes.split(',').map(str::trim).collect()));
            }
        }
        let mut line_starts = vec![0];
        line_starts.extend(text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next));
        Suppressions { line_starts, lines: found }
    }

    /// Whether nothing is suppressed.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether a finding that starts at an offset is suppressed, by its code or by the name of its rule.
    pub fn cover(&self, offset: TextSize, code: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let line = self.line_starts.partition_point(|start| *start <= u32::from(offset)).saturating_sub(1);
        let name = crate::RuleId::of_code(code).map(|rule| rule.rule().name);
        self.lines.iter().any(|(at, codes)| {
            *at == line && codes.iter().any(|given| *given == code || Some(*given) == name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Suppressions;

    #[test]
    fn the_comment_counts_for_the_line_below() {
        let text = "select\n  -- rocky: ignore[W101]\n  -- rocky: ignore[I002, select_star]\n  a, *\nfrom t";
        let found = Suppressions::of(text);
        assert_eq!(found.lines, [(3, vec!["W101"]), (3, vec!["I002", "select_star"])]);
        let star = u32::try_from(text.find('*').unwrap()).unwrap().into();
        assert!(found.cover(star, "S112") && found.cover(star, "I002"));
        assert!(!found.cover(star, "S113") && !found.cover(0.into(), "I002"));
        assert!(Suppressions::of("select 'rocky: ignore[W101]'\nfrom t").is_empty());
    }
}
