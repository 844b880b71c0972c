//! One person: the answer, where the probability goes, why, and the timeline. On a phone a page of its own.
//! What speaks against is as large as what speaks for.

use super::{Chosen, Screen, go_with};
use crate::{
    browser,
    components::{
        fault::Fault,
        icon::{Ico, Icon},
        mark::PersonMark,
    },
    pages::sheet,
    view::{
        Answer, AppError, BarPart, BookingLine, Instant, MapQuery, PersonPage, PlaceTime, Reach, Reason, SegmentLine,
        Spell, TripLine, WhyNotView, time::ago, words::percent_text,
    },
};
use leptos::{ev, html, prelude::*};

#[component]
pub fn Panel(screen: Screen, chosen: Chosen) -> impl IntoView {
    let query = screen.query;
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let close = move || query.with(|q| q.with_person(None).href());
                let here = move || query.with(MapQuery::href);
                let id = query.with_untracked(|q| q.person.clone());
                let answer = chosen.person.await;
                screen.opened.set(Some(id.clone()));
                match answer.map(|fresh| chosen.last.or_kept(&id, fresh)) {
                    None => None,
                    Some(Ok(person)) => Some(view! { <aside class="panel" aria-labelledby="person-name"><Person person close here/></aside> }.into_any()),
                    Some(Err(error)) => Some(view! {
                        <aside class="panel" aria-label=t!("Person", "Person")>
                            <p class="close"><a class="bare" href=close data-noscroll="" aria-label=t!("Close", "Schließen")><Ico icon=Icon::Close/></a></p>
                            <Failed screen error/>
                        </aside>
                    }.into_any()),
                }
            })}
        </Transition>
    }
}

/// Stands where the person will be, in its shape; after three seconds it says what is awaited.
#[component]
pub fn Awaited(screen: Screen) -> impl IntoView {
    let again = screen.query.with_untracked(MapQuery::href);
    view! {
        <aside class="panel awaited" aria-busy="true" aria-label=t!("Person", "Person")>
            <div class="ghosts" aria-hidden="true"><b></b><i></i><i></i><b></b><i></i><i></i><i></i><b></b><i></i><i></i></div>
            <p class="late" role="status">{t!("Still reading this person. The list and the map work meanwhile. ", "Die Person wird noch gelesen. Liste und Karte gehen inzwischen. ")}
                <a href=again rel="external">{t!("Load the page again", "Seite neu laden")}</a></p>
        </aside>
    }
}

#[component]
fn Failed(screen: Screen, error: AppError) -> impl IntoView {
    let (again, back) = screen.query.with_untracked(|q| (q.href(), q.with_person(None).href()));
    view! { <Fault error what=t!("This person", "Diese Person") again back=(t!("Back to the list", "Zurück zur Liste"), back)/> }
}

/// The panel's content.
#[component]
pub fn Person(
    person: PersonPage,
    close: impl Fn() -> String + Clone + Send + Sync + 'static,
    /// The address of this view.
    here: impl Fn() -> String + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let back = NodeRef::<html::A>::new();
    // On a phone the row that had the focus is not shown any more.
    Effect::new(move |_| {
        if let Some(back) = back.get()
            && browser::keys::one_view_at_a_time()
            && browser::focus_is_lost()
        {
            let _ = back.focus();
        }
    });
    let counted = person.reasons_counted();
    let line = person.line_before();
    let calendar = MapQuery {
        person: Some(person.id.clone()),
        ..MapQuery::default()
    }
    .ics_href();
    let PersonPage {
        name,
        about,
        now,
        at,
        zone,
        answer,
        bar,
        reasons,
        lacks,
        timeline,
        trips,
        reach,
        why_not,
        id,
        ..
    } = person;
    let on_their_clock = zone.map(|zone| {
        let here = here.clone();
        let href = move || {
            let here = here();
            let view = MapQuery::parse(here.split_once('?').map_or("", |(_, query)| query));
            view.with_clock(Some(&zone)).href()
        };
        view! { <a href=href data-noscroll="">{t!("Time bar on their clock", "Zeitleiste in ihrer Ortszeit")}</a> }
    });
    let linked: Vec<String> = trips
        .iter()
        .flat_map(|t| t.bookings.iter().map(|b| b.locator.clone()))
        .collect();
    let reasons = reasons.into_iter().map(|r| {
        let listed = r.booking.as_ref().is_some_and(|b| linked.contains(b));
        view! { <ReasonLine reason=r now listed/> }
    });
    let reasons = reasons.collect_view();
    let trip_lines = trips
        .into_iter()
        .map(|trip| view! { <TripItem trip/> })
        .collect::<Vec<_>>();
    let has_trips = !trip_lines.is_empty();
    view! {
        <header class="person">
            <a class="bare back" href=close.clone() data-noscroll="" aria-label=t!("Back to the list", "Zurück zur Liste") node_ref=back><Ico icon=Icon::Back/></a>
            <div>
                <h2 id="person-name">{name}</h2>
                <p>{about.join(" · ")}</p>
            </div>
            <a class="bare close" href=close data-noscroll="" aria-label=t!("Close", "Schließen") title=t!("Close (Esc)", "Schließen (Esc)")><Ico icon=Icon::Close/></a>
        </header>
        <ReachBlock id reach here=here.clone() now/>
        <AnswerBlock answer bar/>
        <section class="why" aria-labelledby="why">
            <header><h3 id="why">{t!("Why here?", "Warum hier?")}</h3><p>{counted}</p></header>
            <ul>{reasons}</ul>
            {lacks.map(|lacks| view! { <p class="note">{lacks}</p> })}
        </section>
        <section class="timeline" aria-labelledby="timeline">
            <header><h3 id="timeline">{t!("Timeline", "Zeitverlauf")}</h3><p>{t!("local time of each place", "Ortszeit des jeweiligen Orts")}</p></header>
            <ol>{timeline_lines(timeline, at, now, line)}</ol>
            <p class="actions no-print">{on_their_clock}<a href=calendar rel="external" download="whereabouts.ics">{t!("Calendar", "Kalender")}</a></p>
        </section>
        {has_trips.then(|| view! {
            <section class="trips" aria-labelledby="trips">
                <header><h3 id="trips">{t!("Trips and bookings", "Reisen und Buchungen")}</h3></header>
                <ul>{trip_lines}</ul>
            </section>
        })}
        <WhyNot here at now answer=why_not/>
    }
}

