//! libFuzzer on the Rocky language.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rocky_fuzz::rocky_holds(data));
