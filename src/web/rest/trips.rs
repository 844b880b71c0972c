//! REST: one trip as it is kept, with what was odd about it.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::Problem;
use super::bearer::Bearer;
use super::id::Id;
use crate::itinerary::{End, Segment};
use crate::store::TripRow;
use crate::web::AppState;

/// A trip as it is kept: what a duty-of-care service does not need was dropped when it was read.
#[derive(Serialize, ToSchema)]
pub struct TripOut {
    id: String,
    company: String,
    /// Id of the traveler.
    traveler: String,
    name: Option<String>,
    status: String,
    modified: Option<DateTime<Utc>>,
    starts: Option<DateTime<Utc>>,
    ends: Option<DateTime<Utc>>,
    /// Deleted at Concur a moment ago; waiting for the re-created one.
    pending_delete: bool,
    /// Concur says that it is a leisure trip.
    personal: bool,
    bookings: Vec<BookingOut>,
    notices: Vec<NoticeOut>,
}

#[derive(Serialize, ToSchema)]
pub struct BookingOut {
    source: Option<String>,
    record_locator: Option<String>,
    segments: Vec<SegmentOut>,
}

#[derive(Serialize, ToSchema)]
pub struct SegmentOut {
    /// Such as `Air[0]`.
    segment: String,
    status: Option<String>,
    vendor: Option<String>,
    number: Option<String>,
    name: Option<String>,
    from: EndOut,
    to: EndOut,
}

#[derive(Serialize, ToSchema)]
pub struct EndOut {
    code: Option<String>,
    city: Option<String>,
    country: Option<String>,
    address: Option<String>,
    /// Wall time of the place.
    local: Option<NaiveDateTime>,
    utc: Option<DateTime<Utc>>,
}

#[derive(Serialize, ToSchema)]
pub struct NoticeOut {
    code: String,
    severity: String,
    booking: Option<usize>,
    segment: Option<String>,
    message: String,
}

/// One trip
#[utoipa::path(get, path = "/api/v1/trips/{id}", tag = "trips", security(("bearer" = [])),
    params(("id" = String, Path, description = "Concur's id of the trip")),
    responses((status = 200, body = TripOut), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn trip(State(state): State<AppState>, Bearer(who): Bearer, Id(id): Id) -> Result<Json<TripOut>, Problem> {
    let scope = who.scope().ok_or_else(|| Problem::not_found("trip"))?;
    let row = state
        .store
        .trip(&scope, &id.to_lowercase())
        .await?
        .ok_or_else(|| Problem::not_found("trip"))?;
    Ok(Json(row.into()))
}

impl From<TripRow> for TripOut {
    fn from(row: TripRow) -> Self {
        let TripRow {
            trip,
            company,
            traveler,
            pending_delete,
            notices,
            ..
        } = row;
        let bookings = trip.bookings.iter().map(|b| BookingOut {
            source: b.owner.clone().or_else(|| b.itin_source.clone()),
            record_locator: b.locator.clone(),
            segments: b.segments.iter().map(SegmentOut::from).collect(),
        });
        Self {
            bookings: bookings.collect(),
            notices: notices
                .into_iter()
                .map(|n| NoticeOut {
                    severity: snake(&n.severity),
                    code: n.code,
                    booking: n.booking,
                    segment: n.segment,
                    message: n.message,
                })
                .collect(),
            status: snake(&trip.status),
            starts: instant(&trip.starts),
            ends: instant(&trip.ends),
            id: trip.id,
            company,
            traveler,
            name: trip.name,
            personal: trip.personal,
            modified: trip.modified,
            pending_delete,
        }
    }
}

impl From<&Segment> for SegmentOut {
    fn from(s: &Segment) -> Self {
        Self {
            segment: s.label(),
            status: s.status.clone(),
            vendor: s.vendor.clone(),
            number: s.number.clone(),
            name: s.name.clone(),
            from: (&s.start).into(),
            to: (&s.end).into(),
        }
    }
}

impl From<&End> for EndOut {
    fn from(e: &End) -> Self {
        Self {
            code: e.code.clone(),
            city: e.city.clone(),
            country: e.country.clone(),
            address: e.address.clone(),
            local: e.when.local,
            utc: e.when.utc,
        }
    }
}

/// The name that serde gives to a plain enum value.
fn snake<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The trip's own start or end; the wall time read as UTC where the document gives no instant.
fn instant(when: &crate::itinerary::When) -> Option<DateTime<Utc>> {
    when.utc.or_else(|| when.local.map(|l| l.and_utc()))
}
