//! Reproducible chance, and the shapes of distributions.

/// A small fast generator (xoshiro256++ by Blackman and Vigna). Nothing secret comes from it.
#[derive(Clone, Debug)]
pub struct Chance([u64; 4]);

impl Chance {
    /// The generator for one purpose within a seed.
    pub fn new(seed: u64, purpose: u64) -> Self {
        // SplitMix64 spreads nearby seeds over the whole state.
        let mut state = seed ^ purpose.wrapping_mul(0xd134_2543_de82_ef95);
        Self(std::array::from_fn(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^ (word >> 31)
        }))
    }

    pub fn word(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// Evenly from 0 up to, and without, 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn part(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly from 0 up to, and without, `end`.
    pub fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.word()) * (end as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Whether something that happens this often happens now.
    pub fn happens(&mut self, share: f64) -> bool {
        self.part() < share
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// How long until something that takes `mean` on average, and often much less.
    pub fn wait(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.part()).ln()
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.word().to_le_bytes()[..part.len()]);
        }
        bytes
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
    }
}

/// Shares `total` out over `parts` as sizes of teams are: the k-th has about 1/k^0.9 of the first
/// (Zipf's law), and everybody has at least one.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are small enough, and rounding down is wanted"
)]
pub fn zipf_sizes(total: usize, parts: usize) -> Vec<usize> {
    let parts = parts.clamp(1, total.max(1));
    let spare = total.max(parts) - parts;
    let weights: Vec<f64> = (1..=parts).map(|k| (k as f64).powf(-0.9)).collect();
    let all: f64 = weights.iter().sum();
    let mut sizes: Vec<usize> = weights
        .iter()
        .map(|weight| 1 + (spare as f64 * weight / all) as usize)
        .collect();
    let given: usize = sizes.iter().sum();
    let missing = total.max(parts) - given;
    for size in sizes.iter_mut().take(missing) {
        *size += 1;
    }
    sizes
}

/// When, between 0 and 1, the part `at` of all that ever happened had happened: use grows to three
/// times of what it was at the beginning.
pub fn grown(at: f64) -> f64 {
    // The density 1/2 + x has the distribution x/2 + x^2/2, whose inverse this is.
    ((1.0 + 8.0 * at.clamp(0.0, 1.0)).sqrt() - 1.0) / 2.0
}

/// The instant within a day that has this part of the day's work behind it: most happens from 8 to 18.
pub fn working_hours(part: f64) -> f64 {
    const POINTS: [(f64, f64); 4] = [
        (0.0, 0.0),
        (0.1, 8.0 / 24.0),
        (0.85, 18.0 / 24.0),
        (1.0, 1.0),
    ];
    let part = part.clamp(0.0, 1.0);
    for pair in POINTS.windows(2) {
        let ((from, from_time), (to, to_time)) = (pair[0], pair[1]);
        if part <= to {
            return from_time + (part - from) / (to - from) * (to_time - from_time);
        }
    }
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_and_another_something_else() {
        let draw = |seed, purpose| Chance::new(seed, purpose).bytes::<16>();
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }

    #[test]
    fn draws_are_even() {
        let mut chance = Chance::new(7, 0);
        let mut counts = [0; 10];
        let mut sum = 0.0;
        for _ in 0..100_000 {
            counts[chance.below(10)] += 1;
            sum += chance.part();
        }
        assert!(
            counts.iter().all(|count| (9_500..10_500).contains(count)),
            "{counts:?}"
        );
        assert!((sum / 100_000.0 - 0.5).abs() < 0.01);
        let waits: f64 = (0..100_000).map(|_| chance.wait(3.0)).sum();
        assert!((waits / 100_000.0 - 3.0).abs() < 0.1);
    }

    #[test]
    fn a_shuffle_keeps_everything() {
        let mut all: Vec<u32> = (0..1000).collect();
        Chance::new(1, 1).shuffle(&mut all);
        assert_ne!(all, (0..1000).collect::<Vec<_>>());
        all.sort_unstable();
        assert_eq!(all, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn a_few_workspaces_are_large_and_all_have_someone() {
        let sizes = zipf_sizes(10_000, 100);
        assert_eq!(sizes.iter().sum::<usize>(), 10_000);
        assert!(sizes.is_sorted_by(|a, b| a >= b) && sizes[99] >= 1);
        assert!(sizes[0] > 10 * sizes[50], "{} and {}", sizes[0], sizes[50]);
        assert!(sizes.iter().take(10).sum::<usize>() > 4_000);
        assert_eq!(zipf_sizes(3, 10), [1, 1, 1]);
        assert_eq!(zipf_sizes(5, 1), [5]);
    }

    #[test]
    fn history_grows_and_people_sleep() {
        assert!(grown(0.0).abs() < 1e-9 && (grown(1.0) - 1.0).abs() < 1e-9);
        // Half of everything happened in the last 38 % of the time.
        assert!((grown(0.5) - 0.618).abs() < 0.001);
        let times: Vec<f64> = (0..=100)
            .map(|at| working_hours(f64::from(at) / 100.0))
            .collect();
        assert!(times.is_sorted() && times[0].abs() < 1e-9 && (times[100] - 1.0).abs() < 1e-9);
        let by_day = times
            .iter()
            .filter(|time| (0.33..0.75).contains(*time))
            .count();
        assert!(by_day > 70, "{by_day}");
    }
}
