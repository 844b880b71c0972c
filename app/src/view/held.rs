//! Keeps the list still while its data change: nothing moves under the hand.
//! Called by the list with every fresh page of rows. The order, the headings and the rows that were shown stay until the
//! person asks for something else; changes are written into the rows, newcomers come at the end.

use super::{
    map_page::{Feed, MapPage, Row, change_group},
    query::{MapQuery, Sort},
};

/// What became of a row since the list was laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Same,
    /// It came after the list was laid out.
    New,
    /// Something in it changed.
    Changed,
    /// It would not be in a fresh list any more; its last state is shown. Only said where the list has one page: on
    /// a longer one the row may merely have moved to another page.
    Gone,
}

/// A row as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub row: Row,
    /// The heading it stands under.
    pub group: &'static str,
    pub standing: Standing,
}

/// The heading of people who came after the list was laid out.
fn newcomers() -> &'static str {
    t!("New since the list was sorted", "Neu, seit die Liste sortiert wurde")
}

/// The list as laid out for one query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    key: Option<MapQuery>,
    shown: Vec<Shown>,
    /// Newcomers of a list of several pages: they may come from another page, so they are only counted.
    waiting: u32,
}

impl Held {
    /// Lays out `page` if the query is another one than before, else writes its rows into the places they have.
    /// Taking in the same page twice changes nothing.
    pub fn take_in(&mut self, query: &MapQuery, page: &MapPage) {
        let key = query.listed();
        // A list that is empty or still being filled has nothing that could move under the hand.
        let unsettled = self.shown.is_empty() || matches!(page.feed, Feed::Reading { .. });
        if self.key.as_ref() != Some(&key) || unsettled {
            *self = Held {
                key: Some(key),
                shown: laid_out(query, page),
                waiting: 0,
            };
            return;
        }
        let whole = page.total as usize <= page.rows.len();
        for shown in &mut self.shown {
            match page.rows.iter().find(|r| r.id == shown.row.id) {
                Some(row) if visibly_same(row, &shown.row) => {
                    if shown.standing == Standing::Gone {
                        shown.standing = Standing::Changed;
                    }
                    shown.row = row.clone();
                }
                Some(row) => {
                    shown.row = row.clone();
                    shown.standing = Standing::Changed;
                }
                None if whole => shown.standing = Standing::Gone,
                None => {}
            }
        }
        let mut waiting = 0;
        for row in &page.rows {
            if self.shown.iter().any(|s| s.row.id == row.id) {
                continue;
            }
            if whole {
                self.shown.push(Shown {
                    row: row.clone(),
                    group: newcomers(),
                    standing: Standing::New,
                });
            } else {
                waiting += 1;
            }
        }
        self.waiting = waiting;
    }

    /// Forgets the order: the next page is laid out afresh.
    pub fn reset(&mut self) {
        self.key = None;
    }

    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// People whom a fresh list would have elsewhere than at the end.
    pub fn newcomers(&self) -> u32 {
        self.waiting + self.shown.iter().filter(|s| s.group == newcomers()).count() as u32
    }

    /// Rows with a dot, but for newcomers.
    pub fn changed(&self) -> u32 {
        self.shown
            .iter()
            .filter(|s| matches!(s.standing, Standing::Changed | Standing::Gone))
            .count() as u32
    }

    /// How the row of this person stands; unknown rows are as they were.
    pub fn standing(&self, id: &str) -> Standing {
        self.shown
            .iter()
            .find(|s| s.row.id == id)
            .map_or(Standing::Same, |s| s.standing)
    }

    /// The person looked at it: the dot goes.
    pub fn seen(&mut self, id: &str) {
        for shown in self
            .shown
            .iter_mut()
            .filter(|s| s.row.id == id && matches!(s.standing, Standing::Changed | Standing::New))
        {
            shown.standing = Standing::Same;
        }
    }
}

/// Whether a reader would see a difference. Ages move on by themselves and are none, and neither is a probability that
/// slides by a point or two with time.
fn visibly_same(a: &Row, b: &Row) -> bool {
    let blank = |r: &Row| Row {
        percent: 0,
        data_at: None,
        since: None,
        until: None,
        source: None,
        ..r.clone()
    };
    blank(a) == blank(b) && a.percent.abs_diff(b.percent) <= 2
}

