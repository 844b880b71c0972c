//! From episodes to answers: one instant, one calendar day (R39, R180–R187).
//! Called by the store's readers, the REST interface and `locate`.
//! Always holds: an answer's parts add up to 1 at an instant; no country is less probable than a city in it (R180).

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::place::Zone;

use super::judgement::Judgement;
use super::times::{Span, day_span, instant};
use super::{
    Answer, Band, CountryLikely, Episode, Hypothesis, Likely, Place, PlaceKind, Region, State, Timeline, Whereabouts,
    region,
};

/// R187: the second place is probable enough, and far enough away.
pub(super) fn conflict<'p>(j: &Judgement, places: impl Iterator<Item = (&'p Place, f64)>) -> bool {
    let mut likely: Vec<(&Place, f64)> = places.filter(|(_, p)| *p >= j.conflict_p).collect();
    likely.sort_by(|a, b| b.1.total_cmp(&a.1));
    let Some((first, rest)) = likely.split_first() else {
        return false;
    };
    let at = |place: &Place| place.point.map(region::lonlat);
    rest.iter().any(|(other, _)| {
        at(first.0)
            .zip(at(other))
            .is_some_and(|(a, b)| a.distance_km(b) > j.conflict_km)
    })
}

fn round(p: f64) -> f64 {
    (p * 1e6).round() / 1e6
}

/// Countries of hypotheses and home, most probable first (R180).
fn countries<'h>(parts: impl Iterator<Item = (&'h Hypothesis, f64)>, home: Option<(&str, f64)>) -> Vec<CountryLikely> {
    let mut found: Vec<CountryLikely> = Vec::new();
    let mut add = |code: &str, p: f64| match found.iter_mut().find(|known| known.code == code) {
        Some(known) => known.p += p,
        None => found.push(CountryLikely {
            code: code.to_owned(),
            p,
        }),
    };
    for (hypothesis, p) in parts {
        hypothesis.shares().for_each(|(country, share)| add(country, p * share));
    }
    if let Some((country, p)) = home {
        add(country, p);
    }
    found.retain(|country| country.p > 0.0);
    found
        .iter_mut()
        .for_each(|country| country.p = round(country.p.min(1.0)));
    found.sort_by(|a, b| b.p.total_cmp(&a.p).then_with(|| a.code.cmp(&b.code)));
    found
}

impl Episode {
    /// The answer at `t`; outside of the episode its nearer end counts.
    pub fn at(&self, t: DateTime<Utc>) -> Whereabouts {
        let j = &Judgement::CURRENT;
        let length = (self.until - self.from).num_milliseconds().max(1) as f64;
        let fraction = ((t - self.from).num_milliseconds() as f64 / length).clamp(0.0, 1.0);
        let parts: Vec<(&Hypothesis, f64)> = self.hypotheses.iter().map(|h| (h, h.p.at(fraction))).collect();
        let (home, in_transit, unknown) = (
            self.home.at(fraction),
            self.in_transit.at(fraction),
            self.unknown.at(fraction),
        );
        let home_country = self.home_place.as_ref().and_then(|place| place.country.as_deref());
        let countries = countries(parts.iter().copied(), home_country.map(|country| (country, home)));
        let mut hypotheses: Vec<Likely> = parts
            .iter()
            .filter(|(_, p)| *p >= 1e-6)
            .map(|(h, p)| Likely {
                place: h.place.clone(),
                p: round(*p),
                grade: h.grade,
            })
            .collect();
        hypotheses.sort_by(|a, b| {
            b.p.total_cmp(&a.p)
                .then_with(|| (&a.place.code, &a.place.name).cmp(&(&b.place.code, &b.place.name)))
        });
        let answer = self.answer(j, &parts, (home, in_transit, unknown), &countries, t);
        let top = hypotheses.first().map_or(0.0, |h| h.p).max(home).max(in_transit);
        let band = Band::of(answer.as_ref().map_or(top, |answer| answer.p));
        let conflict = conflict(j, parts.iter().map(|(h, p)| (h.place.as_ref(), *p)));
        let region = match (&self.state, &self.move_) {
            (State::InTransit, Some(leg)) => region::corridor(j, leg, Some(t)),
            _ => self.region.clone(),
        };
        Whereabouts {
            state: self.state,
            answer,
            hypotheses,
            countries,
            home: round(home),
            in_transit: round(in_transit),
            unknown: round(unknown),
            band,
            conflict,
            since: Some(self.from),
            until: Some(self.until),
            source_as_of: self.source_as_of,
            evidence: self.evidence.clone(),
            region,
            move_: self.move_.clone(),
        }
    }

