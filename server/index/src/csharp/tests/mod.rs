mod outlines;
mod questions;
