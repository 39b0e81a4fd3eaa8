//! Where the parts of one model's body stand, computed at most once and only when something is to be shown.

use crate::queries::{body_with_map, lower_text, lowered_model, surroundings};
use rocky_base_db::{Db, File};
use rocky_hir::body::{Body, BodySourceMap};
use rocky_hir::{is_transient, original_range, with_text};
use rocky_syntax::TextRange;
use rocky_syntax::dsl::Lowered;
use std::cell::OnceCell;

/// The body of one model with its source map. Unless somebody types in the model, nothing is kept beyond
/// the life of this value.
pub struct Places<'db> {
    db: &'db dyn Db,
    file: File,
    parts: OnceCell<Parts<'db>>,
}

enum Parts<'db> {
    Kept(&'db (Body, BodySourceMap), Option<&'db Lowered>),
    Own(Box<((Body, BodySourceMap), Option<Lowered>)>),
}

impl<'db> Places<'db> {
    /// The places of a model; nothing is computed yet.
    pub fn new(db: &'db dyn Db, file: File) -> Places<'db> {
        Places { db, file, parts: OnceCell::new() }
    }

    fn parts(&self) -> &Parts<'db> {
        self.parts.get_or_init(|| {
            if !is_transient(self.db, self.file) {
                let lowered = lowered_model(self.db, self.file).as_ref();
                return Parts::Kept(body_with_map(self.db, self.file), lowered);
            }
            let surroundings = surroundings(self.db, self.file);
            Parts::Own(Box::new(with_text(self.db, self.file, |text| lower_text(text, surroundings))))
        })
    }

    /// The body and its source map, in the text that was lowered.
    pub fn body_and_map(&self) -> (&Body, &BodySourceMap) {
        match self.parts() {
            Parts::Kept((body, map), _) => (body, map),
            Parts::Own(own) => (&own.0.0, &own.0.1),
        }
    }

    /// A range of the text that was lowered as a range of the model's file.
    pub fn in_file(&self, range: TextRange) -> Option<TextRange> {
        let lowered = match self.parts() {
            Parts::Kept(_, lowered) => *lowered,
            Parts::Own(own) => own.1.as_ref(),
        };
        match lowered {
            Some(lowered) => lowered.source_map.dsl_of(range),
            None => Some(original_range(self.db, self.file, range)),
        }
    }
}
