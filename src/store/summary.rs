//! The summary of a presence row: what maps and lists show of an episode, as one line of text.
//! Written with the row, read by `presence_at`, which fetches thousands of lines at once.
//! Holds always: reading needs no JSON, and the cities' order is decided at the instant asked about, not when written:
//! only what no instant can ask for is left out.

use super::{PresenceAt, StoreError, time};
use crate::whereabouts::{Episode, Grade, Hypothesis, Move, Place, PlaceKind, Ramp, Region, State};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Between the fields of a line.
pub(super) const FIELD: char = '\u{1f}';
/// Between lines.
pub(super) const LINE: char = '\u{1e}';

/// Before each city.
const CITY: char = '\u{1d}';

/// Numbers are written as so many parts of one: short, and read as integers. Probabilities have no more digits than that;
/// of a degree it is a tenth of a metre.
const PARTS: f64 = 1e6;

/// The least share of its city that an address must hold to be told.
const MOST: f64 = 0.5;

/// The next move after an episode, as its row tells it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Next {
    /// When it starts.
    pub(super) at: DateTime<Utc>,
    /// Where it goes: a code, a key, else a name.
    pub(super) to: String,
}

/// Everything that a line says.
pub(super) struct Summary<'a> {
    pub(super) company: &'a str,
    pub(super) traveler: &'a str,
    pub(super) start_at: i64,
    pub(super) end_at: i64,
    pub(super) known_from: i64,
    pub(super) episode: &'a Episode,
    pub(super) next: Option<&'a Next>,
}

impl Summary<'_> {
    /// The line, without name and login, which the row keeps apart because they change.
    pub(super) fn write(&self) -> String {
        let Episode {
            home,
            in_transit,
            unknown,
            hypotheses,
            home_place,
            ..
        } = self.episode;
        let mut line = Writer(String::with_capacity(400));
        line.text(self.traveler).text(self.company);
        line.int(self.start_at).int(self.end_at).int(self.known_from);
        line.text(state_word(self.episode.state))
            .text(if self.episode.conflict { "!" } else { "" });
        line.int_opt(time::ms_opt(self.episode.source_as_of));
        line.ramp(*home).ramp(*in_transit).ramp(*unknown);
        line.way(self.episode.move_.as_deref());
        line.int_opt(self.next.map(|next| time::ms(next.at)));
        line.text(self.next.map_or("", |next| &next.to));
        line.text(if home_place.is_some() { "1" } else { "" });
        if let Some(place) = home_place {
            line.place(place);
        }
        for (index, city) in hypotheses.iter().enumerate() {
            let beaten = hypotheses
                .iter()
                .enumerate()
                .filter(|(other, by)| beats(by.p, city.p, *other < index))
                .count();
            match beaten {
                0 => line.city(city).rest_of_city(city),
                1 => line.city(city),
                _ => &mut line,
            };
        }
        line.0
    }
}

/// Whether one city is more probable than another at every instant. Of equally probable ones the first counts more (R188).
fn beats(one: Ramp, other: Ramp, is_first: bool) -> bool {
    if is_first {
        one.from >= other.from && one.until >= other.until
    } else {
        one.from > other.from && one.until > other.until
    }
}

