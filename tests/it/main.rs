//! Everything that is tested through the API. The tree mirrors the URLs; every test owns its
//! database and its clock, and says who calls.

mod members;
mod session;
mod sign_in;
mod support;
