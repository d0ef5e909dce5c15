//! MSBuild's binary logs: the bytes are the records before they are packed, since no mutation of packed ones can be unpacked.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Packs the bytes and asserts what holds for every log, and that what is said of compilers is in order. Returns how many diagnostics and calls of
/// compilers there are.
pub fn check(bytes: &[u8]) -> usize {
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    packed.write_all(bytes).expect("memory");
    let packed = packed.finish().expect("memory");
    let found = crate::logs::check(&packed);
    let compilers = diagnostics::read(&packed).compilers;
    assert!(compilers.compiled.is_sorted() && compilers.up_to_date.is_sorted());
    assert!(compilers.up_to_date.iter().all(|p| !compilers.compiled.contains(p)));
    assert!(compilers.invocations.iter().all(|i| i.project.as_ref().is_some_and(|p| compilers.compiled.contains(p))));
    found + compilers.invocations.len()
}
