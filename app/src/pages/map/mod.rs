//! The map page: sentence, list, person, time bar, map. The main screen of the product.
//! Its whole state is in the address (`MapQuery`); its data are two resources, the page and the open person, read again
//! when the query or the live version changes. Order in the document is the order of the keyboard: sentence, list,
//! panel, time bar, map; the grid puts them where they are seen.

pub mod acts;
pub mod keys_dialog;
pub mod list;
pub mod pane;
pub mod panel;
pub mod places;
pub mod sentence;
pub mod strip;
pub mod tabs;
pub mod time_bar;
pub mod tour;

use crate::{
    api::{get_map_page, get_me, get_person},
    browser::{
        self,
        keys::{self, Ask},
        live::Live,
        rows,
    },
    components::{bar::Bar, fault::Fault},
    pages::sign_in,
    response,
    view::{AppError, Held, Instant, MapPage, MapQuery, PersonPage, View},
};
use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Screen {
    /// The state of the view, from the address.
    pub query: Memo<MapQuery>,
    pub live: Live,
    /// Keeps the list still while its data change.
    pub held: StoredValue<Held>,
    /// Raised when a row was seen.
    pub relaid: RwSignal<u32>,
    pub map: RwSignal<MapState>,
    /// The shape that is to be drawn on the map now: `circle` or `polygon`.
    pub draw: RwSignal<Option<&'static str>>,
    /// The table of places stands where the map would, by choice.
    pub table: RwSignal<bool>,
    /// The part of the world that the map shows now.
    pub in_view: RwSignal<Option<crate::view::Bbox>>,
    /// Who had the focus when other rows of the list were asked for.
    pub focused: StoredValue<Option<String>>,
    /// How far a phone's list was scrolled when a person was opened.
    pub place: StoredValue<f64>,
    /// The instant that the page shows, by the server's clock: steps start from it.
    pub shown_at: StoredValue<Option<Instant>>,
    /// The question that the list answers, and the person that the panel shows, once there are any: while the address is ahead
    /// of them, the page says that it waits.
    pub listed: RwSignal<Option<MapQuery>>,
    pub opened: RwSignal<Option<Option<String>>>,
}

impl Screen {
    /// A page that has just been opened.
    pub fn open(query: Memo<MapQuery>) -> Screen {
        Screen {
            query,
            live: Live::start(),
            held: StoredValue::new(Held::default()),
            relaid: RwSignal::new(0),
            map: RwSignal::new(MapState::Waiting),
            draw: RwSignal::new(None),
            table: RwSignal::new(false),
            in_view: RwSignal::new(None),
            focused: StoredValue::new(None),
            place: StoredValue::new(0.0),
            shown_at: StoredValue::new(None),
            listed: RwSignal::new(None),
            opened: RwSignal::new(None),
        }
    }

    /// The list that is asked for is not there yet.
    pub(crate) fn awaits_list(&self) -> bool {
        self.listed.with(|shown| {
            shown
                .as_ref()
                .is_some_and(|shown| self.query.with(|q| q.listed() != *shown))
        })
    }

    /// The person that is asked for is not there yet.
    fn awaits_person(&self) -> bool {
        let asked = self.query.with(|q| q.person.clone());
        asked.is_some()
            && self
                .opened
                .with(|shown| shown.as_ref().is_some_and(|shown| *shown != asked))
    }
}

/// The person of the panel: `None` if no panel is open; and what was read of the person last.
#[derive(Clone, Copy)]
pub struct Chosen {
    pub(crate) person: Resource<Option<Result<PersonPage, AppError>>>,
    pub(crate) last: Last<Option<String>, PersonPage>,
}

/// What was read last for which question. While the server cannot be reached, it goes on being shown and ages; the strip
/// says so. Every other error is shown in its place.
pub struct Last<K: 'static, T: 'static>(StoredValue<Option<(K, T)>>);

impl<K, T> Clone for Last<K, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, T> Copy for Last<K, T> {}

impl<K: Send + Sync, T: Send + Sync> Default for Last<K, T> {
    fn default() -> Self {
        Last(StoredValue::new(None))
    }
}