/// The row of name, login and a written line, at one instant.
pub(super) fn read(line: &str, at: DateTime<Utc>) -> Result<PresenceAt, StoreError> {
    let mut cities = line.split(CITY);
    let mut fields = Reader(cities.next());
    let name = fields.text()?.to_owned();
    let login = fields.owned()?;
    let traveler = fields.text()?.to_owned();
    let company = fields.text()?.to_owned();
    let (start_at, end_at, known_from) = (fields.int()?, fields.int()?, fields.int()?);
    let state = fields.word(state_of)?;
    let conflict = !fields.text()?.is_empty();
    let source_as_of = time::at_opt(fields.int_opt()?)?;
    let now = Fraction::of(at, start_at, end_at);
    let (home, in_transit, unknown) = (now.on(fields.ramp()?), now.on(fields.ramp()?), now.on(fields.ramp()?));
    let way = fields.way()?;
    let (next_at, next_text) = (time::at_opt(fields.int_opt()?)?, fields.owned()?);
    let home_place = match fields.text()? {
        "" => None,
        _ => Some(fields.place()?),
    };
    let (first, second) = two_most_probable(cities, now)?;

    let (place, p, grade, venue) = match first {
        Some(City { name, p, mut rest }) => {
            let (grade, place) = (rest.word(grade_of)?, rest.place_named(name)?);
            let venue = match rest.text()? {
                "" => None,
                share => Some((parts(share)?, rest.place()?)),
            };
            (Some(place), p, Some(grade), venue.map(|(share, place)| (place, share)))
        }
        None => (None, 0.0, None, None),
    };
    Ok(PresenceAt {
        traveler,
        name,
        login,
        company,
        state,
        place,
        p,
        venue,
        grade,
        home,
        in_transit,
        unknown,
        conflict,
        from: time::at(start_at)?,
        until: time::at(end_at)?,
        source_as_of,
        known_from: time::at(known_from)?,
        mode: way.mode,
        identity: way.identity,
        move_from: way.from,
        move_to: way.to,
        departs: way.departs,
        arrives: way.arrives,
        move_from_code: way.from_code,
        move_to_code: way.to_code,
        next_at,
        next_text,
        other_city: second.as_ref().map(|other| other.name.to_owned()),
        other_p: second.as_ref().map(|other| other.p),
        home_place,
    })
}

/// The traveler and the episode of a written line, where nothing leads elsewhere than home.
pub(super) fn at_home(line: &str) -> Result<(String, Episode), StoreError> {
    let mut fields = Reader(Some(line));
    let (traveler, _company) = (fields.text()?.to_owned(), fields.text()?);
    let (start_at, end_at, _known_from) = (fields.int()?, fields.int()?, fields.int()?);
    let state = fields.word(state_of)?;
    let conflict = !fields.text()?.is_empty();
    let source_as_of = time::at_opt(fields.int_opt()?)?;
    let (home, in_transit, unknown) = (fields.ramp()?, fields.ramp()?, fields.ramp()?);
    let (_way, _next_at, _next_text) = (fields.way()?, fields.int_opt()?, fields.text()?);
    let home_place = match fields.text()? {
        "" => None,
        _ => Some(Arc::new(fields.place()?)),
    };
    let episode = Episode {
        from: time::at(start_at)?,
        until: time::at(end_at)?,
        state,
        hypotheses: Vec::new(),
        home,
        in_transit,
        unknown,
        region: Region::None,
        move_: None,
        conflict,
        evidence: Vec::new(),
        source_as_of,
        home_place,
        expected: Vec::new(),
        bedless: None,
    };
    Ok((traveler, episode))
}

/// What lines are ordered by: name, then id.
pub(super) fn order(line: &str) -> (&str, &str) {
    let mut fields = Reader(Some(line));
    let (name, _login, traveler) = (fields.next(), fields.next(), fields.next());
    (name.unwrap_or_default(), traveler.unwrap_or_default())
}

/// How far an instant lies into an episode, 0..=1.
#[derive(Clone, Copy)]
struct Fraction(f64);

impl Fraction {
    fn of(at: DateTime<Utc>, start_at: i64, end_at: i64) -> Fraction {
        let length = (end_at - start_at).max(1) as f64;
        Fraction(((time::ms(at) - start_at) as f64 / length).clamp(0.0, 1.0))
    }

    fn on(self, ramp: Ramp) -> f64 {
        ramp.from + (ramp.until - ramp.from) * self.0
    }
}

