//! See `fuzz::sessions`.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::sessions::check(bytes);
});
