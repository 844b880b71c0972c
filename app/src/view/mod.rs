//! The types that cross the wire between the server and a page, and pure helpers over them.
//! Called by the pages, by the server functions and by the server's Backend. Nothing here knows a clock, a database,
//! a browser or Leptos: what a page shows follows from these values alone, on both sides.

mod address;
pub mod boards;
pub mod care;
pub mod clock;
pub mod columns;
pub mod company;
pub mod connect;
pub mod error;
pub mod feed;
pub mod feed_health;
pub mod geojson;
pub mod held;
pub mod incident;
pub mod looks;
pub mod map_page;
pub mod me;
pub mod person;
pub mod quality;
pub mod query;
pub mod search;
pub mod sheet;
pub mod time;
pub mod words;

pub use boards::{BoardsPage, BoardsQuery};
pub use care::{BacklogView, PrivacyView};
pub use clock::Clock;
pub use columns::{Column, Columns};
pub use company::{
    BacklogShown, Choice, CompanyPage, CompanyView, Invited, Member, OpenCode, Standing as CompanyStanding,
};
pub use connect::{ConnectDone, ConnectPage, ConnectQuery, Paper, PublicInfo};
pub use error::AppError;
pub use feed::{CentreCard, EventLine, FeedPage, FeedQuery, KeyLine, StuckLine, WebhookLine, Work};
pub use held::{Held, Shown, Standing};
pub use incident::{Area, Group, GroupCounts, Incident, IncidentAnswer, Meaning};
pub use looks::{LooksPage, LooksQuery};
pub use map_page::{
    Bin, ByGrade, Counts, Feed, Grade, Histogram, MapPage, Mark, NextMove, PlaceGroup, PlaceGroupKind, Precision,
    Reachable, Row, Undrawn,
};
pub use me::{Company, Me, Role};
pub use person::{
    Answer, BarPart, BarPartKind, BookingLine, Elsewhere, OnMap, PersonPage, Reason, SegmentLine, Spell, SpellKind,
    Strength, TripLine, WhyNotView,
};
pub use query::{Bbox, Filter, MapQuery, Sort, View};
pub use search::{Hit, HitKind};
pub use sheet::{Contact, Emergency, Reach, SheetGroup, SheetLine, SheetPage};
pub use time::{Instant, PlaceTime};
pub use words::Band;
