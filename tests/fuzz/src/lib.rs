//! What buildfix reads from strangers, one module a kind of input: `check(bytes)` reads them and asserts what must hold for any bytes.
//!
//! **Knows** the crates' doors for bytes. **Must not know** how they read them. The programs of `targets/` put libFuzzer before these
//! functions; `tests/seeds.rs` runs them over the kept inputs.

pub mod binary_logs;
pub mod logs;
pub mod metadata;
mod pack;
pub mod pattern_files;
pub mod plans;
pub mod projects;
pub mod sessions;

/// Numbers that look random and depend only on `bytes`, for choices that are not part of the input.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        // FNV-1a.
        Self(bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3)) | 1)
    }
    /// A number below `bound`, which is not zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }
}
