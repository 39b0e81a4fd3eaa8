//! The programs that libFuzzer drives; the laws they attack are in `rocky-fuzz`.
//!
//! Must not know: the laws. A program here is one line.