impl<K: Clone + PartialEq + Send + Sync, T: Clone + Send + Sync> Last<K, T> {
    pub(crate) fn or_kept(self, key: &K, fresh: Result<T, AppError>) -> Result<T, AppError> {
        match fresh {
            Ok(value) => {
                self.0.set_value(Some((key.clone(), value.clone())));
                Ok(value)
            }
            Err(AppError::Unavailable) => self
                .0
                .with_value(|kept| {
                    kept.as_ref()
                        .filter(|(of, _)| of == key)
                        .map(|(_, value)| value.clone())
                })
                .ok_or(AppError::Unavailable),
            Err(error) => Err(error),
        }
    }
}

/// How far the map is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum MapState {
    Waiting,
    Ready,
    Failed,
}

/// Goes to another view. Nothing scrolls.
pub(crate) fn go_with() -> impl Fn(&MapQuery, bool) + Clone + 'static {
    let navigate = use_navigate();
    move |to: &MapQuery, replace: bool| {
        navigate(
            &to.href(),
            NavigateOptions {
                scroll: false,
                replace,
                resolve: false,
                ..NavigateOptions::default()
            },
        );
    }
}

#[component]
pub fn MapScreen() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|s| MapQuery::parse(s)));
    let screen = Screen::open(query);
    let live = screen.live;
    let me = Resource::new(|| (), |()| get_me());
    let listed = Memo::new(move |_| query.with(MapQuery::listed));
    let page = Resource::new(
        move || (listed.get(), live.version.get()),
        |(query, _)| async move {
            // With its question, so that no answer is ever shown under another one.
            let answer = get_map_page(query.clone()).await;
            (query, answer)
        },
    );
    let last_page = Last::default();
    let asked = Memo::new(move |_| query.with(|q| q.person.clone().map(|id| (id, q.at, q.as_of, q.why.clone()))));
    let person = Resource::new(
        move || (asked.get(), live.version.get()),
        |(asked, _)| async move {
            match asked {
                Some((id, at, as_of, why)) => Some(get_person(id, at, as_of, why).await),
                None => None,
            }
        },
    );
    let chosen = Chosen {
        person,
        last: Last::default(),
    };
    let dialog = NodeRef::<html::Dialog>::new();
    let letters = RwSignal::new(true);
    let tour = RwSignal::new(None);
    listen_to_keys(screen, letters, dialog);
    let go = go_with();
    rows::follow(query, move |there| {
        screen.focused.set_value(there.focused);
        go(&query.get_untracked().with_page(there.page), true);
    });
    // On a phone the person is a page of its own: it begins at its top, and going back leads to where one was.
    Effect::new(move |was_open: Option<bool>| {
        let open = query.with(|q| q.person.is_some());
        if was_open == Some(!open) && keys::one_view_at_a_time() {
            browser::scroll_to(if open { 0.0 } else { screen.place.get_value() });
        }
        open
    });

    view! {
        <Title text=move || if query.with(|q| q.person.is_some()) { t!("Person", "Person") } else { t!("Map", "Karte") }/>
        <a class="skip" href="#list">{t!("Skip to the list", "Zur Liste springen")}</a>
        <a class="skip" href="#time">{t!("Skip past the list to the time", "Hinter die Liste zur Zeit springen")}</a>
        <Bar me query live=live.on.into()/>
        <main class="screen" data-view=move || query.with(|q| q.view.code())
            data-person=move || query.with(|q| q.person.is_some().then_some("open"))
            data-awaits=move || screen.awaits_list().then_some("list")
            data-wide=move || query.with(|q| q.cols.wide().then_some(""))
            data-map=move || match screen.map.get() {
                _ if screen.table.get() => Some("table"),
                MapState::Failed => Some("table"),
                MapState::Ready => Some("drawn"),
                MapState::Waiting => None,
            }>
            <acts::Acts screen/>
            <strip::Strip screen/>
            <Transition fallback=list::Waiting>
                {move || Suspend::new(async move {
                    let (asked, answer) = page.await;
                    screen.listed.set(Some(asked.clone()));
                    match last_page.or_kept(&asked, answer) {
                        Ok(page) => view! { <Listed screen asked page/> }.into_any(),
                        Err(AppError::SignIn) if signing_in(&query.get_untracked()) => ().into_any(),
                        Err(error) => {
                            response::status(error.status());
                            let again = query.with_untracked(MapQuery::href);
                            view! { <div class="whole"><Fault error what=t!("The list", "Die Liste") again back=(t!("Everybody, now", "Alle, jetzt"), "/".to_owned())/></div> }.into_any()
                        }
                    }
                })}
            </Transition>
            <panel::Panel screen chosen/>
            {move || screen.awaits_person().then(|| view! { <panel::Awaited screen/> })}
            <Transition>
                {move || Suspend::new(async move {
                    let (asked, answer) = page.await;
                    last_page.or_kept(&asked, answer).ok().map(|page| view! { <InTimeAndPlace screen page/> })
                })}
            </Transition>
            <pane::MapPane screen chosen>
                <Transition>
                    {move || Suspend::new(async move {
                        let (asked, answer) = page.await;
                        last_page.or_kept(&asked, answer).ok().map(|page| view! { <pane::Missing undrawn=page.undrawn/> })
                    })}
                </Transition>
            </pane::MapPane>
            <tabs::Tabs query/>
        </main>
        <tour::Tour step=tour/>
        <keys_dialog::KeysDialog dialog letters tour/>
    }
}

