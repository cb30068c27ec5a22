//! The rows of the table. Each is a module that measures, in the same runs, the server and what it
//! is compared with.

mod claim;
mod disk;
mod document;
mod growth;
pub mod list;
pub mod memory;
mod page;
mod peek;
pub mod put;
pub mod start;
mod streams;
mod sweep;

use std::{future::Future, pin::Pin};

use anyhow::Result;

use crate::{bench::Bench, figures::Line};

/// A row: what `--only` calls it, what it is about, and how it is measured.
pub struct Row {
    pub name: &'static str,
    pub about: &'static str,
    pub run: Run,
}

type Lines<'a> = Pin<Box<dyn Future<Output = Result<Vec<Line>>> + 'a>>;
type Run = for<'a> fn(&'a Bench) -> Lines<'a>;

/// All of them, in the order of the table.
pub const ALL: &[Row] = &[
    claim::SQLITE,
    claim::POSTGRES,
    claim::NOTIFYING,
    put::SQLITE,
    put::POSTGRES,
    peek::ROW,
    document::ROW,
    page::ROW,
    growth::ROW,
    sweep::SQLITE,
    sweep::POSTGRES,
    streams::ROW,
    memory::ROW,
    start::ROW,
    disk::ROW,
    list::ROW,
];
