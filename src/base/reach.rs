//! How far the server goes when somebody other than its operator says where to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which addresses the server may connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The internet.
    Public,
    /// The internet and private networks, such as the company's own.
    Private,
    /// Everywhere, this very machine included.
    Any,
}

impl Reach {
    /// Whether an address may be connected to.
    pub fn allows(self, address: IpAddr) -> bool {
        match place(address) {
            Place::Internet => true,
            Place::PrivateNetwork => self != Self::Public,
            Place::Elsewhere => self == Self::Any,
        }
    }
}

enum Place {
    Internet,
    PrivateNetwork,
    /// This machine, its link (where clouds answer for a machine's secrets), everybody at once, nobody.
    Elsewhere,
}

/// Where an address leads (the IANA registries of special-purpose addresses, RFC 6890).
fn place(address: IpAddr) -> Place {
    match address {
        IpAddr::V4(v4) => place_v4(v4),
        IpAddr::V6(v6) => place_v6(v6),
    }
}

fn place_v4(address: Ipv4Addr) -> Place {
    match address.octets() {
        // RFC 1918, and what providers and overlay networks number their own with (RFC 6598).
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => {
            Place::PrivateNetwork
        }
        [0 | 127 | 224..=255, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Place::Elsewhere,
        _ => Place::Internet,
    }
}

fn place_v6(address: Ipv6Addr) -> Place {
    match address.segments() {
        // An IPv4 address in other words: mapped, or by way of NAT64.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            place_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
        }
        // Unique local addresses (RFC 4193).
        [0xfc00..=0xfdff, ..] => Place::PrivateNetwork,
        // Tunnels that end anywhere, and examples.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => {
            Place::Elsewhere
        }
        [0x2000..=0x3fff, ..] => Place::Internet,
        _ => Place::Elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internet_is_for_everybody_and_this_machine_for_who_says_so() {
        let everywhere = [
            "9.9.9.9",
            "172.32.0.1",
            "100.128.0.1",
            "2620:fe::fe",
            "64:ff9b::909:909",
        ];
        let private = [
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
        ];
        let nobody = [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.19.0.1",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::1",
        ];
        for (addresses, by_public, by_private) in [
            (&everywhere[..], true, true),
            (&private[..], false, true),
            (&nobody[..], false, false),
        ] {
            for address in addresses {
                let address: IpAddr = address.parse().expect("an address");
                assert_eq!(Reach::Public.allows(address), by_public, "{address}");
                assert_eq!(Reach::Private.allows(address), by_private, "{address}");
                assert!(Reach::Any.allows(address), "{address}");
            }
        }
    }
}
