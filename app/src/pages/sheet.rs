//! The call sheet: who, how sure, from which booking, and how to reach them. Made to be printed and written on.
//! Called by the table of routes with the map page's query. Whole without JavaScript; nothing on it moves by itself.

use crate::{
    api::{get_me, get_sheet},
    components::{
        fault::Fault,
        icon::{Ico, Icon},
        mark::PersonMark,
        masthead::Masthead,
    },
    pages::sign_in,
    response,
    view::{
        AppError, Contact, Emergency, Instant, MapQuery, SheetGroup, SheetLine, SheetPage,
        sheet::{MOST_PEOPLE, dial},
        time::age,
        words::{counted, percent_text, thousands},
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

#[component]
pub fn SheetScreen() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|s| MapQuery::parse(s)));
    let me = Resource::new(|| (), |()| get_me());
    let page = Resource::new(
        move || query.get(),
        |query| async move {
            let answer = get_sheet(query.clone()).await;
            (query, answer)
        },
    );
    view! {
        <Title text=t!("Call sheet", "Anrufliste")/>
        <Masthead me here="/sheet"/>
        <main class="sheet">
            <Transition fallback=|| view! { <p class="waiting" role="status">{t!("Reading who may be there…", "Es wird gelesen, wer dort sein kann …")}</p> }>
                {move || Suspend::new(async move {
                    match page.await {
                        (query, Ok(page)) => view! { <Sheet query page/> }.into_any(),
                        (query, Err(AppError::SignIn)) if cfg!(feature = "ssr") => {
                            response::redirect(&sign_in::href(&query.sheet_href()));
                            ().into_any()
                        }
                        (query, Err(error)) => {
                            response::status(error.status());
                            view! { <Fault error what=t!("The call sheet", "Die Anrufliste") again=query.sheet_href() back=(t!("Back to the map", "Zurück zur Karte"), query.href())/> }.into_any()
                        }
                    }
                })}
            </Transition>
        </main>
    }
}

/// The content, from data alone.
#[component]
pub fn Sheet(query: MapQuery, page: SheetPage) -> impl IntoView {
    let now = page.now;
    let data = match page.data_at {
        Some(at) => tf!("data {} old", "Daten {} alt", age(now.since(at))),
        None => t!("no data yet", "noch keine Daten").to_owned(),
    };
    let made = [
        page.company.clone(),
        Some(page.window.clone()),
        Some(tf!("as known {}", "Kenntnisstand {}", page.as_of.short(now))),
        Some(data),
        Some(tf!("made {} for {}", "erstellt {} für {}", now.short(now), page.by)),
    ];
    let made = made.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let cut = (page.total > MOST_PEOPLE).then(|| {
        view! {
            <p class="note attention">
                <strong>{tf!("Only the first {} of {} are on this sheet. ", "Nur die ersten {} von {} stehen auf dieser Liste. ", thousands(MOST_PEOPLE), thousands(page.total))}</strong>
                {t!("Choose a smaller area, one list, or a shorter time.", "Wählen Sie ein kleineres Gebiet, eine einzelne Liste oder eine kürzere Zeit.")}
            </p>
        }
    });
    let reveal = match (page.allowed, page.revealed, page.total) {
        (_, _, 0) => ().into_any(),
        (true, false, _) => {
            let next = query.sheet_href();
            view! {
                <form action="/contacts" method="post">
                    <input type="hidden" name="next" value=next/>
                    <button type="submit" class="button main"><Ico icon=Icon::Phone/>{t!("Show phones and emergency contacts", "Telefone und Notfallkontakte zeigen")}</button>
                </form>
            }
            .into_any()
        }
        _ => ().into_any(),
    };
    let says = match (page.allowed, page.revealed, page.total) {
        (_, _, 0) => "",
        (true, true, _) => t!(
            "Contacts are shown for a quarter of an hour; who saw whose is in the log.",
            "Kontakte werden eine Viertelstunde lang gezeigt; wer wessen Kontakt sah, steht im Protokoll."
        ),
        (true, false, _) => t!(
            "Contacts are not shown yet. Showing them is noted: who, when, whose.",
            "Kontakte werden noch nicht gezeigt. Das Anzeigen wird vermerkt: wer, wann, wessen."
        ),
        (false, ..) => t!(
            "Viewers see where people are, not how to call them.",
            "Mit reinem Ansichtsrecht sehen Sie, wo Personen sind, nicht wie sie erreichbar sind."
        ),
    };
    let revealed = page.revealed;
    let groups = page
        .groups
        .into_iter()
        .map(|group| view! { <Group group now revealed/> });
    let nobody = (page.total == 0).then(|| {
        view! { <p class="nobody-here">{t!("Nobody is on this list. Who cannot be ruled out is a list of its own: look at all lists of the incident before you call it a zero.", "Niemand steht auf dieser Liste. Wer nicht auszuschließen ist, steht auf einer eigenen Liste: Prüfen Sie alle Listen des Vorfalls, bevor Sie null melden.")}</p> }
    });
    let title = page.title.clone();
    let total = page.total;
    view! {
        <header class="page-head">
            <div>
                <h1>{title}</h1>
                <p>{format!("{} · {made}", counted(total, t!("person", "Person"), t!("people", "Personen")))}</p>
            </div>
            <div class="actions">
                <a class="button" href=query.href() rel="external">{t!("Back to the map", "Zurück zur Karte")}</a>
                {reveal}
                <button type="button" class="button js-only" data-print=""><Ico icon=Icon::Print/>{t!("Print", "Drucken")}</button>
            </div>
        </header>
        <p class="says">{says}</p>
        {cut}
        {groups.collect_view()}
        {nobody}
    }
}

