//! Pictures of a lineage: boxes with rows, arrows between rows, laid out in layers from left to right.
//!
//! [`Graph`] is plain data, [`Layout`] says where everything stands, [`svg`] and [`html`] draw it. The same graph
//! gives the same bytes. A picture needs nothing from elsewhere: no fonts, no scripts, no styles.
//!
//! Must not know: models, SQL, the compiler, files, terminals.

mod draw;
mod graph;
mod layers;
mod layout;
mod page;

pub use draw::svg;
pub use graph::{Arrow, ArrowKind, Box, End, Graph, Row};
pub use layout::{Layout, Placed, Point};
pub use page::html;
