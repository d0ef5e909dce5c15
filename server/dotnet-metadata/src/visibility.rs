//! Which types another assembly can see.

use crate::image::{Image, table};

/// Deeper nesting counts as invisible.
const MAX_NESTING: usize = 16;

/// Enclosing type of each type definition, by row; 0: none.
pub fn enclosing_types(image: &Image<'_>) -> Vec<u32> {
    let mut enclosing = vec![0; image.rows(table::TYPE_DEF) as usize + 1];
    for row in 1..=image.rows(table::NESTED_CLASS) {
        if let Some(slot) = enclosing.get_mut(image.cell(table::NESTED_CLASS, row, 0) as usize) {
            *slot = image.cell(table::NESTED_CLASS, row, 1);
        }
    }
    enclosing
}

/// Whether a type can be seen from another assembly: public, or protected inside such types.
pub fn is_visible(image: &Image<'_>, enclosing: &[u32], row: u32) -> bool {
    let mut row = row;
    for _ in 0..MAX_NESTING {
        match image.cell(table::TYPE_DEF, row, 0) & 7 {
            1 => return true,
            2 | 4 | 7 => row = enclosing.get(row as usize).copied().unwrap_or(0),
            _ => return false,
        }
    }
    false
}
