//! Puts messages into words, and words into a mail (RFC 5322) that no name can bend.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address,
    message::{
        Mailbox, Message as Mime, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::{
    MailError, Message, speech,
    templates::{self, Facts, Which},
};
use crate::base::{
    clock::Timestamp, email_address::EmailAddress, id::MailId, language::Language,
    secret::SecretText,
};

/// What a mail says.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) text: SecretText,
    pub(super) html: SecretText,
}

/// A mail in words, on its way out.
pub(super) struct Letter<'a> {
    pub(super) id: MailId,
    pub(super) at: Timestamp,
    pub(super) to: &'a str,
    pub(super) to_name: &'a str,
    pub(super) subject: &'a str,
    pub(super) text: &'a str,
    pub(super) html: &'a str,
}

/// In whose name mails are sent.
#[derive(Clone, Debug)]
pub struct Sender {
    from: Mailbox,
    host: String,
}

impl Sender {
    /// `from` is `Name <address>` or a bare address; `host` is the host of the public address.
    ///
    /// # Errors
    /// When `from` is no address.
    pub fn new(from: &str, host: &str) -> Result<Self, MailError> {
        Ok(Self {
            from: from.parse()?,
            host: host.to_owned(),
        })
    }

    pub(super) fn put_together(&self, letter: &Letter<'_>) -> Result<Mime, MailError> {
        let address: Address = letter.to.parse()?;
        let name = Some(inert(letter.to_name)).filter(|name| !name.is_empty());
        let mut mime = Mime::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, address))
            .subject(inert(letter.subject))
            // The same for every try: a mail that arrives twice is shown once.
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .date(UNIX_EPOCH + Duration::from_millis(u64::try_from(letter.at.millis()).unwrap_or(0)))
            .multipart(MultiPart::alternative_plain_html(letter.text.to_owned(), letter.html.to_owned()))?;
        // Keeps holiday replies away (RFC 3834).
        let auto = HeaderName::new_from_ascii_str("Auto-Submitted");
        mime.headers_mut()
            .insert_raw(HeaderValue::new(auto, "auto-generated".to_owned()));
        Ok(mime)
    }
}

