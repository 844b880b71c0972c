//! Sums of one traveler, from which every metric of §14.3 is a ratio (R260–R264, R266).
//! Called by `walk` (adds), `report` and `gate` (read).
//! Always holds: sums add up over travelers, so that intervals can be resampled by traveler (R275).

use std::ops::AddAssign;

use crate::sandbox::papers::Channel;

/// What hours are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slice {
    /// Away hours of journeys that some channel told of by then: what targets are about.
    Away,
    /// Away hours of which no channel told.
    Unheard,
    /// Every hour.
    All,
    /// Away hours of journeys that this channel told of.
    By(Channel),
    /// Away hours as known so many hours before the journey began (negative: after it ended) (R258).
    Ahead(i64),
    /// Away hours of test travelers (R255).
    Test,
    /// Away hours of journeys that a held-out operator struck.
    HeldOutOperator,
    /// Away hours of journeys that the held-out channel told of.
    HeldOutChannel,
}

macro_rules! sums {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// Weighted counts.
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct Score { $($(#[$doc])* pub $name: f64),+ }

        impl AddAssign<&Score> for Score {
            fn add_assign(&mut self, other: &Score) { $(self.$name += other.$name;)+ }
        }

        impl Score {
            /// Every sum, in order.
            pub fn values(&self) -> Vec<f64> { vec![$(self.$name),+] }

            /// From sums in order; missing ones are 0.
            pub fn from_values(values: &[f64]) -> Score {
                let mut values = values.iter().copied();
                Score { $($name: values.next().unwrap_or(0.0)),+ }
            }
        }
    };
}

sums! {
    /// Hours.
    hours,
    /// Hours whose best class is right.
    right,
    /// Hours on the ground, in some city.
    ground,
    /// … of which the city is right.
    ground_right,
    /// Hours in some country.
    land,
    /// … of which the country is right.
    land_right,
    /// Answers with p ≥ .90.
    sure,
    /// … that are wrong.
    sure_wrong,
    /// Countries with p ≥ .90.
    sure_land,
    /// … that are wrong.
    sure_land_wrong,
    /// Hours on the ground in which the true city had p < .05.
    missed,
    /// Sum of Brier scores over all classes.
    brier,
    /// Sum of log losses, floored at 1e-4.
    log_loss,
    /// Answers with a region of p ≥ .8.
    set,
    /// … that hold the truth.
    set_right,
    /// Sum of the logarithms of their radii, km.
    set_log_km,
    /// Hours of the night in a known bed.
    bed,
    /// … in which the answer is that bed.
    bed_right,
    /// … in which the answer is another bed.
    bed_wrong,
}

/// A ratio of two sums.
#[derive(Clone, Copy)]
pub struct Metric {
    pub name: &'static str,
    pub of: fn(&Score) -> (f64, f64),
    pub higher_is_better: bool,
    /// What *usual* has to reach over away hours.
    pub target: Option<f64>,
    /// Digits after the point.
    pub percent: bool,
}

impl Metric {
    /// R261–R264 and R266.
    pub const ALL: [Metric; 12] = [
        metric(
            "city right, on the ground (R261)",
            |s| (s.ground_right, s.ground),
            true,
            Some(0.93),
        ),
        metric("class right, on the way included", |s| (s.right, s.hours), true, None),
        metric("country right (R261)", |s| (s.land_right, s.land), true, Some(0.97)),
        metric(
            "false certainty, city (R262)",
            |s| (s.sure_wrong, s.sure),
            false,
            Some(0.02),
        ),
        metric(
            "false certainty, country",
            |s| (s.sure_land_wrong, s.sure_land),
            false,
            Some(0.02),
        ),
        metric("missed presence (R263)", |s| (s.missed, s.ground), false, Some(0.01)),
        metric("sure answers (p ≥ .90), of hours", |s| (s.sure, s.hours), true, None),
        Metric {
            percent: false,
            ..metric("Brier (R264)", |s| (s.brier, s.hours), false, None)
        },
        Metric {
            percent: false,
            ..metric("log loss", |s| (s.log_loss, s.hours), false, None)
        },
        metric("coverage of the .8 region (R266)", |s| (s.set_right, s.set), true, None),
        metric("bed right, by night (R261)", |s| (s.bed_right, s.bed), true, None),
        metric("another bed named", |s| (s.bed_wrong, s.bed), false, None),
    ];

    /// The value for some sums.
    pub fn value(&self, score: &Score) -> f64 {
        let (part, whole) = (self.of)(score);
        if whole > 0.0 { part / whole } else { f64::NAN }
    }

    /// As people read it.
    pub fn show(&self, value: f64) -> String {
        match (value.is_nan(), self.percent) {
            (true, _) => "–".to_owned(),
            (_, true) => format!("{:.1} %", value * 100.0),
            (_, false) => format!("{value:.3}"),
        }
    }
}

const fn metric(
    name: &'static str,
    of: fn(&Score) -> (f64, f64),
    higher_is_better: bool,
    target: Option<f64>,
) -> Metric {
    Metric {
        name,
        of,
        higher_is_better,
        target,
        percent: true,
    }
}

/// The 95 % interval of a ratio, travelers drawn anew 400 times (R275).
pub fn interval(scores: &[Score], value: impl Fn(&Score) -> f64) -> (f64, f64) {
    resampled(scores.len(), |drawn| {
        let mut sum = Score::default();
        drawn.iter().for_each(|index| sum += &scores[*index]);
        value(&sum)
    })
}

/// The 2.5th and 97.5th of a hundred values of a statistic of indexes drawn with replacement; the draws are always the same.
pub fn resampled(count: usize, value: impl Fn(&[usize]) -> f64) -> (f64, f64) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut values: Vec<f64> = (0..400)
        .map(|_| {
            let drawn: Vec<usize> = (0..count).map(|_| (next() % count.max(1) as u64) as usize).collect();
            value(&drawn)
        })
        .filter(|value| !value.is_nan())
        .collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        values
            .get((values.len() as f64 * share) as usize)
            .copied()
            .unwrap_or(f64::NAN)
    };
    (at(0.025), at(0.975))
}
