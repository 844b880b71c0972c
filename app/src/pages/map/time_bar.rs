//! The time bar: steps, people away by quarter day, and as of when things are known. Everything is a link, so that it works
//! without JavaScript; with it the bars can be clicked and the flag dragged, to the hour.

use super::{Screen, go_with};
use crate::{
    browser,
    components::icon::{Ico, Icon},
    view::{Bin, Clock, Histogram, Instant, MapPage, time::DAY_S, words::thousands},
};
use leptos::{ev, prelude::*};
use std::sync::Arc;

/// Height of the bars in the drawing's units; a bin is 4 wide.
const HIGH: f64 = 60.0;

#[component]
pub fn TimeBar(screen: Screen, page: StoredValue<MapPage>) -> impl IntoView {
    let query = screen.query;
    let (at, now, bars, clock) = page.with_value(|p| (p.at, p.now, p.histogram.clone(), p.clock.clone()));
    let there = page.with_value(|p| p.incident.as_ref().and_then(|incident| incident.zone.clone()));
    let hour = at.floor(3_600);
    let step = move |hours: i64| move || query.with(|q| q.with_at(Some(hour.plus(hours * 3_600))).href());
    let past = at < now.plus(-60);
    let known_then = move || query.with(|q| q.as_of.is_some());
    view! {
        <section class="time" id="time" tabindex="-1" aria-label=t!("Time", "Zeit")>
            <div class="steps">
                <div class="joined">
                    <a class="button" href=step(-24) data-noscroll="" title=t!("A day back (Shift [)", "Einen Tag zurück (Umschalt [)")>{t!("−1 d", "−1 d")}</a>
                    <a class="button" href=step(-6) data-noscroll="" title=t!("Six hours back ([)", "Sechs Stunden zurück ([)")>"−6 h"</a>
                    <a class="button" href=step(6) data-noscroll="" data-on="" title=t!("Six hours on (])", "Sechs Stunden vor (])")>"+6 h"</a>
                    <a class="button" href=step(24) data-noscroll="" title=t!("A day on (Shift ])", "Einen Tag vor (Umschalt ])")>"+1 d"</a>
                </div>
                <p>
                    <a class="button" href=move || query.with(|q| q.with_at(None).href()) data-noscroll=""
                        aria-current=move || query.with(|q| q.at.is_none().then_some("true"))>{t!("Now", "Jetzt")}</a>
                    <button type="button" class="button js-only play" data-play="" title=t!("Six hours on, again and again (Space)", "Immer wieder sechs Stunden vor (Leertaste)")>
                        <Ico icon=Icon::Play class="on"/><Ico icon=Icon::Pause class="off"/>
                        <span class="sr-only on">{t!("Play", "Abspielen")}</span><span class="sr-only off">{t!("Stop", "Anhalten")}</span>
                    </button>
                    <Clocks screen clock=clock.clone() there/>
                </p>
            </div>
            <Bars screen bars clock at now/>
            <div class="known">
                <h2 id="as-known">{t!("As known", "Kenntnisstand")}</h2>
                <div class="joined" role="group" aria-labelledby="as-known">
                    <a class="button" href=move || query.with(|q| q.with_as_of(None).href()) data-noscroll=""
                        aria-current=move || (!known_then()).then_some("true")>{t!("Now", "Jetzt")}</a>
                    {if past {
                        view! {
                            <a class="button" href=move || query.with(|q| q.with_as_of(Some(at)).href()) data-noscroll=""
                                aria-current=move || known_then().then_some("true")>{t!("At the time", "Damals")}</a>
                        }.into_any()
                    } else {
                        view! { <span class="button" aria-disabled="true" title=t!("For times that have passed", "Für vergangene Zeiten")>{t!("At the time", "Damals")}</span> }.into_any()
                    }}
                </div>
                <small>{t!("People away, by quarter day", "Auf Reisen, je Vierteltag")}</small>
            </div>
        </section>
    }
}

