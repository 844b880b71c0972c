//! One folder or file a page. Called by the table of routes in `shell`.

pub mod backlog;
pub mod boards;
mod broken;
mod care;
pub mod company;
pub mod connect;
pub mod feed;
pub mod looks;
pub mod map;
pub mod not_found;
pub mod privacy;
pub mod quality;
pub mod sheet;
pub mod sign_in;
pub mod welcome;
