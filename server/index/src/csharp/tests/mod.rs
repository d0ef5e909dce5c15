mod outlines;
mod projects;
mod questions;
