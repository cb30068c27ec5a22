//! Where the request comes from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use ipnet::IpNet;

use crate::{app::App, base::client::Client};

/// The browser and address of whoever asks.
#[derive(Clone, Debug)]
pub struct Peer(pub Client);

impl FromRequestParts<App> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
        let address = behind_proxies(peer, &parts.headers, app.trusted_proxies());
        let said = |name| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let client = Client::new(said(header::USER_AGENT), address);
        Ok(Self(client.asking_for(said(header::ACCEPT_LANGUAGE))))
    }
}

/// The address nearest to us that no trusted proxy owns. `X-Forwarded-For` of anybody else is
/// what they say of themselves, and ignored.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let mut nearest = peer.to_canonical();
    let named = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|part| part.trim().parse::<IpAddr>().ok());
    let mut named: Vec<_> = named.collect();
    while is_trusted(nearest) {
        match named.pop() {
            Some(Some(address)) => nearest = address.to_canonical(),
            _ => break,
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_addresses_count_only_behind_trusted_proxies() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "1.2.3.4, 203.0.113.9".parse().unwrap());
        headers.append("x-forwarded-for", "10.0.0.7".parse().unwrap());
        let from = |peer: &str, headers: &HeaderMap| {
            behind_proxies(peer.parse().unwrap(), headers, &trusted).to_string()
        };
        assert_eq!(
            from("10.1.1.1", &headers),
            "203.0.113.9",
            "the client's own claim is skipped"
        );
        assert_eq!(from("198.51.100.1", &headers), "198.51.100.1");
        assert_eq!(from("10.1.1.1", &HeaderMap::new()), "10.1.1.1");
        headers.insert("x-forwarded-for", "not an address".parse().unwrap());
        assert_eq!(from("10.1.1.1", &headers), "10.1.1.1");
    }
}