/// On whose clock the bar is read: UTC, that of the reader's browser, that of the place that is asked about.
#[component]
fn Clocks(screen: Screen, clock: Clock, there: Option<String>) -> impl IntoView {
    let query = screen.query;
    let go = go_with();
    let mine = move |_| {
        let zone = browser::zone();
        go(&query.get_untracked().with_clock(zone.as_deref()), false);
    };
    let is_there = clock.zone.is_some() && clock.zone == there;
    let is_mine = clock.zone.is_some() && !is_there;
    let current = |yes: bool| yes.then_some("true");
    let city = clock.city();
    view! {
        <span class="joined clocks" role="group" aria-label=t!("Clock of the time bar", "Uhr der Zeitleiste")>
            <a class="button" href=move || query.with(|q| q.with_clock(None).href()) data-noscroll=""
                aria-current=current(clock.zone.is_none())>"UTC"</a>
            <button type="button" class="button js-only" on:click=mine aria-current=current(is_mine) title=city.filter(|_| is_mine)>{t!("Mine", "Meine")}</button>
            {there.map(|zone| view! {
                <a class="button" href=move || query.with(|q| q.with_clock(Some(&zone)).href()) data-noscroll=""
                    aria-current=current(is_there)>{t!("There", "Dort")}</a>
            })}
        </span>
    }
}

