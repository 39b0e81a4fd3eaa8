//! Differences for people: the unified form.

use std::fmt::Write as _;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;
/// How many changed lines are worth a search for the shortest difference.
const SEARCH_LIMIT: usize = 2_000;

/// One line of the difference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line<'t> {
    Same(&'t str),
    Gone(&'t str),
    New(&'t str),
}

/// The difference of two texts in the unified form; empty when there is none.
#[must_use]
pub fn unified_diff(path: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let old_lines: Vec<&str> = old.split_inclusive('\n').collect();
    let new_lines: Vec<&str> = new.split_inclusive('\n').collect();
    let lines = difference(&old_lines, &new_lines);
    let mut out = format!("--- {path}\n+++ {path}\n");
    let is_change = |line: &Line<'_>| !matches!(line, Line::Same(_));
    let mut at = 0;
    let (mut old_at, mut new_at) = (1, 1);
    while let Some(first) = lines[at..].iter().position(is_change) {
        let start = (at + first).saturating_sub(CONTEXT).max(at);
        let end = hunk_end(&lines, at + first);
        for line in &lines[at..start] {
            advance(*line, &mut old_at, &mut new_at);
        }
        hunk(&mut out, &lines[start..end], (&mut old_at, &mut new_at));
        at = end;
    }
    out
}

/// Where a hunk ends that has its first change at `change`.
fn hunk_end(lines: &[Line<'_>], change: usize) -> usize {
    let mut last = change;
    for (index, line) in lines.iter().enumerate().skip(change) {
        if !matches!(line, Line::Same(_)) {
            last = index;
        } else if index - last > CONTEXT * 2 {
            break;
        }
    }
    (last + 1 + CONTEXT).min(lines.len())
}

fn advance(line: Line<'_>, old_at: &mut usize, new_at: &mut usize) {
    *old_at += usize::from(!matches!(line, Line::New(_)));
    *new_at += usize::from(!matches!(line, Line::Gone(_)));
}

fn hunk(out: &mut String, lines: &[Line<'_>], (old_at, new_at): (&mut usize, &mut usize)) {
    let old_count = lines.iter().filter(|line| !matches!(line, Line::New(_))).count();
    let new_count = lines.iter().filter(|line| !matches!(line, Line::Gone(_))).count();
    // An empty side is named by the line before it.
    let place = |at: usize, count: usize| if count == 0 { at - 1 } else { at };
    let (old_start, new_start) = (place(*old_at, old_count), place(*new_at, new_count));
    let _ = writeln!(out, "@@ -{old_start},{old_count} +{new_start},{new_count} @@");
    for line in lines {
        let (sign, text) = match line {
            Line::Same(text) => (' ', text),
            Line::Gone(text) => ('-', text),
            Line::New(text) => ('+', text),
        };
        out.push(sign);
        out.push_str(text);
        if !text.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
        advance(*line, old_at, new_at);
    }
}

/// The shortest difference (Myers); a very long one is given as all old lines, then all new ones.
fn difference<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let suffix = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let old_middle = &old_rest[..old_rest.len() - suffix];
    let new_middle = &new_rest[..new_rest.len() - suffix];
    let mut lines: Vec<Line<'t>> = old[..prefix].iter().map(|line| Line::Same(line)).collect();
    match shortest(old_middle, new_middle) {
        Some(middle) => lines.extend(middle),
        None => {
            lines.extend(old_middle.iter().map(|line| Line::Gone(line)));
            lines.extend(new_middle.iter().map(|line| Line::New(line)));
        }
    }
    lines.extend(old_rest[old_rest.len() - suffix..].iter().map(|line| Line::Same(line)));
    lines
}

fn shortest<'t>(old: &[&'t str], new: &[&'t str]) -> Option<Vec<Line<'t>>> {
    let limit = (old.len() + new.len()).min(SEARCH_LIMIT);
    let width = 2 * limit + 3;
    let middle = limit + 1;
    let mut furthest = vec![0usize; width];
    let mut trace: Vec<Vec<usize>> = Vec::new();
    for distance in 0..=limit {
        trace.push(furthest[middle - distance..=middle + distance].to_vec());
        for diagonal in (0..=2 * distance).step_by(2) {
            let k = middle + diagonal - distance;
            let down = diagonal == 0 || (diagonal != 2 * distance && furthest[k - 1] < furthest[k + 1]);
            let mut x = if down { furthest[k + 1] } else { furthest[k - 1] + 1 };
            let mut y = (x + middle).checked_sub(k)?;
            while x < old.len() && y < new.len() && old[x] == new[y] {
                x += 1;
                y += 1;
            }
            furthest[k] = x;
            if x == old.len() && y == new.len() {
                return Some(walk_back(old, new, &trace, distance));
            }
        }
    }
    None
}

fn walk_back<'t>(old: &[&'t str], new: &[&'t str], trace: &[Vec<usize>], distance: usize) -> Vec<Line<'t>> {
    let mut lines = Vec::new();
    let (mut x, mut y) = (old.len() as isize, new.len() as isize);
    for step in (1..=distance as isize).rev() {
        // The diagonals that the step before this one reached, from -step to step.
        let reached = &trace[step as usize];
        let at = |diagonal: isize| reached[(diagonal + step) as usize] as isize;
        let diagonal = x - y;
        let down = diagonal == -step || (diagonal != step && at(diagonal - 1) < at(diagonal + 1));
        let before = if down { diagonal + 1 } else { diagonal - 1 };
        let (before_x, before_y) = (at(before), at(before) - before);
        while x > before_x
            && y > before_y
            && (x, y) != (before_x + isize::from(!down), before_y + isize::from(down))
        {
            lines.push(Line::Same(old[x as usize - 1]));
            x -= 1;
            y -= 1;
        }
        if down {
            lines.push(Line::New(new[y as usize - 1]));
        } else {
            lines.push(Line::Gone(old[x as usize - 1]));
        }
        (x, y) = (before_x, before_y);
    }
    while x > 0 && y > 0 {
        lines.push(Line::Same(old[x as usize - 1]));
        x -= 1;
        y -= 1;
    }
    lines.reverse();
    lines
}
