//! The API as its users meet it.

mod lists;
mod question;
mod reads;
mod updates;
mod writes;
