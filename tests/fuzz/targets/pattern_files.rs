//! See `fuzz::pattern_files`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::pattern_files::check(bytes);
});
