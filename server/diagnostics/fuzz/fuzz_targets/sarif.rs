//! See `diagnostics::fuzz_one`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| diagnostics::fuzz_one(diagnostics::Parser::Sarif, bytes));
