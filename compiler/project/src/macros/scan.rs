//! Just enough lexing of SQL to tell code from strings and comments, for every dialect at once.

/// What a piece of SQL text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    /// Code; the piece is one character.
    Code,
    /// A string, a quoted identifier or a comment.
    Opaque,
}

/// The kind and length of the piece at the start of `rest`, which is not empty.
pub(super) fn piece(rest: &str) -> (Piece, usize) {
    let bytes = rest.as_bytes();
    match bytes[0] {
        b'\'' | b'"' | b'`' => (Piece::Opaque, quoted(rest, bytes[0])),
        b'-' if rest.starts_with("--") => (Piece::Opaque, line(rest)),
        b'/' if rest.starts_with("/*") => (Piece::Opaque, block_comment(rest)),
        b'$' => match dollar_quoted(rest) {
            Some(length) => (Piece::Opaque, length),
            None => (Piece::Code, 1),
        },
        _ => (Piece::Code, rest.chars().next().map_or(1, char::len_utf8)),
    }
}

/// A doubled quote continues the string, and so does a backslash before a quote unless the string would
/// then not end at all (dialects differ on backslashes).
fn quoted(rest: &str, quote: u8) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 2;
        } else if bytes[at] == b'\\'
            && bytes.get(at + 1) == Some(&quote)
            && rest[at + 2..].contains(char::from(quote))
        {
            at += 2;
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn line(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (1usize, 2);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                at += 2;
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

fn dollar_quoted(rest: &str) -> Option<usize> {
    let tag = rest[1..].find('$').map(|at| &rest[..at + 2])?;
    if !tag[1..tag.len() - 1].bytes().all(super::is_name_byte) {
        return None;
    }
    let end = rest[tag.len()..].find(tag)?;
    Some(end + 2 * tag.len())
}
