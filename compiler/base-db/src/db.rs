//! The database trait of this layer and its two queries.

use crate::{Digest, File, FileStatus, SourceText, System};
use rocky_syntax::LineIndex;
use std::sync::Arc;

/// What every query of the compiler can reach. Further layers add queries, not abilities.
#[salsa::db]
pub trait Db: salsa::Database {
    /// The world.
    fn system(&self) -> &dyn System;

    /// Whether inputs never change in this process. Then large intermediate results (trees, bodies) need
    /// not be kept: nobody will ask whether they are still equal.
    fn is_one_shot(&self) -> bool;

    /// The content-addressed rows of earlier processes, if this process uses any.
    fn row_store(&self) -> Option<&rocky_store::RowStore>;

    /// Told when a text was read that is not the one whose digest the inputs hold: the file changed
    /// meanwhile. Nothing that was computed here may then be kept as the outcome of those inputs.
    fn text_was_unsteady(&self) {}
}

/// The text of a file: the editor's unsaved text, else what is on disk.
///
/// Reads: the file input; the world, only as the digest describes it. Kept: the last 256.
#[salsa::tracked(lru = 256)]
pub fn source_text(db: &dyn Db, file: File) -> SourceText {
    read_source(db, file)
}

/// As [`source_text`], without keeping the text.
pub fn read_source(db: &dyn Db, file: File) -> SourceText {
    let digest = file.digest(db);
    if let Some(text) = file.overlay(db) {
        let usable = matches!(file.status(db), FileStatus::Present);
        return SourceText { text: if usable { text.clone() } else { Arc::from("") }, matches_digest: true };
    }
    if !matches!(file.status(db), FileStatus::Present) {
        return SourceText { text: Arc::from(""), matches_digest: true };
    }
    let Ok(bytes) = db.system().read(file.path(db)) else {
        // It vanished after its facts were taken. The next look at the disk will say so; until then
        // the file reads as empty and nothing made of it may be stored.
        db.report_untracked_read();
        db.text_was_unsteady();
        return SourceText { text: Arc::from(""), matches_digest: false };
    };
    let matches_digest = Digest::of(&bytes) == digest;
    if !matches_digest {
        db.report_untracked_read();
        db.text_was_unsteady();
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => SourceText { text: Arc::from(text), matches_digest },
        Err(_) => SourceText { text: Arc::from(""), matches_digest: false },
    }
}

/// Whether an editor has the file open. Reads: the overlay. Cut-off: **projection**: edits stop here.
#[salsa::tracked(returns(copy))]
pub fn is_overlaid(db: &dyn Db, file: File) -> bool {
    file.overlay(db).is_some()
}

/// Line starts of a file's text. Reads: [`source_text`]. Kept: the last 256.
#[salsa::tracked(lru = 256)]
pub fn line_index(db: &dyn Db, file: File) -> Arc<LineIndex> {
    Arc::new(LineIndex::new(&source_text(db, file).text))
}
