//! The summary of a presence row: what maps and lists show of an episode, as one line of text.
//! Written with the row, read by `presence_at`, which fetches thousands of lines at once.
//! Holds always: reading needs no JSON, and the cities' order is decided at the instant asked about, not when written.

use super::{PresenceAt, StoreError, time};
use crate::whereabouts::{Episode, Grade, Move, Place, PlaceKind, Ramp, State};
use chrono::{DateTime, Utc};

/// Between the fields of a line.
pub(super) const FIELD: char = '\u{1f}';
/// Between lines.
pub(super) const LINE: char = '\u{1e}';

/// The least share of its city that an address must hold to be told.
const MOST: f64 = 0.5;

/// The next move after an episode, as its row tells it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Next {
    /// When it starts.
    pub(super) at: DateTime<Utc>,
    /// Where it goes.
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
        for hypothesis in hypotheses {
            line.place(&hypothesis.place)
                .ramp(hypothesis.p)
                .text(grade_word(hypothesis.grade));
            match hypothesis.venue.as_ref().filter(|(_, share)| *share >= MOST) {
                Some((venue, share)) => line.float(*share).place(venue),
                None => line.text(""),
            };
        }
        line.0
    }
}

/// The row of name, login and a written line, at one instant.
pub(super) fn read(line: &str, at: DateTime<Utc>) -> Result<PresenceAt, StoreError> {
    let mut fields = Reader(Some(line));
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
        _ => Some(fields.place()?.owned()?),
    };
    let (first, second) = fields.two_most_probable(now)?;

    let (place, p, grade, venue) = match first {
        Some(first) => (
            Some(first.spot.owned()?),
            first.p,
            Some(grade_of(first.grade).ok_or_else(broken)?),
            first
                .venue
                .map(|(spot, share)| spot.owned().map(|place| (place, share)))
                .transpose()?,
        ),
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
        other_city: second.as_ref().map(|other| other.spot.name.to_owned()),
        other_p: second.as_ref().map(|other| other.p),
        home_place,
    })
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

/// A place as the line has it.
struct Spot<'a> {
    kind: &'a str,
    code: &'a str,
    name: &'a str,
    country: &'a str,
    point: Option<[f64; 2]>,
    radius_km: f64,
    key: &'a str,
}

impl Spot<'_> {
    fn owned(&self) -> Result<Place, StoreError> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Place {
            kind: kind_of(self.kind).ok_or_else(broken)?,
            code: some(self.code),
            name: self.name.to_owned(),
            country: some(self.country),
            point: self.point,
            radius_km: self.radius_km,
            city_key: some(self.key),
        })
    }
}

/// A possible city; only the most probable one becomes owned text.
struct City<'a> {
    spot: Spot<'a>,
    p: f64,
    grade: &'a str,
    venue: Option<(Spot<'a>, f64)>,
}

struct Writer(String);

impl Writer {
    fn text(&mut self, text: &str) -> &mut Self {
        if !self.0.is_empty() {
            self.0.push(FIELD);
        }
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
        self.text(&value.to_string())
    }

    fn ramp(&mut self, ramp: Ramp) -> &mut Self {
        self.float(ramp.from).float(ramp.until)
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
        self.text(kind_word(place.kind))
            .text(place.code.as_deref().unwrap_or_default())
            .text(&place.name);
        self.text(place.country.as_deref().unwrap_or_default())
            .point(place.point)
            .float(place.radius_km);
        self.text(place.city_key.as_deref().unwrap_or_default())
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
        self.text()?.parse().map_err(|_| broken())
    }

    fn ramp(&mut self) -> Result<Ramp, StoreError> {
        Ok(Ramp {
            from: self.float()?,
            until: self.float()?,
        })
    }

    fn point(&mut self) -> Result<Option<[f64; 2]>, StoreError> {
        match (self.text()?, self.text()?) {
            ("", _) | (_, "") => Ok(None),
            (lon, lat) => Ok(Some([
                lon.parse().map_err(|_| broken())?,
                lat.parse().map_err(|_| broken())?,
            ])),
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

    fn place(&mut self) -> Result<Spot<'a>, StoreError> {
        let kind = self.text()?;
        self.spot(kind)
    }

    fn spot(&mut self, kind: &'a str) -> Result<Spot<'a>, StoreError> {
        Ok(Spot {
            kind,
            code: self.text()?,
            name: self.text()?,
            country: self.text()?,
            point: self.point()?,
            radius_km: self.float()?,
            key: self.text()?,
        })
    }

    /// The cities, to the end of the line. Of equally probable ones the first written counts more (R188).
    fn two_most_probable(&mut self, now: Fraction) -> Result<(Option<City<'a>>, Option<City<'a>>), StoreError> {
        let (mut first, mut second): (Option<City<'a>>, Option<City<'a>>) = (None, None);
        while let Some(kind) = self.next() {
            let city = City {
                spot: self.spot(kind)?,
                p: now.on(self.ramp()?),
                grade: self.text()?,
                venue: match self.text()? {
                    "" => None,
                    share => {
                        let share = share.parse().map_err(|_| broken())?;
                        Some((self.place()?, share))
                    }
                },
            };
            if first.as_ref().is_none_or(|first| city.p > first.p) {
                second = first.replace(city);
            } else if second.as_ref().is_none_or(|second| city.p > second.p) {
                second = Some(city);
            }
        }
        Ok((first, second))
    }
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
