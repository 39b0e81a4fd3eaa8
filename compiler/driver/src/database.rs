//! The concrete database.

use rocky_base_db::{Db, System};
use rocky_store::RowStore;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The database. A clone is another handle to the same storage, for another thread.
#[salsa::db]
#[derive(Clone)]
pub struct RootDatabase {
    storage: salsa::Storage<Self>,
    system: Arc<dyn System>,
    store: Option<Arc<RowStore>>,
    one_shot: bool,
    unsteady: Arc<AtomicBool>,
}

impl RootDatabase {
    pub(crate) fn new(
        system: Arc<dyn System>,
        store: Option<Arc<RowStore>>,
        one_shot: bool,
        on_event: Option<Box<dyn Fn(salsa::Event) + Send + Sync + 'static>>,
    ) -> RootDatabase {
        RootDatabase {
            storage: salsa::Storage::new(on_event),
            system,
            store,
            one_shot,
            unsteady: Arc::default(),
        }
    }
}

impl RootDatabase {
    /// Whether some text that was read is not the one that the inputs describe.
    pub(crate) fn saw_unsteady_text(&self) -> bool {
        self.unsteady.load(Ordering::Acquire)
    }
}

#[salsa::db]
impl salsa::Database for RootDatabase {}

#[salsa::db]
impl Db for RootDatabase {
    fn system(&self) -> &dyn System {
        &*self.system
    }

    fn is_one_shot(&self) -> bool {
        self.one_shot
    }

    fn row_store(&self) -> Option<&RowStore> {
        self.store.as_deref()
    }

    fn text_was_unsteady(&self) {
        self.unsteady.store(true, Ordering::Release);
    }
}

impl std::fmt::Debug for RootDatabase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RootDatabase").field("system", &self.system).finish_non_exhaustive()
    }
}
