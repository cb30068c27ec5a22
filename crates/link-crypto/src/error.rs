//! What can go wrong. No variant carries anything secret, so that every one can be logged.

use thiserror::Error;

/// Why a link could not be parsed, sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// Not `1` and 43 characters of base64url in their canonical form.
    #[error("not the fragment of a link")]
    Fragment,
    /// A commitment, IV or ciphertext of a length that version 1 doesn't have.
    #[error("a part of the sealed payload has a wrong length")]
    Format,
    /// An unknown flag, or a time before 1970 or past what a browser can count.
    #[error("terms that version 1 can't express")]
    Terms,
    /// Sealed under other keys than the link's.
    #[error("sealed under another key")]
    Commitment,
    /// Changed since it was sealed, or bound to another link, origin or other terms.
    #[error("changed, or bound to other terms")]
    Authentication,
    /// A length beyond the plaintext, or padding that isn't all zero.
    #[error("wrong padding")]
    Padding,
    /// The payload is not JSON, or not the JSON that was expected.
    #[error("not the expected JSON")]
    Json,
    /// The payload's JSON is longer than [`MAX_PLAINTEXT`](crate::MAX_PLAINTEXT) bytes.
    #[error("the payload is too large for a link")]
    TooLarge,
    /// The cryptographic library refused an operation that only fails for want of memory.
    #[error("a cryptographic operation failed")]
    Primitive,
}

impl From<aws_lc_rs::error::Unspecified> for Error {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Primitive
    }
}
