//! The model of C#.
