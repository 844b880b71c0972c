//! The facts the simulated world is made of: business cities, carriers, railways, and lists of invented names.
//! Called by `truth` and `papers`; nothing here is drawn at random.
//! Always holds: cities, airports, carriers and stations are real; people, companies, hotels and streets are invented.

pub mod addresses;
pub mod carriers;
pub mod cities;
pub mod names;
pub mod rails;