    /// R186: the smallest region that is probable enough, else the best that is known.
    fn answer(
        &self,
        j: &Judgement,
        parts: &[(&Hypothesis, f64)],
        (home, in_transit, unknown): (f64, f64, f64),
        countries: &[CountryLikely],
        t: DateTime<Utc>,
    ) -> Option<Answer> {
        let best = parts.iter().max_by(|a, b| a.1.total_cmp(&b.1)).copied();
        let best_p = best.map_or(0.0, |(_, p)| p);
        if in_transit > best_p && in_transit > home && in_transit >= unknown {
            return self.on_the_way(j, in_transit, t);
        }
        if home > best_p && home >= unknown {
            return self.home_place.as_ref().map(|place| answer(place, home));
        }
        if let Some((hypothesis, p)) = best.filter(|(_, p)| *p + 1e-9 >= j.answer_p) {
            let venue = hypothesis.venue.as_ref().map(|(venue, share)| (venue, share * p));
            return Some(match venue.filter(|(_, p)| *p + 1e-9 >= j.answer_p) {
                Some((venue, p)) => answer(venue, p),
                None => answer(&hypothesis.place, p),
            });
        }
        let country = countries.first().filter(|country| country.p + 1e-9 >= j.answer_p);
        if let (Some(country), Some((hypothesis, _))) = (country, best) {
            let point = hypothesis
                .place
                .point
                .filter(|_| hypothesis.place.country.as_deref() == Some(country.code.as_str()));
            let name = crate::place::CountryCode::parse(&country.code)
                .and_then(|code| crate::place::Gazetteer::embedded().country(code))
                .map_or_else(|| country.code.clone(), |known| known.name.clone());
            return Some(Answer {
                kind: PlaceKind::Country,
                code: Some(country.code.clone()),
                name,
                country: Some(country.code.clone()),
                p: round(country.p),
                radius_km: 500.0,
                point,
            });
        }
        best.filter(|(_, p)| *p >= unknown.max(home))
            .map(|(hypothesis, p)| answer(&hypothesis.place, p))
    }

    /// Between two places; with a point on the way only for an identified leg (R25, R200).
    fn on_the_way(&self, j: &Judgement, p: f64, t: DateTime<Utc>) -> Option<Answer> {
        let leg = self.move_.as_ref()?;
        let radius = match region::corridor(j, leg, Some(t)) {
            Region::Corridor { half_width_km, .. } => half_width_km,
            Region::Circle { radius_km, .. } => radius_km,
            _ => 0.0,
        };
        let at = region::position(leg, t).map(|at| [at.lon, at.lat]);
        let between = leg
            .from
            .point
            .zip(leg.to.point)
            .map(|(a, b)| region::lonlat(a).distance_km(region::lonlat(b)) / 2.0);
        Some(Answer {
            kind: PlaceKind::Region,
            code: None,
            name: format!("between {} and {}", leg.from.name, leg.to.name),
            country: None,
            p: round(p),
            radius_km: if at.is_some() {
                radius
            } else {
                between.unwrap_or(0.0).max(radius)
            },
            point: at,
        })
    }
}

fn answer(place: &Place, p: f64) -> Answer {
    Answer {
        kind: place.kind,
        code: place.code.clone(),
        name: place.name.clone(),
        country: place.country.clone(),
        p: round(p),
        radius_km: place.radius_km,
        point: place.point,
    }
}

impl Timeline {
    /// The answer at one instant. Outside of all episodes R159 holds.
    pub fn at(&self, t: DateTime<Utc>) -> Whereabouts {
        let next = self.episodes.partition_point(|episode| episode.until <= t);
        match self.episodes.get(next).filter(|episode| episode.from <= t) {
            Some(episode) => episode.at(t),
            None => self.idle(t).at(t),
        }
    }

