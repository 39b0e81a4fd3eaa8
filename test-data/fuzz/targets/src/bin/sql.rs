//! libFuzzer on SQL.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rocky_fuzz::sql_holds(data));