/// A move as the line has it.
#[derive(Default)]
struct Way {
    mode: Option<String>,
    identity: Option<String>,
    from: Option<[f64; 2]>,
    to: Option<[f64; 2]>,
    departs: Option<DateTime<Utc>>,
    arrives: Option<DateTime<Utc>>,
    from_code: Option<String>,
    to_code: Option<String>,
}

/// A possible city; only of the most probable one the rest is read.
struct City<'a> {
    name: &'a str,
    p: f64,
    /// Grade, place and venue; nothing, if it is never the most probable one.
    rest: Reader<'a>,
}

/// The two that are most probable, of equally probable ones the first written (R188).
fn two_most_probable<'a>(
    cities: impl Iterator<Item = &'a str>,
    now: Fraction,
) -> Result<(Option<City<'a>>, Option<City<'a>>), StoreError> {
    let (mut first, mut second): (Option<City<'a>>, Option<City<'a>>) = (None, None);
    for city in cities {
        let mut rest = Reader(Some(city));
        let (name, p) = (rest.text()?, now.on(rest.ramp()?));
        let city = City { name, p, rest };
        if first.as_ref().is_none_or(|first| city.p > first.p) {
            second = first.replace(city);
        } else if second.as_ref().is_none_or(|second| city.p > second.p) {
            second = Some(city);
        }
    }
    Ok((first, second))
}

struct Writer(String);

impl Writer {
    fn text(&mut self, text: &str) -> &mut Self {
        if !self.0.is_empty() {
            self.0.push(FIELD);
        }
        self.bare(text)
    }

    fn bare(&mut self, text: &str) -> &mut Self {
        self.0.extend(text.chars().filter(|c| !c.is_control()));
        self
    }

    fn int(&mut self, value: i64) -> &mut Self {
        self.text(&value.to_string())
    }

    fn int_opt(&mut self, value: Option<i64>) -> &mut Self {
        match value {
            Some(value) => self.int(value),
            None => self.text(""),
        }
    }

    fn float(&mut self, value: f64) -> &mut Self {
        self.int((value * PARTS).round() as i64)
    }

    /// The end only if it is another than the start.
    fn ramp(&mut self, ramp: Ramp) -> &mut Self {
        self.float(ramp.from);
        if ramp.until == ramp.from {
            self.text("")
        } else {
            self.float(ramp.until)
        }
    }

    fn point(&mut self, point: Option<[f64; 2]>) -> &mut Self {
        match point {
            Some([lon, lat]) => self.float(lon).float(lat),
            None => self.text("").text(""),
        }
    }

    fn way(&mut self, way: Option<&Move>) -> &mut Self {
        let Some(way) = way else { return self.text("") };
        let code = |place: &Place| place.code.clone().unwrap_or_default();
        self.text(if way.mode.is_empty() { "unknown" } else { &way.mode });
        self.text(way.identity.as_deref().unwrap_or_default());
        self.point(way.from.point).point(way.to.point);
        self.int_opt(time::ms_opt(way.departs))
            .int_opt(time::ms_opt(way.arrives));
        self.text(&code(&way.from)).text(&code(&way.to))
    }

    fn place(&mut self, place: &Place) -> &mut Self {
        self.text(&place.name).place_but_name(place)
    }

    fn place_but_name(&mut self, place: &Place) -> &mut Self {
        self.text(kind_word(place.kind))
            .text(place.code.as_deref().unwrap_or_default());
        self.text(place.country.as_deref().unwrap_or_default())
            .point(place.point)
            .float(place.radius_km);
        self.text(place.city_key.as_deref().unwrap_or_default())
    }

    fn city(&mut self, city: &Hypothesis) -> &mut Self {
        self.0.push(CITY);
        self.bare(&city.place.name).ramp(city.p)
    }

    fn rest_of_city(&mut self, city: &Hypothesis) -> &mut Self {
        self.text(grade_word(city.grade)).place_but_name(&city.place);
        match city.venue.as_ref().filter(|(_, share)| *share >= MOST) {
            Some((venue, share)) => self.float(*share).place(venue),
            None => self.text(""),
        }
    }
}

