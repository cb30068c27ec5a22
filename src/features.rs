//! The product. Each folder reads on its own; features import in one direction only, the order
//! in which they stand here.

pub mod keys;
pub mod audit;
pub mod limits;
pub mod clock_marks;
pub mod signals;
pub mod jobs;
pub mod mail;
pub mod members;
pub mod sign_in;
pub mod access;
pub mod attachments;
pub mod items;
pub mod activity;
pub mod links;
