//! The digest of a body: equal exactly when the bodies are.

use rocky_base_db::Digest;

use crate::body::Body;

/// The digest of what a query says. Comments, white space, keyword case and redundant parentheses do not
/// change it.
pub fn body_digest(body: &Body) -> Digest {
    let estimate = 64 + body.exprs.len() * 12 + body.queries.len() * 32 + body.relations.len() * 24;
    // Every type of a body serializes; an encoder into memory has no other way to fail.
    match postcard::to_extend(body, Vec::with_capacity(estimate)) {
        Ok(bytes) => Digest::of(&bytes),
        Err(error) => unreachable!("a body serializes into memory: {error}"),
    }
}