/// The fields that are left. Fields are short: looking at byte after byte beats any cleverer search.
struct Reader<'a>(Option<&'a str>);

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        match rest.bytes().position(|byte| byte == FIELD as u8) {
            Some(end) => {
                self.0 = rest.get(end + 1..);
                rest.get(..end)
            }
            None => self.0.take(),
        }
    }

    fn text(&mut self) -> Result<&'a str, StoreError> {
        self.next().ok_or_else(broken)
    }

    fn owned(&mut self) -> Result<Option<String>, StoreError> {
        self.text().map(|text| (!text.is_empty()).then(|| text.to_owned()))
    }

    fn int(&mut self) -> Result<i64, StoreError> {
        self.text()?.parse().map_err(|_| broken())
    }

    fn int_opt(&mut self) -> Result<Option<i64>, StoreError> {
        match self.text()? {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| broken()),
        }
    }

    fn float(&mut self) -> Result<f64, StoreError> {
        parts(self.text()?)
    }

    fn ramp(&mut self) -> Result<Ramp, StoreError> {
        let from = self.float()?;
        let until = match self.text()? {
            "" => from,
            until => parts(until)?,
        };
        Ok(Ramp { from, until })
    }

    fn point(&mut self) -> Result<Option<[f64; 2]>, StoreError> {
        match (self.text()?, self.text()?) {
            ("", _) | (_, "") => Ok(None),
            (lon, lat) => Ok(Some([parts(lon)?, parts(lat)?])),
        }
    }

    fn word<T>(&mut self, meaning: fn(&str) -> Option<T>) -> Result<T, StoreError> {
        meaning(self.text()?).ok_or_else(broken)
    }

    fn way(&mut self) -> Result<Way, StoreError> {
        let Some(mode) = self.owned()? else {
            return Ok(Way::default());
        };
        Ok(Way {
            mode: Some(mode),
            identity: self.owned()?,
            from: self.point()?,
            to: self.point()?,
            departs: time::at_opt(self.int_opt()?)?,
            arrives: time::at_opt(self.int_opt()?)?,
            from_code: self.owned()?,
            to_code: self.owned()?,
        })
    }

    fn place(&mut self) -> Result<Place, StoreError> {
        let name = self.text()?;
        self.place_named(name)
    }

    fn place_named(&mut self, name: &str) -> Result<Place, StoreError> {
        Ok(Place {
            name: name.to_owned(),
            kind: self.word(kind_of)?,
            code: self.owned()?,
            country: self.owned()?,
            point: self.point()?,
            radius_km: self.float()?,
            city_key: self.owned()?,
        })
    }
}

/// A number that was written in parts.
fn parts(text: &str) -> Result<f64, StoreError> {
    text.parse::<i64>()
        .map(|parts| parts as f64 / PARTS)
        .map_err(|_| broken())
}

fn broken() -> StoreError {
    StoreError::Inconsistent("a presence row's summary cannot be read".to_owned())
}

/// A word for each value of an enumeration, and back.
macro_rules! word_of {
    ($to:ident, $of:ident, $type:ident { $($variant:ident $word:literal),+ }) => {
        const fn $to(value: $type) -> &'static str {
            match value { $($type::$variant => $word),+ }
        }
        fn $of(word: &str) -> Option<$type> {
            match word { $($word => Some($type::$variant),)+ _ => None }
        }
    };
}
word_of!(state_word, state_of, State {
    Home "h", PreDeparture "d", InTransit "t", Connection "c", Stopover "o", Stay "s", PostArrival "a", Unknown "u"
});
word_of!(grade_word, grade_of, Grade { Confirmed "c", Booked "b", Intent "i", Inferred "f" });
word_of!(kind_word, kind_of, PlaceKind { Venue "v", Airport "a", City "c", Metro "m", Region "r", Country "n" });