    /// R159 outside of everything that is known.
    pub(super) fn idle(&self, t: DateTime<Utc>) -> Episode {
        Episode {
            from: t,
            until: t
                .checked_add_signed(Duration::days(1))
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
            state: if self.home_p >= 0.5 {
                State::Home
            } else {
                State::Unknown
            },
            hypotheses: Vec::new(),
            home: super::Ramp::flat(self.home_p),
            in_transit: super::Ramp::flat(0.0),
            unknown: super::Ramp::flat(1.0 - self.home_p),
            region: self.home_place.as_deref().map_or(Region::None, region::circle),
            move_: None,
            conflict: false,
            evidence: Vec::new(),
            source_as_of: None,
            home_place: self.home_place.clone(),
            expected: Vec::new(),
            bedless: None,
        }
    }

    /// The answer for a calendar day (R39): per city the probability of being there at some time of that day *there*; the city where
    /// the day ends, or that a booking names for that day, comes first, the others were "earlier that day".
    pub fn on_day(&self, day: NaiveDate) -> Whereabouts {
        let wide = Span::new(
            day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() - 15 * 3600,
            day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() + 39 * 3600,
        );
        let touching: Vec<&Episode> = self.touching(wide);
        // What counts that day, how it ends, and the hypothesis itself.
        let mut cities: Vec<(Hypothesis, f64, f64)> = Vec::new();
        for episode in &touching {
            for hypothesis in &episode.hypotheses {
                let zone = self.zone_of(&hypothesis.place);
                let span = day_span(day, zone);
                let Some(most) = most_in(episode, span, |f| hypothesis.p.at(f)) else {
                    continue;
                };
                let end = last_in(episode, span, |f| hypothesis.p.at(f)).unwrap_or(0.0);
                match cities.iter_mut().find(|(known, ..)| known.place == hypothesis.place) {
                    Some((known, p, last)) => {
                        if most > *p {
                            *known = hypothesis.clone();
                        }
                        *p = p.max(most);
                        *last = last.max(end);
                    }
                    None => cities.push((hypothesis.clone(), most, end)),
                }
            }
            for expected in episode.expected.iter().filter(|expected| expected.day == day) {
                match cities
                    .iter_mut()
                    .find(|(known, ..)| known.place.city_key == expected.place.city_key)
                {
                    Some((known, p, last)) => {
                        (*p, *last) = (p.max(expected.p), last.max(expected.p));
                        known.grade = known.grade.min(expected.grade);
                    }
                    None => {
                        let hypothesis = Hypothesis {
                            place: expected.place.clone(),
                            p: super::Ramp::flat(expected.p),
                            grade: expected.grade,
                            venue: None,
                            countries: Vec::new(),
                        };
                        cities.push((hypothesis, expected.p, expected.p));
                    }
                }
            }
        }
        cities.retain(|(_, p, _)| *p >= 1e-3);
        cities.sort_by(|a, b| {
            b.2.total_cmp(&a.2)
                .then(b.1.total_cmp(&a.1))
                .then_with(|| (&a.0.place.code, &a.0.place.name).cmp(&(&b.0.place.code, &b.0.place.name)))
        });
        self.day_answer(day, &touching, cities)
    }