#[component]
fn Bars(screen: Screen, bars: Histogram, clock: Clock, at: Instant, now: Instant) -> impl IntoView {
    let query = screen.query;
    let go = go_with();
    let top = bars.scale();
    let drawing = Drawing::of(&bars.bins, top);
    let width = bars.bins.len() * 4;
    let days = days(&bars, &clock, at, now);
    let highest = bars.bins.iter().map(|b| b.total()).max().unwrap_or(0);
    let summary = tf!(
        "People away by quarter day, at most {}; each day is a link",
        "Personen auf Reisen je Vierteltag, höchstens {}; jeder Tag ist ein Link",
        thousands(highest)
    );
    // Where now is, while another time is shown.
    let now_line = bars
        .position(now)
        .filter(|_| query.with_untracked(|q| q.at.is_some()))
        .map(|share| format!("{:.2}%", share * 100.0));
    // While the flag is dragged it shows where it would go; the address follows when it is let go.
    // Counted references, not values of this component: while new data are awaited the bar still stands under the hand, but
    // what the component owned is gone already, and whoever touched it would end the page.
    let dragged = ArcRwSignal::new(None::<Instant>);
    let held = Arc::new((bars, clock));
    let under = {
        let held = held.clone();
        move |ev: &ev::PointerEvent| held.0.instant(browser::share_of_width(ev))
    };
    let down = {
        let (dragged, under) = (dragged.clone(), under.clone());
        move |ev: ev::PointerEvent| {
            if ev.button() == 0 && ev.is_primary() {
                browser::capture(&ev);
                dragged.set(Some(under(&ev)));
            }
        }
    };
    let moves = {
        let dragged = dragged.clone();
        move |ev: ev::PointerEvent| {
            if dragged.get_untracked().is_some() {
                dragged.set(Some(under(&ev)));
            }
        }
    };
    let up = {
        let dragged = dragged.clone();
        move |_: ev::PointerEvent| {
            if let Some(to) = dragged.get_untracked() {
                dragged.set(None);
                go(&query.get_untracked().with_at(Some(to)), false);
            }
        }
    };
    let cancel = {
        let dragged = dragged.clone();
        move |_| dragged.set(None)
    };
    // The pointer goes to the hour it is over; the keyboard and pages without JavaScript follow the links to days.
    let click = move |ev: ev::MouseEvent| {
        if ev.detail() > 0 {
            ev.prevent_default();
        }
    };
    let flag = move || {
        let dragged = dragged.get();
        let shown = dragged.unwrap_or(at);
        let (bars, clock) = &*held;
        let share = bars.position(shown)?;
        let time = clock.at(shown);
        let is_now = dragged.is_none() && query.with(|q| q.at.is_none());
        Some((
            share,
            if is_now {
                tf!("now · {}", "jetzt · {}", time.clock())
            } else {
                time.short(now)
            },
        ))
    };
    let day_links = days.into_iter().map(|day| {
        let noon = day.from.plus(DAY_S / 2);
        // Links to the named days only: each is as wide as two days, so that it can be hit.
        let link = day.label.map(|label| {
            view! { <a href=move || query.with(|q| q.with_at(Some(noon)).href()) data-noscroll="" title=day.title draggable="false">{label}</a> }
        });
        view! { <li class=day.class>{link}</li> }
    });
    view! {
        <div class="histo">
            <div class="frame" aria-label=summary role="group" on:pointerdown=down on:pointermove=moves on:pointerup=up
                on:pointercancel=cancel on:click:capture=click>
                <svg class="bins" viewBox=format!("0 0 {width} {HIGH}") preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    <path class="fill-confirmed" d=drawing.confirmed/>
                    <path class="fill-booked" d=drawing.booked/>
                    <path fill="url(#hatch-intent)" d=drawing.intent/>
                    <path class="fill-inferred-bar" d=drawing.inferred/>
                    <path class="scale" d=format!("M0 {y1}H{width}M0 {y2}H{width}", y1 = HIGH / 3.0, y2 = HIGH * 2.0 / 3.0)/>
                </svg>
                <ol class="days">{day_links.collect_view()}</ol>
                <svg class="flag" aria-hidden="true" focusable="false">
                    {now_line.map(|x| view! { <line class="then" x1=x.clone() x2=x y1="20" y2="100%"/> })}
                    {move || flag().map(|(share, label)| {
                        let x = format!("{:.2}%", share * 100.0);
                        // Kept inside the frame at both ends.
                        let anchor = match share { s if s < 0.12 => "start", s if s > 0.88 => "end", _ => "middle" };
                        let wide = label.chars().count() as f64 * 7.0 + 16.0;
                        let left = match anchor { "start" => 0.0, "end" => -wide, _ => -wide / 2.0 };
                        let text = match anchor { "start" => 8.0, "end" => -8.0, _ => 0.0 };
                        view! {
                            <line x1=x.clone() x2=x.clone() y1="16" y2="100%"/>
                            <svg x=x overflow="visible">
                                <rect x=left.to_string() y="0" width=wide.to_string() height="18" rx="3"/>
                                <text x=text.to_string() y="13" text-anchor=anchor>{label}</text>
                            </svg>
                        }
                    })}
                </svg>
            </div>
            <p class="top" aria-hidden="true"><span>{thousands(top)}</span><span>{thousands(top / 3 * 2)}</span><span>{thousands(top / 3)}</span></p>
        </div>
    }
}

/// One day of the axis.
struct Day {
    from: Instant,
    label: Option<String>,
    title: String,
    class: &'static str,
}

/// Every day; today and every second day from it are named, the first of a month with the month.
fn days(bars: &Histogram, clock: &Clock, at: Instant, now: Instant) -> Vec<Day> {
    let today = at.since(bars.from).div_euclid(DAY_S);
    (0..bars.bins.len() as i64 / 4)
        .map(|i| {
            let from = bars.from.plus(i * DAY_S);
            // By its noon, which is on that day on every clock that is put forward or back.
            let noon = clock.at(from.plus(DAY_S / 2));
            let civil = noon.civil();
            let apart = i - today;
            let label = (apart % 2 == 0).then(|| {
                if civil.day <= 2 {
                    civil.date()
                } else {
                    civil.day.to_string()
                }
            });
            // On a phone only today and every fourth day are named.
            let class = match (apart == 0, civil.is_weekend(), apart % 4 == 0) {
                (true, true, _) => "today weekend",
                (true, false, _) => "today",
                (false, true, true) => "weekend fourth",
                (false, true, false) => "weekend",
                (false, false, true) => "fourth",
                (false, false, false) => "",
            };
            Day {
                from,
                label,
                title: noon.long(now),
                class,
            }
        })
        .collect()
}

