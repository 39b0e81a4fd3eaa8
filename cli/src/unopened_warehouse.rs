//! The warehouse of a run that sends nothing.

use rocky_adapter::dialect::SqlDialect;
use rocky_adapter::{AdapterError, Capabilities, Connection, ErrorKind, Warehouse};

/// Stands where a warehouse is wanted but not needed: a project that does not compile must not even create its
/// database file.
pub(crate) struct UnopenedWarehouse {
    /// The adapter's name.
    pub(crate) name: String,
    /// Its dialect.
    pub(crate) dialect: Box<dyn SqlDialect>,
}

impl Warehouse for UnopenedWarehouse {
    fn name(&self) -> &str {
        &self.name
    }

    fn dialect(&self) -> &dyn SqlDialect {
        self.dialect.as_ref()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn connect(&self) -> rocky_adapter::Result<Box<dyn Connection>> {
        Err(AdapterError::new(ErrorKind::Connection, "the warehouse was not opened: there is nothing to run"))
    }
}
