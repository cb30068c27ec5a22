//! Where a request comes from, as far as people want to know: browser and address.

use std::net::IpAddr;

use super::language::{self, Language};

/// The browser and network address a request came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// A short name such as "Firefox on macOS".
    pub browser: String,
    /// The peer's address, or the one a trusted proxy named.
    pub address: IpAddr,
    /// The language of ours that the browser likes best, if it likes one.
    pub language: Option<Language>,
}

impl Client {
    /// Describes a client by its `User-Agent` and address.
    pub fn new(user_agent: Option<&str>, address: IpAddr) -> Self {
        Self {
            browser: describe(user_agent.unwrap_or_default()),
            address: address.to_canonical(),
            language: None,
        }
    }

    /// The client, with what its `Accept-Language` asks for.
    #[must_use]
    pub fn asking_for(mut self, accept_language: Option<&str>) -> Self {
        self.language = accept_language.and_then(language::accepted);
        self
    }

    /// The address without the part that tells one household from the next:
    /// `203.0.113.x`, or the first 48 bits of IPv6.
    pub fn masked_address(&self) -> String {
        match self.address {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                format!("{a}.{b}.{c}.x")
            }
            IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}::x")
            }
        }
    }

    /// The network that limits are counted for, as numbers: the kind of address, and the address or,
    /// of IPv6, its first 64 bits.
    pub fn network(&self) -> (bool, u64) {
        match self.address {
            IpAddr::V4(v4) => (false, u64::from(v4.to_bits())),
            IpAddr::V6(v6) => (true, u64::try_from(v6.to_bits() >> 64).unwrap_or(0)),
        }
    }

    /// The network that limits are counted for: the address, of IPv6 its /64.
    pub fn limit_key(&self) -> String {
        match self.address {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

/// Names the browser and system of a `User-Agent`. Order matters: most browsers name others too.
fn describe(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 10] = [
        ("Edg/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |table: &[(&str, &'static str)]| {
        table
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "An unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_and_addresses_masked() {
        let v4 = Client::new(
            Some(
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.1; rv:130.0) Gecko/20100101 Firefox/130.0",
            ),
            "203.0.113.42".parse().unwrap(),
        );
        assert_eq!(v4.browser, "Firefox on macOS");
        assert_eq!(v4.masked_address(), "203.0.113.x");
        let v6 = Client::new(None, "2001:db8:1:2:3::9".parse().unwrap());
        assert_eq!(v6.browser, "An unknown browser");
        assert_eq!(v6.masked_address(), "2001:db8:1::x");
        assert_eq!(v6.limit_key(), "2001:db8:1:2::/64");
        let mapped = Client::new(None, "::ffff:203.0.113.7".parse().unwrap());
        assert_eq!(mapped.limit_key(), "203.0.113.7");
    }
}
