//! Whatever the bytes are, reading them ends and does not panic.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = dotnet_metadata::read(bytes);
});