/// On the first load, off to sign in. Later the page stays and says so, since somebody may be reading it.
fn signing_in(here: &MapQuery) -> bool {
    if cfg!(feature = "ssr") {
        response::redirect(&sign_in::href(&here.href()));
        return true;
    }
    false
}

/// What comes before the panel. Like everything that is drawn again with new data, it has no closures for children that can
/// have the focus: the framework would replace such elements, and the focus would be lost under the hand.
#[component]
fn Listed(screen: Screen, asked: MapQuery, page: MapPage) -> impl IntoView {
    // Idempotent, and without a signal: a Suspend may run more than once.
    screen.held.update_value(|held| held.take_in(&asked, &page));
    screen.shown_at.set_value(Some(page.at));
    if let Some(id) = screen.focused.try_update_value(Option::take).flatten() {
        request_animation_frame(move || keys::focus_row_of(&id));
    }
    // Counts, never places: read out when they change.
    let what = match &asked.incident {
        Some(incident) => incident.group.map_or(
            t!("whom the incident may concern", "vom Vorfall möglicherweise betroffen"),
            |g| g.words(),
        ),
        None => asked.filter.words(),
    };
    let counted = screen.held.with_value(|held| match held.changed() {
        0 => format!("{} {what}", page.total),
        changed => tf!(
            "{} {what}, {changed} changed",
            "{} {what}, {changed} geändert",
            page.total
        ),
    });
    let page = StoredValue::new(page);
    view! {
        <sentence::Sentence screen page/>
        <list::List screen asked page/>
        <p class="sr-only" role="status" translate="no">{counted}</p>
    }
}

/// What comes after it.
#[component]
fn InTimeAndPlace(screen: Screen, page: MapPage) -> impl IntoView {
    let page = StoredValue::new(page);
    view! {
        <time_bar::TimeBar screen page/>
        <places::Places screen page/>
    }
}

fn listen_to_keys(screen: Screen, letters: RwSignal<bool>, dialog: NodeRef<html::Dialog>) {
    let go = go_with();
    keys::listen(letters, move |ask| {
        let query = screen.query.get_untracked();
        match ask {
            Ask::Search => browser::focus_search(),
            Ask::Row(by) => keys::focus_row(by),
            Ask::Close => {
                if screen.draw.get_untracked().is_some() {
                    screen.draw.set(None);
                } else if let Some(id) = query.person.clone() {
                    go(&query.with_person(None), false);
                    request_animation_frame(move || keys::focus_row_of(&id));
                }
            }
            Ask::Step(hours) => {
                if let Some(from) = screen.shown_at.get_value() {
                    go(&query.with_at(Some(from.floor(3_600).plus(hours * 3_600))), false);
                }
            }
            Ask::WhyNot => browser::focus("why-not"),
            Ask::Incident => browser::open_ask(),
            Ask::Now => go(&query.with_at(None), false),
            Ask::MapOrList if keys::one_view_at_a_time() => {
                let other = if query.view == View::Map { View::List } else { View::Map };
                go(&query.with_view(other), false);
            }
            Ask::MapOrList => screen.table.update(|t| *t = !*t),
            Ask::Help => {
                if let Some(dialog) = dialog.get_untracked() {
                    let _ = dialog.show_modal();
                }
            }
        }
    });
}