fn laid_out(query: &MapQuery, page: &MapPage) -> Vec<Shown> {
    let heading = |row: &Row| {
        if let Some(group) = row.group {
            group.heading()
        } else if query.sort == Sort::Change {
            change_group(row.changed_at, page.now)
        } else {
            ""
        }
    };
    page.rows
        .iter()
        .map(|row| Shown {
            group: heading(row),
            standing: Standing::Same,
            row: row.clone(),
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::view::{Band, Clock, Counts, Feed, Grade, Histogram, Instant, Mark, Precision, Undrawn};

    pub(crate) fn row(id: &str, place: &str, changed_at: i64) -> Row {
        Row {
            id: id.into(),
            name: format!("Name {id}"),
            mark: Mark::of(Grade::Booked),
            place: place.into(),
            precision: Precision::City,
            next: None,
            percent: 80,
            band: Band::Likely,
            changed_at: Instant(changed_at),
            data_at: None,
            company: None,
            group: None,
            since: None,
            until: None,
            source: None,
            reach: None,
        }
    }

    fn page(rows: Vec<Row>) -> MapPage {
        MapPage {
            now: Instant(100_000),
            at: Instant(100_000),
            counts: Counts::default(),
            data_at: None,
            total: rows.len() as u32,
            rows,
            places: vec![],
            undrawn: Undrawn::default(),
            histogram: Histogram::default(),
            clock: Clock::default(),
            feed: Feed::Connected,
            incident: None,
        }
    }

    fn ids(held: &Held) -> Vec<(&str, Standing)> {
        held.shown().iter().map(|s| (s.row.id.as_str(), s.standing)).collect()
    }

    #[test]
    fn a_live_change_marks_a_row_and_moves_nothing() {
        let (mut held, query) = (Held::default(), MapQuery::default());
        held.take_in(&query, &page(vec![row("a", "Rome", 9), row("b", "Oslo", 8)]));
        let fresh = page(vec![row("c", "Bonn", 99), row("b", "Paris", 98), row("a", "Rome", 9)]);
        held.take_in(&query, &fresh);
        assert_eq!(
            ids(&held),
            [("a", Standing::Same), ("b", Standing::Changed), ("c", Standing::New)]
        );
        assert_eq!(held.shown()[1].row.place, "Paris");
        assert_eq!((held.newcomers(), held.changed()), (1, 1));
        let once = held.clone();
        held.take_in(&query, &fresh);
        assert_eq!(held, once);
    }

    #[test]
    fn an_empty_list_and_one_being_filled_are_laid_out_as_people_come() {
        let (mut held, query) = (Held::default(), MapQuery::default());
        held.take_in(&query, &page(vec![]));
        held.take_in(&query, &page(vec![row("a", "Rome", 9)]));
        assert_eq!(ids(&held), [("a", Standing::Same)]);
        let filling = |rows| MapPage {
            feed: Feed::Reading { waiting: 5 },
            ..page(rows)
        };
        held.take_in(&query, &filling(vec![row("b", "Oslo", 10), row("a", "Rome", 9)]));
        assert_eq!(ids(&held), [("b", Standing::Same), ("a", Standing::Same)]);
    }

    #[test]
    fn who_left_stays_in_place_until_asked_for() {
        let (mut held, query) = (Held::default(), MapQuery::default());
        held.take_in(&query, &page(vec![row("a", "Rome", 9), row("b", "Oslo", 8)]));
        held.take_in(&query, &page(vec![row("b", "Oslo", 8)]));
        assert_eq!(ids(&held), [("a", Standing::Gone), ("b", Standing::Same)]);
        held.reset();
        held.take_in(&query, &page(vec![row("b", "Oslo", 8)]));
        assert_eq!(ids(&held), [("b", Standing::Same)]);
    }

    #[test]
    fn a_row_that_may_be_on_another_page_is_not_called_gone() {
        let (mut held, query) = (Held::default(), MapQuery::default());
        let long = |rows| MapPage {
            total: 500,
            ..page(rows)
        };
        held.take_in(&query, &long(vec![row("a", "Rome", 9), row("b", "Oslo", 8)]));
        held.take_in(&query, &long(vec![row("c", "Bonn", 10), row("a", "Rome", 9)]));
        assert_eq!(ids(&held), [("a", Standing::Same), ("b", Standing::Same)]);
        assert_eq!(held.newcomers(), 1);
    }

    #[test]
    fn another_question_is_laid_out_afresh_but_opening_a_person_is_not_one() {
        let (mut held, query) = (Held::default(), MapQuery::default());
        held.take_in(&query, &page(vec![row("a", "Rome", 9), row("b", "Oslo", 8)]));
        let other_way = page(vec![row("b", "Oslo", 8), row("a", "Rome", 9)]);
        held.take_in(&query.with_person(Some("a")), &other_way);
        assert_eq!(ids(&held)[0].0, "a");
        held.take_in(&query.with_sort(Sort::Name), &other_way);
        assert_eq!(ids(&held)[0].0, "b");
        assert_eq!(held.shown()[0].group, "");
    }

    #[test]
    fn a_probability_that_slides_with_time_is_no_change() {
        let (mut held, query) = (Held::default(), MapQuery::default());
        held.take_in(&query, &page(vec![row("a", "Rome", 9)]));
        held.take_in(
            &query,
            &page(vec![Row {
                percent: 79,
                ..row("a", "Rome", 9)
            }]),
        );
        assert_eq!(ids(&held), [("a", Standing::Same)]);
        held.take_in(
            &query,
            &page(vec![Row {
                percent: 50,
                ..row("a", "Rome", 9)
            }]),
        );
        assert_eq!(ids(&held), [("a", Standing::Changed)]);
        held.seen("a");
        assert_eq!(held.changed(), 0);
    }
}