    fn day_answer(&self, day: NaiveDate, touching: &[&Episode], cities: Vec<(Hypothesis, f64, f64)>) -> Whereabouts {
        let j = &Judgement::CURRENT;
        let home_zone = self.home_place.as_ref().and_then(|place| self.zone_of(place));
        let home_day = day_span(day, home_zone);
        let most = |f: &dyn Fn(&Episode, f64) -> f64, span: Span| {
            touching
                .iter()
                .filter_map(|e| most_in(e, span, |x| f(e, x)))
                .fold(0.0, f64::max)
        };
        let (home, home_end) = if touching.is_empty() {
            (self.home_p, self.home_p)
        } else {
            let end = touching
                .iter()
                .filter_map(|e| last_in(e, home_day, |x| e.home.at(x)))
                .fold(0.0, f64::max);
            (most(&|e, x| e.home.at(x), home_day), end)
        };
        let zone = cities.first().and_then(|(h, ..)| self.zone_of(&h.place)).or(home_zone);
        let day_there = day_span(day, zone);
        let in_transit = most(&|e, x| e.in_transit.at(x), day_there);
        let unknown = most(&|e, x| e.unknown.at(x), day_there);
        let first = cities.first().filter(|(_, _, end)| *end >= home_end);
        let countries = countries(cities.iter().map(|(h, p, _)| (h, *p)), None);
        let mut countries = countries;
        if let Some(code) = self.home_place.as_ref().and_then(|place| place.country.as_deref()) {
            match countries.iter_mut().find(|known| known.code == code) {
                Some(known) => known.p = known.p.max(round(home)),
                None if home > 0.0 => countries.push(CountryLikely {
                    code: code.to_owned(),
                    p: round(home),
                }),
                None => {}
            }
        }
        countries.sort_by(|a, b| b.p.total_cmp(&a.p).then_with(|| a.code.cmp(&b.code)));
        // The evening tells the day's state; where a city is expected without a time, the answer is that city.
        let evening = self.at(instant(day_there.until));
        let answer = match first {
            Some((hypothesis, p, _)) => Some(answer(&hypothesis.place, *p)),
            // A day on the way from morning to evening is answered by the way.
            None if in_transit > home => evening.answer,
            None => self
                .home_place
                .as_ref()
                .filter(|_| home > 0.0)
                .map(|place| answer(place, home)),
        };
        // A city that is named for the day is where the day is spent, whatever the hour of arrival (R39).
        let away = first.is_some()
            && matches!(
                evening.state,
                State::Home | State::PreDeparture | State::InTransit | State::Unknown
            );
        let conflict = conflict(
            j,
            cities
                .iter()
                .filter(|(_, p, end)| *end >= *p * 0.9)
                .map(|(h, _, end)| (h.place.as_ref(), *end)),
        );
        Whereabouts {
            state: if away { State::Stay } else { evening.state },
            band: Band::of(answer.as_ref().map_or(0.0, |answer| answer.p)),
            answer,
            hypotheses: cities
                .into_iter()
                .map(|(h, p, _)| Likely {
                    place: h.place,
                    p: round(p),
                    grade: h.grade,
                })
                .collect(),
            countries,
            home: round(home),
            in_transit: round(in_transit),
            unknown: round(unknown.clamp(0.0, 1.0)),
            conflict,
            since: Some(instant(day_there.from)),
            until: Some(instant(day_there.until + 60)),
            source_as_of: evening.source_as_of,
            evidence: evening.evidence,
            region: evening.region,
            move_: evening.move_,
        }
    }

    /// Episodes that touch a span.
    pub(super) fn touching(&self, span: Span) -> Vec<&Episode> {
        let first = self
            .episodes
            .partition_point(|episode| episode.until.timestamp() <= span.from);
        self.episodes[first..]
            .iter()
            .take_while(|episode| episode.from.timestamp() <= span.until)
            .collect()
    }

    fn zone_of(&self, place: &Place) -> Option<Zone> {
        let gazetteer = crate::place::Gazetteer::embedded();
        let city = place
            .city_key
            .as_deref()
            .and_then(|key| gazetteer.city_by_key(key))
            .map(|city| city.zone);
        city.or_else(|| place.point.and_then(|point| gazetteer.zone_at(region::lonlat(point))))
    }
}

/// The greatest value of a linear function of an episode within a span; `None` if they do not meet.
pub(super) fn most_in(episode: &Episode, span: Span, value: impl Fn(f64) -> f64) -> Option<f64> {
    let (a, b) = fractions(episode, span)?;
    Some(value(a).max(value(b)))
}

/// The value at the end of the span, if the episode holds it.
fn last_in(episode: &Episode, span: Span, value: impl Fn(f64) -> f64) -> Option<f64> {
    let (from, until) = (episode.from.timestamp(), episode.until.timestamp());
    (from <= span.until && span.until < until).then(|| value((span.until - from) as f64 / (until - from).max(1) as f64))
}

fn fractions(episode: &Episode, span: Span) -> Option<(f64, f64)> {
    let (from, until) = (episode.from.timestamp(), episode.until.timestamp());
    let (a, b) = (from.max(span.from), until.min(span.until));
    if a > b || a >= until && until > from {
        return None;
    }
    let at = |t: i64| (t - from) as f64 / (until - from).max(1) as f64;
    Some((at(a), at(b)))
}
