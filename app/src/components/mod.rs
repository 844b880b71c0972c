//! What several pages use: marks, icons, the bar, menus, notes. Pure views; what they know they are told.

pub mod bar;
pub mod certainty;
pub mod company_tabs;
pub mod fault;
pub mod icon;
pub mod language;
pub mod legend;
pub mod mark;
pub mod masthead;
pub mod menu;
pub mod pages;
pub mod password;
pub mod quiet_map;
pub mod search;