/// The four stacked outlines as path data.
#[derive(Default)]
struct Drawing {
    confirmed: String,
    booked: String,
    intent: String,
    inferred: String,
}

impl Drawing {
    fn of(bins: &[Bin], top: u32) -> Drawing {
        let mut drawing = Drawing::default();
        let unit = HIGH / f64::from(top.max(1));
        for (i, bin) in bins.iter().enumerate() {
            let mut y = HIGH;
            let parts = [
                (&mut drawing.confirmed, bin.confirmed),
                (&mut drawing.booked, bin.booked),
                (&mut drawing.intent, bin.intent),
                (&mut drawing.inferred, bin.inferred),
            ];
            for (path, n) in parts.into_iter().filter(|(_, n)| *n > 0) {
                let high = f64::from(n) * unit;
                path.push_str(&format!("M{} {:.1}h3.2v{:.1}h-3.2z", i * 4, y - high, high));
                y -= high;
            }
        }
        drawing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::PlaceTime;

    #[test]
    fn bars_stand_on_each_other() {
        let drawing = Drawing::of(
            &[Bin {
                confirmed: 1,
                booked: 0,
                intent: 2,
                inferred: 0,
            }],
            3,
        );
        assert_eq!(drawing.confirmed, "M0 40.0h3.2v20.0h-3.2z");
        assert_eq!(drawing.intent, "M0 0.0h3.2v40.0h-3.2z");
        assert_eq!((drawing.booked.as_str(), drawing.inferred.as_str()), ("", ""));
    }

    #[test]
    fn the_axis_names_the_days_of_its_clock_though_it_is_put_back() {
        let instant = |text: &str| Instant::parse(text).unwrap_or_default();
        let clock = Clock {
            zone: Some("Europe/Berlin".into()),
            spans: vec![
                PlaceTime::new(instant("2026-10-22T22:00:00Z"), 120, "CEST"),
                PlaceTime::new(instant("2026-10-25T01:00:00Z"), 60, "CET"),
            ],
        };
        let bars = Histogram {
            from: instant("2026-10-22T22:00:00Z"),
            bins: vec![Bin::default(); 4 * 5],
        };
        // 23:30 on Friday in Berlin, the day before in nobody's time bar.
        let at = instant("2026-10-23T21:30:00Z");
        let days = days(&bars, &clock, at, at);
        assert_eq!(
            days.iter().map(|d| d.label.as_deref()).collect::<Vec<_>>()[..3],
            [Some("23"), None, Some("25")]
        );
        assert_eq!(days[0].class, "today");
        assert_eq!(days[1].class, "weekend");
        assert_eq!(
            days[3].title, "Monday 26 Oct, 11:00 CET",
            "an hour earlier since clocks were put back"
        );
    }

    #[test]
    fn the_axis_names_days_and_weekends() {
        let at = Instant::parse("2026-11-22T14:00:00Z").unwrap_or_default();
        let bars = Histogram {
            from: at.floor(DAY_S).plus(-2 * DAY_S),
            bins: vec![Bin::default(); 4 * 14],
        };
        let days = days(&bars, &Clock::default(), at, at);
        assert_eq!(
            days.iter()
                .map(|d| d.label.as_deref().unwrap_or_default())
                .collect::<Vec<_>>(),
            ["20", "", "22", "", "24", "", "26", "", "28", "", "30", "", "2 Dec", ""]
        );
        assert_eq!(
            (days[2].class, days[1].class, days[0].class, days[4].class),
            ("today weekend", "weekend", "", "")
        );
    }
}
