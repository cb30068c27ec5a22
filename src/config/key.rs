//! What a key of the configuration is.

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    /// Section and name: `mail.host`.
    pub(super) name: &'static str,
    /// What kind of value it has.
    pub(super) kind: Kind,
    /// What it is when nobody sets it.
    pub(super) default: Option<&'static str>,
    /// What stands for the value in help texts.
    pub(super) placeholder: &'static str,
    /// What it means, for the reference and the help.
    pub(super) meaning: &'static str,
}

/// What kind of value a key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// A text that nobody gets to see.
    Secret,
    /// A whole number.
    Whole,
    /// An array of texts; in flags and variables, separated by commas.
    List,
}

impl Kind {
    /// What it must be in the file.
    pub(super) fn in_toml(self) -> &'static str {
        match self {
            Self::Text | Self::Secret => "a text in quotes",
            Self::Whole => "a whole number without quotes",
            Self::List => "an array of texts, such as [\"10.0.0.0/8\"]",
        }
    }
}

impl Key {
    /// The variable that sets it: `GUESTPASS_MAIL_HOST`.
    pub(super) fn variable(&self) -> String {
        format!(
            "GUESTPASS_{}",
            self.name.replace('.', "_").to_ascii_uppercase()
        )
    }

    /// The flag that sets it, without its dashes: `mail-host`.
    pub(super) fn flag(&self) -> Option<String> {
        let visible = self.kind != Kind::Secret;
        visible.then(|| self.name.replace(['.', '_'], "-"))
    }
}