/// How to reach them: asked for, and noted.
#[component]
fn ReachBlock(
    id: String,
    reach: Reach,
    here: impl Fn() -> String + Send + Sync + 'static,
    now: Instant,
) -> impl IntoView {
    if !reach.allowed {
        return ().into_any();
    }
    let seen = reach
        .seen_by
        .into_iter()
        .map(|(who, at)| format!("{who}, {}", ago(now.since(at))));
    let seen = seen.collect::<Vec<_>>().join("; ");
    let seen = (!seen.is_empty()).then(|| view! { <small>{t!("Seen by ", "Gesehen von ")}{seen}"."</small> });
    match reach.contact {
        Some(contact) => {
            let read = contact
                .read_at
                .map(|at| view! { <small>{tf!("Profile read {}.", "Profil {} gelesen.", ago(now.since(at)))}</small> });
            view! {
                <section class="reach" aria-label=t!("Contacts", "Kontakte")>
                    <dl>
                        <div><dt>{t!("Call", "Anrufen")}</dt><dd>{sheet::reach(&contact)}</dd></div>
                        <div><dt>{t!("If they do not answer", "Wenn niemand abhebt")}</dt><dd>{sheet::emergency(&contact.emergency)}</dd></div>
                    </dl>
                    {read}{seen}
                </section>
            }
            .into_any()
        }
        None => view! {
            <section class="reach" aria-label=t!("Contacts", "Kontakte")>
                <form action="/contacts" method="post">
                    <input type="hidden" name="person" value=id/>
                    <input type="hidden" name="next" value=here/>
                    <button type="submit" class="button main"><Ico icon=Icon::Phone/>{t!("Show contacts", "Kontakte zeigen")}</button>
                </form>
                <small>{t!("Who shows them is noted. ", "Wer sie anzeigt, wird vermerkt. ")}{seen}</small>
            </section>
        }
        .into_any(),
    }
}

#[component]
fn AnswerBlock(answer: Answer, bar: Vec<BarPart>) -> impl IntoView {
    let words = answer.words();
    let conflict = answer.conflict.then(|| {
        view! { <p class="note attention"><strong>{t!("Two places speak for themselves. ", "Zwei Orte kommen in Frage. ")}</strong>{t!("The second is far away and not unlikely; see the reasons against.", "Der zweite ist weit entfernt und nicht unwahrscheinlich; siehe die Gründe dagegen.")}</p> }
    });
    let line = |word: &str, time: &Option<PlaceTime>| {
        time.as_ref()
            .map(|t| view! { <p class="span">{format!("{word} {}", t.full())}</p> })
    };
    let (since, until) = (
        line(t!("since", "seit"), &answer.since),
        line(t!("until", "bis"), &answer.until),
    );
    let legend = bar.iter().map(|part| {
        let class = format!("swatch {}", part.kind.code());
        view! { <li><span class=class aria-hidden="true"></span><b>{part.percent}</b>" "{part.label.clone()}</li> }
    });
    let legend = legend.collect_view();
    view! {
        <section class="answer" aria-label=t!("Where", "Wo")>
            <p class="where"><PersonMark mark=answer.mark/><strong>{answer.title}</strong><b>{percent_text(answer.percent)}</b></p>
            <p class="how">{words}</p>
            <Shares bar/>
            <ul class="shares-legend">{legend}</ul>
            {since}
            {until}
            {conflict}
        </section>
    }
}

