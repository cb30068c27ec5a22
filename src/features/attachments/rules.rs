//! What an attachment may be. No database, no clock.

use guestpass_api_types::items::NewAttachment;
use unicode_normalization::UnicodeNormalization;

use crate::base::text::is_disruptive;

/// The largest file, in bytes.
pub const MAX_SIZE: i64 = 10_000_000;
/// How many files a secret can have.
pub const MAX_FILES: i64 = 20;
const NAME: usize = 255;

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing but spaces.
    Empty,
    /// More than this many characters.
    TooLong(usize),
    /// Characters that break a line, turn the direction of the text, or separate folders.
    Characters,
    /// Less than nothing, or more than [`MAX_SIZE`].
    Size,
}

/// The file's name as it is kept.
pub(super) fn announced(new: &NewAttachment) -> Result<String, Vec<(&'static str, Fault)>> {
    let name = file_name(&new.name);
    let size_fits = (0..=MAX_SIZE).contains(&new.size);
    match name {
        Ok(name) if size_fits => Ok(name),
        name => {
            let name = name.err().map(|fault| ("name", fault));
            let size = (!size_fits).then_some(("size", Fault::Size));
            Err(name.into_iter().chain(size).collect())
        }
    }
}

fn file_name(text: &str) -> Result<String, Fault> {
    let name: String = text.trim().nfc().collect();
    if name.is_empty() {
        Err(Fault::Empty)
    } else if name
        .chars()
        .any(|c| is_disruptive(c) || matches!(c, '/' | '\\'))
    {
        Err(Fault::Characters)
    } else if name.chars().count() > NAME {
        Err(Fault::TooLong(NAME))
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announce(name: &str, size: i64) -> Result<String, Vec<(&'static str, Fault)>> {
        announced(&NewAttachment {
            name: name.to_owned(),
            size,
        })
    }

    #[test]
    fn names_and_sizes_have_limits() {
        assert_eq!(
            announce(" Plan Köln (2).pdf ", 10_000_000),
            Ok("Plan Köln (2).pdf".to_owned())
        );
        assert_eq!(announce("empty.txt", 0), Ok("empty.txt".to_owned()));
        assert!(announce(&"é".repeat(255), 1).is_ok());
        assert_eq!(
            announce(&"é".repeat(256), 1),
            Err(vec![("name", Fault::TooLong(255))])
        );
        assert_eq!(announce("a", 10_000_001), Err(vec![("size", Fault::Size)]));
        assert_eq!(announce("a", -1), Err(vec![("size", Fault::Size)]));
        assert_eq!(
            announce(" ", i64::MAX),
            Err(vec![("name", Fault::Empty), ("size", Fault::Size)])
        );
        for bad in [
            "../../etc/passwd",
            "a\\b",
            "a\r\nb",
            "gnp\u{202e}fdp.exe",
            "a\0b",
        ] {
            assert_eq!(
                announce(bad, 1),
                Err(vec![("name", Fault::Characters)]),
                "{bad:?}"
            );
        }
    }
}
