//! Text inside Markdown documents.

/// Text of somebody else as plain text: no mark-up, no HTML, no links, no mentions, on one line.
pub fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // A zero-width joiner keeps `@name` from calling that person.
            '@' => escaped.push_str("@\u{200d}"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            control if control.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A name in code type, also inside a table.
pub fn code(text: &str) -> String {
    let one_line: String =
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let longest = one_line.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let blank = if one_line.starts_with('`') || one_line.ends_with('`') { " " } else { "" };
    // In a table a bar ends the cell, even in code.
    format!("{fence}{blank}{}{blank}{fence}", one_line.replace('|', "\\|"))
}

/// `1 model`, `2 models`.
pub fn counted(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    }
}