/// The whole as one bar. Percentages are attributes of SVG, since style attributes are not allowed.
#[component]
fn Shares(bar: Vec<BarPart>) -> impl IntoView {
    let whole = bar.iter().map(|p| f64::from(p.percent)).sum::<f64>().max(1.0);
    let mut from = 0.0;
    let parts = bar.into_iter().map(|part| {
        let wide = f64::from(part.percent) / whole * 100.0;
        let (x, w) = (format!("{from:.2}%"), format!("{:.2}%", (wide - 0.6).max(0.4)));
        from += wide;
        view! { <rect class=format!("part {}", part.kind.code()) x=x y="1" width=w height="14" rx="1.5"/> }
    });
    let parts = parts.collect_view();
    view! { <svg class="shares" aria-hidden="true" focusable="false">{parts}</svg> }
}

#[component]
fn ReasonLine(reason: Reason, now: Instant, listed: bool) -> impl IntoView {
    let Reason {
        says,
        against,
        strength,
        source,
        modified_at,
        booking,
        rules,
    } = reason;
    let sign = if against {
        ("against", "−", t!("against", "dagegen"))
    } else {
        ("for", "+", t!("for", "dafür"))
    };
    let spoke = modified_at.map(|at| view! { <span title=at.short(now)>{ago(now.since(at))}</span> });
    let booking = booking.map(|locator| {
        if listed {
            let href = format!("#booking-{locator}");
            view! { <span>{t!("booking ", "Buchung ")}<a href=href>{locator}</a></span> }.into_any()
        } else {
            view! { <span>{t!("booking ", "Buchung ")}{locator}</span> }.into_any()
        }
    });
    let source = (!source.is_empty()).then(|| view! { <span>{source}</span> });
    let rules = (!rules.is_empty()).then(|| view! { <span class="rules">{rules.join(" ")}</span> });
    view! {
        <li class=sign.0>
            <span class="sign" role="img" aria-label=sign.2>{sign.1}</span>
            <div>
                <p>{says}</p>
                <small class="meta">{source}{spoke}{booking}{rules}</small>
            </div>
            {strength.map(|s| view! { <small class="strength">{s.word()}</small> })}
        </li>
    }
}

fn timeline_lines(timeline: Vec<Spell>, at: Instant, now: Instant, line: Option<usize>) -> Vec<AnyView> {
    // Another time is looked at than now: then the line tells which.
    let word = if at.since(now).abs() < 60 {
        t!("now", "jetzt").to_owned()
    } else {
        at.short(now)
    };
    let here =
        move |at: Instant| view! { <li class="here"><span title=at.long(now)>{word.clone()}</span></li> }.into_any();
    let mut out = Vec::new();
    let count = timeline.len();
    for (i, spell) in timeline.into_iter().enumerate() {
        if line == Some(i) {
            out.push(here(at));
        }
        let holds = spell.covers(at);
        out.push(view! { <SpellLine spell at holds/> }.into_any());
    }
    if line.is_none() && count > 0 {
        out.push(here(at));
    }
    out
}

#[component]
fn SpellLine(spell: Spell, at: Instant, holds: bool) -> impl IntoView {
    let (when, full, clocks) = (spell.when(at), spell.when_full(), spell.clocks());
    let Spell {
        kind,
        title,
        detail,
        notes,
        attention,
        percent,
        ..
    } = spell;
    view! {
        <li class=format!("spell {}", kind.code()) class:holds=holds>
            <span class="when" title=full>{when}</span>
            <span class="stroke" aria-hidden="true"></span>
            <div>
                <p>{title}{detail.map(|d| view! { <span class="detail">{format!(" {d}")}</span> })}</p>
                {clocks.map(|c| view! { <small>{c}</small> })}
                {notes.into_iter().map(|n| view! { <small>{n}</small> }).collect_view()}
                {attention.map(|a| view! { <small class="old"><Ico icon=Icon::Bed/>{a}</small> })}
            </div>
            <span class="pct">{percent}<span class="sr-only">{t!(" percent", " Prozent")}</span></span>
        </li>
    }
}

