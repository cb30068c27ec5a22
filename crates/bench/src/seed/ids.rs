//! Identifiers as the server makes them: UUIDs version 7 (RFC 9562) with a prefix.

use super::Chance;

/// An identifier without its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id([u8; 16]);

impl Id {
    /// An identifier of something made at this instant (milliseconds since the Unix epoch).
    pub fn new(chance: &mut Chance, at: i64) -> Self {
        let mut bytes: [u8; 16] = chance.bytes();
        bytes[..6].copy_from_slice(&at.to_be_bytes()[2..]);
        bytes[6] = bytes[6] & 0x0f | 0x70;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }

    /// A number that no other identifier gives: its random end.
    pub fn number(self) -> u64 {
        let [.., a, b, c, d, e, f, g, h] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// The identifier of a kind of thing, e.g. `lnk_018f…`.
    pub fn text(self, prefix: &str) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(prefix.len() + 33);
        text.push_str(prefix);
        text.push('_');
        for byte in self.0 {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use guestpass::base::id::LinkId;

    use super::*;

    #[test]
    fn the_server_takes_them_and_they_say_when() {
        let mut chance = Chance::new(1, 1);
        let id = Id::new(&mut chance, 1_764_000_000_123);
        let text = id.text("lnk");
        let read: LinkId = text.parse().unwrap();
        assert_eq!(read.to_string(), text);
        assert_eq!(i64::from_str_radix(&text[4..16], 16), Ok(1_764_000_000_123));
        assert_eq!(&text[16..17], "7");
    }
}
