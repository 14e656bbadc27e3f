//! A small deterministic generator, so that one seed makes one estate on every machine.

/// SplitMix64: each (seed, item) pair opens a stream of its own.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream of one item; `purpose` keeps the streams of different questions apart.
    pub(crate) fn of(seed: u64, purpose: u64, item: u64) -> Self {
        let mut mixed = Self(seed ^ purpose.wrapping_mul(0xd6e8_feb8_6659_fd93));
        let base = mixed.next();
        Self(base ^ item.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// A number of ms from `low` to below `high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low).unwrap_or(0);
        low + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// One of the items; the default of an empty slice.
    pub(crate) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let place = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        items.get(place).copied().unwrap_or_default()
    }

    /// `digits` hexadecimal digits, at most 32.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = format!("{:016x}{:016x}", self.next(), self.next());
        text.truncate(digits);
        text
    }

    /// A GUID in upper case, as the Manager writes them.
    pub(crate) fn guid(&mut self) -> String {
        let hex = self.hex(32).to_uppercase();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        [
            part(0, 8),
            part(8, 12),
            part(12, 16),
            part(16, 20),
            part(20, 32),
        ]
        .join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn one_seed_makes_one_stream_and_another_seed_another() {
        let draw = |seed, item| Random::of(seed, 1, item).hex(16);
        assert_eq!(draw(7, 3), draw(7, 3));
        assert_ne!(draw(7, 3), draw(8, 3));
        assert_ne!(draw(7, 3), draw(7, 4));
    }

    #[test]
    fn a_guid_has_the_usual_shape() {
        let guid = Random::of(1, 2, 3).guid();
        let lengths: Vec<usize> = guid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }
}
