//! Said against seen: how often answers with a probability were right (R265).
//! Called by `walk` (adds), `report` and `picture` (read).
//! Always holds: bins have the same mass; the count of each is known.

use std::collections::BTreeMap;

/// Answers by probability in steps of a thousandth: how many, and how many were right.
#[derive(Clone, Debug, Default)]
pub struct Diagram(BTreeMap<u16, (f64, f64)>);

/// One bin.
#[derive(Clone, Copy, Debug)]
pub struct Bin {
    pub n: f64,
    /// Mean of what was said.
    pub said: f64,
    /// Share that was right.
    pub seen: f64,
}

impl Diagram {
    /// An answer with this probability, right or wrong.
    pub fn add(&mut self, p: f64, right: bool, weight: f64) {
        let cell = self.0.entry((p * 1000.0).round() as u16).or_default();
        cell.0 += weight;
        cell.1 += if right { weight } else { 0.0 };
    }

    /// Takes another one in.
    pub fn merge(&mut self, other: &Diagram) {
        for (p, (n, right)) in &other.0 {
            let cell = self.0.entry(*p).or_default();
            cell.0 += n;
            cell.1 += right;
        }
    }

    /// How many answers.
    pub fn n(&self) -> f64 {
        self.0.values().map(|(n, _)| n).sum()
    }

    /// Bins of equal mass, as far as answers with one and the same probability allow.
    pub fn bins(&self, count: usize) -> Vec<Bin> {
        let share = self.n() / count as f64;
        let mut bins: Vec<(f64, f64, f64)> = Vec::new();
        let mut full = true;
        for (p, (n, right)) in &self.0 {
            if full {
                bins.push((0.0, 0.0, 0.0));
            }
            if let Some(bin) = bins.last_mut() {
                bin.0 += n;
                bin.1 += n * f64::from(*p) / 1000.0;
                bin.2 += right;
                full = bin.0 >= share - 1e-9;
            }
        }
        bins.into_iter()
            .filter(|(n, ..)| *n > 0.0)
            .map(|(n, said, right)| Bin {
                n,
                said: said / n,
                seen: right / n,
            })
            .collect()
    }

    /// Expected calibration error with 15 bins.
    pub fn ece(&self) -> f64 {
        let n = self.n();
        self.bins(15)
            .iter()
            .map(|bin| bin.n / n * (bin.said - bin.seen).abs())
            .sum()
    }

    /// Precision–recall area of a list sorted by p.
    pub fn pr_area(&self) -> f64 {
        let all: f64 = self.0.values().map(|(_, right)| right).sum();
        let (mut listed, mut found, mut area) = (0.0, 0.0, 0.0);
        for (n, right) in self.0.values().rev() {
            listed += n;
            found += right;
            area += right / all.max(1.0) * (found / listed);
        }
        area
    }

    /// Reliability, resolution and uncertainty of the best class (Murphy).
    pub fn murphy(&self) -> (f64, f64, f64) {
        let n = self.n();
        let base = self.0.values().map(|(_, right)| right).sum::<f64>() / n;
        let bins = self.bins(15);
        let reliability = bins
            .iter()
            .map(|bin| bin.n * (bin.said - bin.seen).powi(2))
            .sum::<f64>()
            / n;
        let resolution = bins.iter().map(|bin| bin.n * (bin.seen - base).powi(2)).sum::<f64>() / n;
        (reliability, resolution, base * (1.0 - base))
    }

    /// How many lie at p or above, and how many of them were right.
    pub fn above(&self, p: f64) -> (f64, f64) {
        let least = (p * 1000.0).round() as u16;
        let cells = self.0.range(least..);
        cells.fold((0.0, 0.0), |(n, right), (_, cell)| (n + cell.0, right + cell.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r265_what_is_said_is_compared_with_what_is_seen() {
        let mut honest = Diagram::default();
        let mut boaster = Diagram::default();
        for tenth in 1..=9 {
            for answer in 0..100 {
                honest.add(f64::from(tenth) / 10.0, answer < tenth * 10, 1.0);
                boaster.add(0.95, answer < tenth * 10, 1.0);
            }
        }
        assert!(honest.ece() < 1e-9, "{}", honest.ece());
        assert!((boaster.ece() - 0.45).abs() < 1e-9);
        assert_eq!(honest.bins(15).iter().map(|bin| bin.n).sum::<f64>(), 900.0);
        assert_eq!(boaster.bins(15).len(), 1);
    }

    #[test]
    fn r264_the_parts_of_a_score_add_up() {
        let mut diagram = Diagram::default();
        for answer in 0..200 {
            diagram.add(0.8, answer % 2 == 0, 1.0);
            diagram.add(0.2, answer % 10 == 0, 1.0);
        }
        let (reliability, resolution, uncertainty) = diagram.murphy();
        let brier = (200.0 * (0.5 * 0.04 + 0.5 * 0.64) + 200.0 * (0.1 * 0.64 + 0.9 * 0.04)) / 400.0;
        assert!((reliability - resolution + uncertainty - brier).abs() < 1e-9);
    }
}
