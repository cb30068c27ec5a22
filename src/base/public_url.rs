//! The address under which people reach this installation. It comes from the configuration,
//! never from a request, so that no header decides what is mailed out.

use url::{Host, Url};

use super::language::{self, Language};

/// An origin such as `https://vault.example`: scheme, host and port, nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    authority: String,
    host: String,
}

/// Why a text is no public address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPublicUrl {
    /// Not an http or https address with a host.
    #[error("must be an address such as `https://vault.example`")]
    NotAnAddress,
    /// Something after the host and port.
    #[error("must end after the host or port: no path, no query, no user name")]
    NotAnOrigin,
    /// Plain http to the outside.
    #[error("must start with `https://`; plain http is for loopback addresses only")]
    NotSecure,
}

impl PublicUrl {
    /// Reads an origin.
    ///
    /// # Errors
    /// When it isn't one, or isn't https outside of loopback.
    pub fn parse(text: &str) -> Result<Self, InvalidPublicUrl> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidPublicUrl::NotAnAddress)?;
        let host = url.host().ok_or(InvalidPublicUrl::NotAnAddress)?;
        let loopback = match host {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(v4) => v4.is_loopback(),
            Host::Ipv6(v6) => v6.is_loopback(),
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(InvalidPublicUrl::NotSecure),
            _ => return Err(InvalidPublicUrl::NotAnAddress),
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidPublicUrl::NotAnOrigin);
        }
        let origin = url.origin().ascii_serialization();
        let authority = origin
            .split_once("://")
            .map_or("", |(_, rest)| rest)
            .to_owned();
        Ok(Self {
            origin,
            authority,
            host: host.to_string(),
        })
    }

    /// The origin's ASCII form, e.g. `https://vault.example`; what links are bound to.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Host and port as a `Host` header names them.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host alone.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The address of a page: `path` starts with a slash.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The address of a page in a language, which counts for more than what the browser asks for.
    pub fn page_in(&self, path: &str, language: Option<Language>) -> String {
        let page = self.page(path);
        match language {
            Some(language) => format!("{page}?lang={}", language::tag(language)),
            None => page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_secure_origins_are_taken() {
        let origin = |text: &str| PublicUrl::parse(text).map(|url| url.origin);
        assert_eq!(
            origin("https://Vault.Example/"),
            Ok("https://vault.example".to_owned())
        );
        assert_eq!(
            origin("https://vault.example:443"),
            Ok("https://vault.example".to_owned())
        );
        assert_eq!(
            origin("http://127.0.0.1:8777"),
            Ok("http://127.0.0.1:8777".to_owned())
        );
        assert_eq!(
            origin("http://vault.example"),
            Err(InvalidPublicUrl::NotSecure)
        );
        assert_eq!(
            origin("https://vault.example/x"),
            Err(InvalidPublicUrl::NotAnOrigin)
        );
        assert_eq!(
            origin("https://me@vault.example"),
            Err(InvalidPublicUrl::NotAnOrigin)
        );
        assert_eq!(origin("vault.example"), Err(InvalidPublicUrl::NotAnAddress));
        assert_eq!(
            origin("ftp://vault.example"),
            Err(InvalidPublicUrl::NotAnAddress)
        );
    }
}
