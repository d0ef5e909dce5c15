//! See `fuzz::binary_logs`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::binary_logs::check(bytes);
});
