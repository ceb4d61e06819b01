//! The API as its users meet it.

mod documented;
mod faults;
mod introspection;
mod lenses;
mod lists;
mod provenance;
mod quality;
mod question;
mod reads;
mod repair;
mod roads;
mod search;
mod seed_time;
mod updates;
mod writes;
