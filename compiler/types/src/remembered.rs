//! What an earlier process knew of single models, for a one-shot command.
#![allow(missing_docs, reason = "salsa generates functions without documentation")]

use crate::FactsBundle;
use rocky_base_db::{Db, File};
use std::fmt::Debug;
use std::sync::Arc;

/// Gives facts that need not be computed. Must answer for a model only when everything that its facts depend on
/// is as it was, and must answer alike from the first question on.
pub trait FactsSource: Send + Sync + Debug {
    /// The facts of a model, if they are known.
    fn facts(&self, file: File) -> Option<FactsBundle>;
}

/// Where facts may come from. The driver sets it before the first query.
#[salsa::input(singleton)]
pub struct RememberedFacts {
    /// The source.
    #[returns(ref)]
    pub source: Arc<dyn FactsSource>,
}

/// The facts of a model as an earlier process knew them.
pub(crate) fn remembered_facts(db: &dyn Db, file: File) -> Option<FactsBundle> {
    RememberedFacts::try_get(db)?.source(db).facts(file)
}
