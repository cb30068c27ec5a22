//! Mail addresses: what is written to, and what is compared.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// A mail address that can be written to.
///
/// Kept as it was entered (trimmed). Two addresses are the same when their [`EmailAddress::key`]
/// is: NFC, lower case of ASCII letters only. Letters that merely look alike, or that some
/// languages fold together, stay different, so that nobody can pass for somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

/// A text that isn't a mail address we can write to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a mail address: it needs one @, a name before it and a domain after it")]
pub struct NotAnAddress;

impl EmailAddress {
    /// Reads an address (RFC 5321 length limits, the syntax of HTML's `input type=email` widened
    /// to letters beyond ASCII).
    ///
    /// # Errors
    /// When the text has no single `@`, an empty or overlong part, spaces, control or
    /// direction-changing characters, or characters that mean something in a mail header.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let text: String = text.trim().nfc().collect();
        let (local, domain) = text.split_once('@').ok_or(NotAnAddress)?;
        let sizes = !local.is_empty() && local.len() <= 64 && domain.len() <= 253;
        let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        let local_ok = local
            .chars()
            .all(|c| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c));
        let domain_ok = domain.split('.').count() >= 2 && domain.split('.').all(is_label);
        if sizes && dots && local_ok && domain_ok {
            Ok(Self(text))
        } else {
            Err(NotAnAddress)
        }
    }

    /// The address as it was entered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes two addresses the same.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The mailbox that it probably means: many servers deliver `mira+anything` to `mira`. For counting
    /// only; others don't, and then the addresses are two people's.
    pub fn mailbox(&self) -> String {
        let key = self.key();
        let Some((local, domain)) = key.split_once('@') else {
            return key;
        };
        match local.split_once('+') {
            Some((mailbox, _)) if !mailbox.is_empty() => format!("{mailbox}@{domain}"),
            _ => key,
        }
    }

    /// What makes two addresses belong to the same domain.
    pub fn domain(&self) -> String {
        let key = self.key();
        key.split_once('@')
            .map_or_else(String::new, |(_, domain)| domain.to_owned())
    }
}

/// A list of mail domains as it is kept: as [`EmailAddress::domain`] gives them, sorted, each once.
/// Nothing when one isn't a domain, or there are more than `most`.
pub fn mail_domains(given: &[String], most: usize) -> Option<Vec<String>> {
    let mut kept = Vec::new();
    for domain in given.iter().map(|domain| domain.trim()) {
        let domain = domain.strip_prefix('@').unwrap_or(domain);
        let address = EmailAddress::parse(&format!("somebody@{domain}")).ok()?;
        kept.push(address.domain());
    }
    kept.sort();
    kept.dedup();
    (kept.len() <= most).then_some(kept)
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_addresses_are_read_and_compared_without_ascii_case() {
        let key = |text: &str| EmailAddress::parse(text).unwrap().key();
        assert_eq!(
            key(" Mira.Okafor+x@Larkfield.Example "),
            "mira.okafor+x@larkfield.example"
        );
        // The Cyrillic а and the Kelvin sign only look like a and k.
        assert_ne!(
            key("mir\u{430}@larkfield.example"),
            key("mira@larkfield.example")
        );
        assert_ne!(
            key("o\u{131}@larkfield.example"),
            key("oi@larkfield.example")
        );
    }

    #[test]
    fn what_follows_a_plus_is_the_same_mailbox() {
        for (address, mailbox) in [
            ("Mira+1@x.example", "mira@x.example"),
            ("mira+a+b@x.example", "mira@x.example"),
            ("mira@x.example", "mira@x.example"),
            ("+1@x.example", "+1@x.example"),
        ] {
            assert_eq!(EmailAddress::parse(address).unwrap().mailbox(), mailbox);
        }
    }

    #[test]
    fn what_is_no_address_or_reaches_into_a_header_is_refused() {
        for bad in [
            "",
            "mira",
            "@x.example",
            "mira@",
            "mira@example",
            "a@b@c.example",
            "mira@-x.example",
            "a b@c.example",
            "a\r\nBcc: b@c.example",
            "a@c.example\nx",
            "<a@c.example>",
            "a\u{202e}@c.example",
            "a\u{200b}@c.example",
            "mira@x..example",
            "\"a\"@c.example",
            "a..b@c.example",
            ".a@c.example",
            "a.@c.example",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
    }
}
