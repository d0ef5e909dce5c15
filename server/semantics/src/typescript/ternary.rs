//! Answers that may not be known.

/// An answer that may not be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Ternary {
    /// Certainly.
    Yes,
    /// Certainly not.
    No,
    /// Cannot be told.
    Unknown,
}

impl Ternary {
    pub(crate) fn of(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
    pub(crate) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            Self::Yes => other(),
            Self::Unknown => {
                if other() == Self::No {
                    Self::No
                } else {
                    Self::Unknown
                }
            }
        }
    }
    /// Yes.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }
}
