//! The database of a project and its drivers: the one face of the compiler that the editor and the
//! command line see.
//!
//! [`ProjectHost`] owns the writable database and applies changes; [`ProjectSnapshot`] is a moment of it.
//! Both answer the same questions through the same queries: what one shows, the other shows.
//!
//! Must not know: LSP, terminals, rendering, adapters, the engine, the clock.

mod change;
mod compile;
mod database;
mod host;
mod image;
mod interruption;
mod known;
mod loading;
mod parallel;
mod prefetch;
mod project_files;
mod project_key;
mod questions;
mod recompile;
mod snapshot;
mod stat_index;

pub use change::Change;
pub use compile::{CompileReport, ContractSource, ModelReport, Phase};
pub use database::RootDatabase;
pub use host::{EventCallback, OpenOptions, ProjectHost};
pub use interruption::{CancellationToken, Stopped, catch_cancelled};
pub use project_files::{CacheOptions, ProjectFiles};
pub use questions::Questions;
pub use recompile::{ImageComparison, Keeper, Recompiled, RecompiledFinding};
pub use snapshot::ProjectSnapshot;

pub use rocky_base_db as base_db;
pub use rocky_check as check;
pub use rocky_hir as hir;
pub use rocky_lineage as lineage;
pub use rocky_lint as lint;
pub use rocky_plan as plan;
pub use rocky_plan_model as plan_model;
pub use rocky_project as project;
pub use rocky_store as store;
pub use rocky_syntax as syntax;
pub use rocky_types as types;
