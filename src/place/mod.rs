//! WHERE things are: airports, metropolitan areas, stations, cities, countries, zones.
//! Called by every room above; pure and embedded, so that a lookup needs no file and no network.
//! Always holds: a `CityId` names one *city region* (London with its six airports is one), ids are stable for one build of the data.

mod code;
mod gazetteer;
mod geometry;
pub mod land;
mod offsets;
pub mod zone;

pub use code::{Code, CountryCode};
pub use gazetteer::{Airport, City, CityId, CityMatch, Country, Gazetteer, HowMatched, Station};
pub use geometry::LonLat;
pub use zone::Zone;
