//! Which ranges contain an offset, without looking at each.

use text::TextRange;

/// Ranges as a balanced tree in an array: by start, and for each subtree the greatest end.
#[derive(Debug, Default)]
pub(crate) struct Around {
    /// By start, with the range's number.
    ranges: Vec<(TextRange, u32)>,
    /// The greatest end in the subtree of which this one is the middle.
    ends: Vec<usize>,
}

impl Around {
    pub(crate) fn of(ranges: impl Iterator<Item = TextRange>) -> Self {
        let mut ranges: Vec<(TextRange, u32)> = ranges.zip(0..).collect();
        ranges.sort_unstable();
        let mut out = Self { ends: vec![0; ranges.len()], ranges };
        out.fill(0, out.ranges.len());
        out
    }

    fn fill(&mut self, from: usize, to: usize) -> usize {
        if from >= to {
            return 0;
        }
        let middle = from.midpoint(to);
        let inside = self.fill(from, middle).max(self.fill(middle + 1, to));
        self.ends[middle] = inside.max(self.ranges[middle].0.end);
        self.ends[middle]
    }

    /// Numbers of the ranges that `offset` is in or at the end of, in order.
    pub(crate) fn at(&self, offset: usize) -> Vec<u32> {
        let mut out = Vec::new();
        let mut open = vec![(0usize, self.ranges.len())];
        while let Some((from, to)) = open.pop() {
            let middle = from.midpoint(to);
            if from >= to || self.ends[middle] < offset {
                continue;
            }
            open.push((from, middle));
            let (range, number) = self.ranges[middle];
            if range.start <= offset {
                open.push((middle + 1, to));
                out.extend((range.end >= offset).then_some(number));
            }
        }
        out.sort_unstable();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_contain_an_offset_in_order() {
        let ranges: Vec<TextRange> =
            [(0, 100), (2, 20), (4, 8), (8, 8), (8, 12), (30, 60), (30, 60), (31, 32), (99, 100)]
                .map(|(start, end)| TextRange::new(start, end))
                .to_vec();
        let around = Around::of(ranges.iter().copied());
        for offset in 0..110 {
            let plain = ranges.iter().zip(0u32..).filter(|(r, _)| r.start <= offset && offset <= r.end);
            assert_eq!(around.at(offset), plain.map(|(_, number)| number).collect::<Vec<_>>(), "{offset}");
        }
        assert!(Around::default().at(0).is_empty());
    }
}
