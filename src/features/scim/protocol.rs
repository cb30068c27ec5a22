//! SCIM 2.0 as far as it knows nothing of members and teams: documents and their schemas (RFC 7643),
//! filters, paths and patches (RFC 7644). Pure: no database, no clock.

pub(super) mod document;
pub(super) mod filter;
mod filter_parser;
pub(super) mod listing;
pub(super) mod patch;
pub(super) mod schema;

/// What of the protocol was broken: the `scimType` of an error (RFC 7644, section 3.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The filter can't be read or isn't supported.
    InvalidFilter,
    /// A value that must be unique is taken.
    Uniqueness,
    /// The attribute can't be changed.
    Mutability,
    /// The body isn't what the request needs.
    InvalidSyntax,
    /// A patch's path can't be read.
    InvalidPath,
    /// A patch's path leads to nothing.
    NoTarget,
    /// A value can't be taken.
    InvalidValue,
}

impl Fault {
    /// The word of the standard.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
        }
    }
}

/// Why a request is refused: the kind, and a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", fault.as_str())]
pub struct Refused {
    /// What was broken.
    pub fault: Fault,
    /// What it was, in words.
    pub detail: String,
}

impl Refused {
    /// A refusal.
    pub fn new(fault: Fault, detail: impl Into<String>) -> Self {
        Self {
            fault,
            detail: detail.into(),
        }
    }

    pub(super) fn value(detail: impl Into<String>) -> Self {
        Self::new(Fault::InvalidValue, detail)
    }
}
