//! `[server]`

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use super::{Key, Reader, key::Kind};
use crate::base::public_url::PublicUrl;

pub(super) const ABOUT: &str = "Where it listens, and under which address people reach it.";

const LISTEN: Key = Key {
    name: "server.listen",
    kind: Kind::Text,
    default: Some("127.0.0.1:8080"),
    placeholder: "ADDRESS:PORT",
    meaning: "The network address and port to listen on. Guestpass speaks plain HTTP there: put a proxy \
              that ends TLS in front of it.",
};
const PUBLIC_URL: Key = Key {
    name: "server.public_url",
    kind: Kind::Text,
    default: None,
    placeholder: "URL",
    meaning: "The address people type, such as `https://vault.example`. Mails and links carry it, and \
              requests for any other host are refused. Must be https outside of loopback. Changing it \
              makes existing public links unusable.",
};
const TRUSTED_PROXIES: Key = Key {
    name: "server.trusted_proxies",
    kind: Kind::List,
    default: Some(""),
    placeholder: "ADDRESSES",
    meaning: "Addresses or networks of proxies whose `X-Forwarded-For` is believed, such as \
              `10.0.0.0/8`. Anybody else's is ignored.",
};
pub(super) const KEYS: &[Key] = &[LISTEN, PUBLIC_URL, TRUSTED_PROXIES];

/// Where it listens, and under which address people reach it.
#[derive(Clone, Debug)]
pub struct Server {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The address people use.
    pub public_url: PublicUrl,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

pub(super) fn read(reader: &mut Reader) -> Option<Server> {
    let listen = reader.required(
        &LISTEN,
        |text| {
            text.parse()
                .map_err(|_| "must be an IP address and a port".to_owned())
        },
        "Write for example 127.0.0.1:8080, or [::]:8080 for all addresses.",
    );
    let public_url = reader.required(
        &PUBLIC_URL,
        |text| PublicUrl::parse(text).map_err(|wrong| wrong.to_string()),
        "Set it to the address people type, such as https://vault.example.",
    );
    let trusted_proxies = reader.required(
        &TRUSTED_PROXIES,
        |text| {
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(network)
                .collect()
        },
        "List addresses or networks, such as 10.0.0.0/8.",
    );
    Some(Server {
        listen: listen?,
        public_url: public_url?,
        trusted_proxies: trusted_proxies?,
    })
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "must hold only addresses and networks".to_owned())
}
