//! The API as its users meet it.

mod lists;
mod question;
mod reads;
mod repair;
mod roads;
mod updates;
mod writes;
