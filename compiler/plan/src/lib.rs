//! Builds plans from a compiled project.
//!
//! Must not know: adapters, the engine, state files, secrets, the clock.