#[component]
fn Group(group: SheetGroup, now: Instant, revealed: bool) -> impl IntoView {
    let heading = (!group.heading.is_empty()).then(|| {
        let n = thousands(group.people.len() as u32);
        view! { <h2>{group.heading.clone()}<span>{n}</span></h2> }
    });
    let lines = group
        .people
        .into_iter()
        .map(|line| view! { <Line line now revealed/> })
        .collect_view();
    view! {
        <section class="sheet-group">
            {heading}
            <table>
                <thead>
                    <tr>
                        <th scope="col" class="tick"><span class="sr-only">{t!("Reached", "Erreicht")}</span></th>
                        <th scope="col">{t!("Person", "Person")}</th>
                        <th scope="col">{t!("Where, how sure", "Wo, wie sicher")}</th>
                        <th scope="col">{t!("Next move", "Nächste Etappe")}</th>
                        <th scope="col">{t!("Call", "Anrufen")}</th>
                        <th scope="col">{t!("If they do not answer", "Wenn niemand abhebt")}</th>
                        <th scope="col" class="notes">{t!("Said, by whom, when", "Gesagt, von wem, wann")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </section>
    }
}

#[component]
fn Line(line: SheetLine, now: Instant, revealed: bool) -> impl IntoView {
    let SheetLine {
        row,
        says,
        booking,
        clock,
        contact,
    } = line;
    let precision = row.precision.word().map(|word| format!(" · {word}"));
    let next = match &row.next {
        None => t!("none known", "keine bekannt").to_owned(),
        Some(next) if next.landing => tf!("lands in {}, {}", "landet in {}, {}", next.to, next.when.clock()),
        Some(next) if next.day_only => format!("→ {}, {}", next.to, next.when.civil().day_short()),
        Some(next) => format!("→ {}, {} {}", next.to, next.when.beside(now), next.when.zone),
    };
    // Of an incident the words say how sure it is.
    let sure = match says.as_str() {
        "" => format!("{}, {}", percent_text(row.percent), row.band.word()),
        says => says.trim_end_matches('.').replace(" %", "\u{a0}%"),
    };
    let sure = format!("{sure} · {}", row.mark.words());
    let clock = clock.map(|clock| tf!("{} there now", "dort jetzt {}", clock.clock()));
    let company = row.company.clone().map(|name| view! { <small>{name}</small> });
    let (call, others) = match (contact, revealed) {
        (Some(contact), _) => (reach(&contact), emergency(&contact.emergency)),
        (None, true) => (
            view! { <small class="old">{t!("no profile", "kein Profil")}</small> }.into_any(),
            ().into_any(),
        ),
        (None, false) => (
            view! { <small>{t!("not shown", "nicht gezeigt")}</small> }.into_any(),
            ().into_any(),
        ),
    };
    view! {
        <tr>
            <td class="tick"><span aria-hidden="true"></span></td>
            <th scope="row">{row.name.clone()}{company}{clock.map(|c| view! { <small>{c}</small> })}</th>
            <td class="where">
                <span><PersonMark mark=row.mark/>{row.place.clone()}<span class="weak">{precision}</span></span>
                <small>{sure}</small>
                {booking.map(|b| view! { <small>{tf!("from {b}", "aus {b}")}</small> })}
            </td>
            <td>{next}</td>
            <td class="call">{call}</td>
            <td class="call">{others}</td>
            <td class="notes"></td>
        </tr>
    }
}

fn numbers(all: &[String]) -> Vec<AnyView> {
    all.iter()
        .map(|number| match dial(number) {
            Some(href) => view! { <a href=href rel="external">{number.clone()}</a> }.into_any(),
            None => view! { <span>{number.clone()}</span> }.into_any(),
        })
        .collect()
}

fn mails(all: &[String]) -> Vec<AnyView> {
    all.iter()
        .map(|mail| {
            let href = format!("mailto:{}", crate::view::query::encode(mail));
            view! { <a href=href rel="external">{mail.clone()}</a> }.into_any()
        })
        .collect()
}

/// Phone and mail of a traveler.
pub fn reach(contact: &Contact) -> AnyView {
    if contact.phone.is_none() && contact.email.is_none() {
        return view! { <small class="old">{t!("no phone, no e-mail", "kein Telefon, keine E-Mail")}</small> }
            .into_any();
    }
    let phone = numbers(contact.phone.as_slice());
    let none = contact
        .phone
        .is_none()
        .then(|| view! { <small class="old">{t!("no phone", "kein Telefon")}</small> });
    view! { {phone}{none}{mails(contact.email.as_slice())} }.into_any()
}

/// Whom to call instead.
pub fn emergency(all: &[Emergency]) -> AnyView {
    if all.is_empty() {
        return view! { <small class="old">{t!("nobody is named", "niemand ist genannt")}</small> }.into_any();
    }
    all.iter()
        .map(|one| {
            let who = match &one.relationship {
                Some(what) => format!("{} ({what})", one.name),
                None => one.name.clone(),
            };
            view! { <span>{who}</span>{numbers(&one.phones)}{mails(&one.emails)} }
        })
        .collect_view()
        .into_any()
}