#[component]
fn TripItem(trip: TripLine) -> impl IntoView {
    let TripLine {
        name,
        status,
        dates,
        bookings,
        notices,
        personal,
        id,
    } = trip;
    let notices = notices
        .into_iter()
        .map(|(says, code)| view! { <li>{says}" "<code>{code}</code></li> });
    let notices = notices.collect::<Vec<_>>();
    let notices =
        (!notices.is_empty()).then(|| view! { <ul class="notices" aria-label=t!("What is wrong with it", "Was daran nicht stimmt")>{notices}</ul> });
    let bookings = bookings
        .into_iter()
        .map(|booking| view! { <BookingItem booking/> })
        .collect_view();
    view! {
        <li>
            <p><strong translate="no">{name}</strong><span>{dates}</span></p>
            <small>{tf!("status {status} · ", "Status {status} · ")}<code>{id}</code>{personal.then_some(t!(" · personal trip", " · Privatreise"))}</small>
            {notices}
            {bookings}
        </li>
    }
}

/// A booking; its document opens without JavaScript.
#[component]
fn BookingItem(booking: BookingLine) -> impl IntoView {
    let BookingLine {
        locator,
        source,
        facts,
        segments,
        charges,
    } = booking;
    let id = format!("booking-{locator}");
    let facts = facts.into_iter().map(|fact| view! { <li>{fact}</li> }).collect_view();
    let segments = segments.into_iter().map(|segment| {
        let SegmentLine {
            kind,
            what,
            when,
            facts,
            void,
        } = segment;
        let facts = facts.into_iter().map(|fact| view! { <li>{fact}</li> }).collect_view();
        view! {
            <li class="segment" class:void=void>
                <p><strong>{kind}</strong>" "{what}</p>
                <small>{when}</small>
                <ul>{facts}</ul>
            </li>
        }
    });
    let segments = segments.collect_view();
    let charges = charges
        .into_iter()
        .map(|charge| view! { <li>{charge}</li> })
        .collect::<Vec<_>>();
    let charges = (!charges.is_empty()).then(|| {
        view! { <ul class="facts" aria-label=t!("Tickets, payments and kinds of cost", "Tickets, Zahlungen und Kostenarten")>{charges}</ul> }
    });
    view! {
        <details class="booking" id=id>
            <summary><code>{locator}</code>" "{source}</summary>
            <ul class="facts">{facts}</ul>
            <ol>{segments}</ol>
            {charges}
        </details>
    }
}

/// "Why not in …?" at the instant that is shown: a form, so that the answer has an address.
#[component]
fn WhyNot(
    here: impl Fn() -> String + Send + Sync + 'static,
    at: Instant,
    now: Instant,
    answer: Option<WhyNotView>,
) -> impl IntoView {
    let go = go_with();
    let kept = move || {
        let rest = MapQuery::parse(here().split_once('?').map_or("", |(_, query)| query));
        let rest = MapQuery { why: None, ..rest };
        rest.parameters()
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_view()
    };
    let submit = move |ev: ev::SubmitEvent| {
        ev.prevent_default();
        if let Some(asked) = browser::form_query(&ev) {
            go(&MapQuery::parse(&asked), true);
        }
    };
    let asked = answer.as_ref().map(|a| a.asked.clone()).unwrap_or_default();
    let said = answer.map(|answer| match answer.place {
        None => view! { <p class="note attention">{tf!("“{}” is no city, airport or country that we know.", "„{}“ ist keine Stadt, kein Flughafen und kein Land, das wir kennen.", answer.asked)}</p> }.into_any(),
        Some(place) => {
            let because = answer.because.into_iter().map(|one| view! { <li>{one}</li> }).collect_view();
            view! {
                <p class="verdict"><strong>{place}</strong><span>{format!("{}, {}", percent_text(answer.percent), answer.band.word())}</span></p>
                <ul class="because">{because}</ul>
            }
            .into_any()
        }
    });
    view! {
        <section class="why-not" aria-labelledby="why-not-title">
            <header><h3 id="why-not-title">{t!("Why not there?", "Warum nicht dort?")}</h3><p>{at.short(now)}</p></header>
            <div role="status">{said}</div>
            <form action="/" method="get" on:submit=submit>
                {kept}
                <label class="sr-only" for="why-not">{t!("A city, an airport or a country", "Eine Stadt, ein Flughafen oder ein Land")}</label>
                <input id="why-not" name="why" type="text" required maxlength="100" autocomplete="off" placeholder=t!("Why not in … ?", "Warum nicht in …?") value=asked/>
                <button type="submit" class="button">{t!("Ask", "Fragen")}</button>
            </form>
        </section>
    }
}