/// The text without what could start a new line or header, or turn the reading direction.
pub(super) fn inert(text: &str) -> String {
    let shown: String = text
        .chars()
        .map(|c| {
            if c.is_control() || is_format(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that show nothing and change how others are shown: direction marks, embeddings and
/// isolates, separators of lines and paragraphs, zero-width characters, tags.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Puts a message into words, for a mail to `to`.
pub(super) fn words(
    message: &Message,
    to: &EmailAddress,
    language: Language,
) -> Result<Words, MailError> {
    let facts = facts(message, to, language);
    let which = match message {
        Message::SignIn { .. } => Which::SignIn,
        Message::Invitation { .. } => Which::Invitation,
        Message::ConfirmLink { .. } => Which::ConfirmLink,
        Message::LinkOpened { .. } => Which::LinkOpened,
        Message::LinkDisputed { .. } => Which::LinkDisputed,
        Message::IntentRefused { .. } => Which::IntentRefused,
        Message::AddressChanged { .. } => Which::AddressChanged,
    };
    let [subject, text, html] = templates::render(which, language, &facts)?;
    Ok(Words {
        subject: subject.trim().to_owned(),
        text: SecretText::new(text),
        html: SecretText::new(html),
    })
}

#[expect(
    clippy::too_many_lines,
    reason = "one arm a message, and nothing but arms"
)]
fn facts(message: &Message, to: &EmailAddress, language: Language) -> Facts {
    let when = |at: &Timestamp| speech::when(*at, language);
    let start = |workspace: &str, first_name: &str| Facts {
        frame: speech::frame(language),
        to: to.to_string(),
        workspace: inert(workspace),
        first_name: inert(first_name),
        ..Facts::default()
    };
    match message {
        Message::SignIn {
            workspace,
            first_name,
            url,
            asked_at,
            expires_at,
            browser,
            address,
        }
        | Message::ConfirmLink {
            workspace,
            first_name,
            url,
            asked_at,
            expires_at,
            browser,
            address,
        } => Facts {
            url: url.clone(),
            asked_at: when(asked_at),
            asked_clock: speech::clock(*asked_at),
            until_clock: speech::clock(*expires_at),
            browser: speech::browser(&inert(browser), language),
            address: inert(address),
            ..start(workspace, first_name)
        },
        Message::Invitation {
            workspace,
            first_name,
            inviter,
            url,
        } => Facts {
            url: SecretText::new(url),
            who: inert(inviter),
            ..start(workspace, first_name)
        },
        Message::LinkOpened {
            workspace,
            first_name,
            item_url,
            opened_at,
            browser,
            address_masked,
            profile_url,
        } => Facts {
            url: SecretText::new(item_url),
            profile_url: profile_url.clone(),
            opened_at: when(opened_at),
            browser: speech::browser(&inert(browser), language),
            address: inert(address_masked),
            ..start(workspace, first_name)
        },
        Message::LinkDisputed {
            workspace,
            first_name,
            item_url,
            opened_at,
            disputed_at,
        } => Facts {
            url: SecretText::new(item_url),
            opened_at: when(opened_at),
            disputed_at: when(disputed_at),
            ..start(workspace, first_name)
        },
        Message::IntentRefused {
            workspace,
            first_name,
            who,
            asked_at,
            browser,
            address,
        } => Facts {
            who: inert(who),
            asked_at: when(asked_at),
            browser: speech::browser(&inert(browser), language),
            address: inert(address),
            ..start(workspace, first_name)
        },
        Message::AddressChanged {
            workspace,
            first_name,
            address,
            changed_at,
        } => Facts {
            address: inert(address),
            changed_at: when(changed_at),
            ..start(workspace, first_name)
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVIL: &str = "Mira\r\nBcc: thief@example.net\r\n\r\n<b>\u{202e}x</b>";

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(1_795_356_300_000 + minutes * 60_000)
    }

    fn confirm(first_name: &str) -> Message {
        Message::ConfirmLink {
            workspace: "Larkfield Studio".to_owned(),
            first_name: first_name.to_owned(),
            url: SecretText::new("https://vault.larkfield.example/confirm#T2xk"),
            asked_at: at(0),
            expires_at: at(10),
            browser: "Firefox on macOS".to_owned(),
            address: "203.0.113.42".to_owned(),
        }
    }

    fn others() -> Vec<Message> {
        let text = str::to_owned;
        let (workspace, first_name) = (text("Larkfield Studio"), text("Mira"));
        let item_url = text("https://vault.larkfield.example/items/itm_1");
        vec![
            Message::SignIn {
                workspace: workspace.clone(),
                first_name: first_name.clone(),
                url: SecretText::new("https://vault.larkfield.example/sign-in#T2xk"),
                asked_at: at(0),
                expires_at: at(15),
                browser: text("Safari on iPhone"),
                address: text("203.0.113.42"),
            },
            Message::Invitation {
                workspace: workspace.clone(),
                first_name: first_name.clone(),
                inviter: text("Jonas Lindqvist"),
                url: text("https://vault.larkfield.example/"),
            },
            Message::LinkOpened {
                workspace: workspace.clone(),
                first_name: first_name.clone(),
                item_url: item_url.clone(),
                opened_at: at(0),
                browser: text("Chrome on Android"),
                address_masked: text("203.0.113.x"),
                profile_url: text("https://vault.larkfield.example/profile"),
            },
            Message::LinkDisputed {
                workspace: workspace.clone(),
                first_name: first_name.clone(),
                item_url,
                opened_at: at(0),
                disputed_at: at(90),
            },
            Message::IntentRefused {
                workspace,
                first_name,
                who: text("Anneliese Brandt-Hoffmann"),
                asked_at: at(0),
                browser: text("curl"),
                address: text("198.51.100.7"),
            },
            readdressed(),
        ]
    }

    fn readdressed() -> Message {
        Message::AddressChanged {
            workspace: "Larkfield Studio".to_owned(),
            first_name: "Mira".to_owned(),
            address: "mira@larkfield.example".to_owned(),
            changed_at: at(0),
        }
    }

    fn to() -> EmailAddress {
        EmailAddress::parse("mira.okafor@larkfield.example").unwrap()
    }

    fn mime(name: &str, subject: &str) -> String {
        let now = at(1);
        let letter = Letter {
            id: MailId::new(now),
            at: now,
            to: "mira.okafor@larkfield.example",
            to_name: name,
            subject,
            text: "text",
            html: "<p>html</p>",
        };
        let sender = Sender::new(
            "Guestpass <guestpass@larkfield.example>",
            "vault.larkfield.example",
        )
        .unwrap();
        String::from_utf8(sender.put_together(&letter).unwrap().formatted()).unwrap()
    }

    #[test]
    fn every_message_is_complete_in_both_parts() {
        let messages = || others().into_iter().chain([confirm("Mira")]);
        let english = messages().map(|message| (message, Language::En, "to mira"));
        let german = messages().map(|message| (message, Language::De, "an mira"));
        for (message, language, sent_to) in english.chain(german) {
            let words = words(&message, &to(), language).unwrap();
            let (text, html) = (words.text.expose(), words.html.expose());
            for part in [text, html] {
                assert!(
                    part.contains("Larkfield Studio") && part.contains("Mira"),
                    "{part}"
                );
                let sent_to = format!("{sent_to}.okafor@larkfield.example");
                assert!(part.contains(&sent_to), "{part}");
            }
            assert!(
                !words.subject.is_empty() && !words.subject.contains('\n'),
                "{}",
                words.subject
            );
            assert!(
                !text.contains(", ,") && !text.contains("()") && !text.contains(" ."),
                "{text}"
            );
            // No empty fact: a value that a template names and its message doesn't fill.
            assert!(!html.contains("color:#171d21;\"></td>"), "{html}");
            assert!(
                !text
                    .lines()
                    .any(|line| line.ends_with(':') && line.contains("  ")),
                "{text}"
            );
            for foreign in ["<img", "<script", "<link", "src="] {
                assert!(!html.contains(foreign), "{foreign}");
            }
        }
    }

    #[test]
    fn the_confirmation_reads_as_agreed() {
        let words = words(&confirm("Mira"), &to(), Language::En).unwrap();
        assert_eq!(words.subject, "Confirm your identity to get the link");
        insta::assert_snapshot!(words.text.expose());
        let html = words.html.expose();
        assert_eq!(
            html.matches("href=\"https://vault.larkfield.example/confirm#T2xk\"")
                .count(),
            2
        );
        assert!(
            html.contains("Confirm my identity") && html.contains("Sun 22 Nov 2026, 14:05 UTC"),
            "{html}"
        );
    }

    #[test]
    fn every_message_speaks_german() {
        for message in others().into_iter().chain([confirm("Mira")]) {
            let words = words(&message, &to(), Language::De).unwrap();
            let name = format!("{message:?}");
            let name = name.split(' ').next().unwrap_or_default();
            let mail = format!("{}\n\n{}", words.subject, words.text.expose());
            insta::assert_snapshot!(format!("german_{name}"), mail);
            let html = words.html.expose();
            assert!(
                html.starts_with("<!doctype html>\n<html lang=\"de\">"),
                "{html}"
            );
            for english in ["Works once", "Button does", "Sent by", "Nov 2026", " on "] {
                assert!(!html.contains(english), "{english} in {html}");
                assert!(!mail.contains(english), "{english} in {mail}");
            }
        }
    }

    #[test]
    fn the_news_of_another_address_reads_as_agreed() {
        let words = words(&readdressed(), &to(), Language::En).unwrap();
        assert_eq!(
            words.subject,
            "Your sign-in address in Larkfield Studio was changed"
        );
        insta::assert_snapshot!(words.text.expose());
        let html = words.html.expose();
        assert!(
            html.contains("mira@larkfield.example") && html.contains("Sun 22 Nov 2026, 14:05 UTC"),
            "{html}"
        );
        // It opens nothing, for whoever reads it.
        assert!(!html.contains("<a "), "{html}");
    }

    #[test]
    fn names_are_inert_in_html_text_and_headers() {
        let words = words(&confirm(EVIL), &to(), Language::En).unwrap();
        assert!(!words.html.expose().contains("<b>"));
        assert!(
            !words.text.expose().contains("\nBcc:") && !words.text.expose().contains('\u{202e}')
        );
        let mail = mime(EVIL, EVIL);
        let head = mail.split("\r\n\r\n").next().unwrap();
        assert!(
            !head
                .lines()
                .any(|line| line.to_ascii_lowercase().starts_with("bcc:")),
            "{head}"
        );
        assert_eq!(head.matches("To:").count(), 1, "{head}");
    }

    #[test]
    fn headers_are_what_mail_servers_and_holiday_replies_expect() {
        let mail = mime("Mira Okafor", "Héllo");
        for wanted in [
            "From: Guestpass <guestpass@larkfield.example>\r\n",
            "To: \"Mira Okafor\" <mira.okafor@larkfield.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Date: Sun, 22 Nov 2026 14:06:00 +0000\r\n",
            "@vault.larkfield.example>\r\n",
            "multipart/alternative",
        ] {
            assert!(mail.contains(wanted), "{wanted} in {mail}");
        }
        assert!(mail.contains("Message-ID: <mai_"), "{mail}");
    }
}
