//! `[providers]`

use super::{Key, Reader, key::Kind};
use crate::base::reach::Reach;

pub(super) const ABOUT: &str = "Login providers. The admins of a workspace enter their addresses, and the server connects to them.";

const NETWORKS: Key = Key {
    name: "providers.networks",
    kind: Kind::Text,
    default: Some("private"),
    placeholder: "public|private|any",
    meaning: "Where they may be, by the addresses that their names lead to: `public`, on the internet; \
              `private`, also on private networks such as the company's own (10/8, 172.16/12, 192.168/16, \
              100.64/10, fc00::/7); `any`, also on this very machine. Use `public` when the admins of a \
              workspace aren't to reach your network through this server, and `any` for trying things out.",
};
pub(super) const KEYS: &[Key] = &[NETWORKS];

/// Login providers.
#[derive(Clone, Debug)]
pub struct Providers {
    /// Where they may be.
    pub reach: Reach,
}

pub(super) fn read(reader: &mut Reader) -> Option<Providers> {
    let reach = reader.required(
        &NETWORKS,
        |text| match text {
            "public" => Ok(Reach::Public),
            "private" => Ok(Reach::Private),
            "any" => Ok(Reach::Any),
            _ => Err("must be `public`, `private` or `any`".to_owned()),
        },
        "Use `private`, or `public` when no provider is on your own network.",
    );
    Some(Providers { reach: reach? })
}
