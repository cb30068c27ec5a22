//! What a provider may be, and what its groups mean. No database, no clock.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;
use url::{Host, Url};

use super::{Invalid, NewProvider};
use crate::{
    base::{
        email_address::mail_domains,
        reach::Reach,
        text::{folded, is_disruptive},
    },
    features::members::{WorkspaceRole, checked_name},
};

/// How many domains and groups a provider may have.
const MOST_ENTRIES: usize = 100;

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFault {
    /// Nothing but spaces.
    Empty,
    /// More characters than are kept.
    TooLong,
    /// Control, line-breaking or direction-changing characters.
    Characters,
}

/// A text as it is kept: trimmed, NFC.
fn text(given: &str, most: usize) -> Result<String, TextFault> {
    let text: String = given.trim().nfc().collect();
    if text.is_empty() {
        Err(TextFault::Empty)
    } else if text.chars().any(is_disruptive) {
        Err(TextFault::Characters)
    } else if text.chars().count() > most {
        Err(TextFault::TooLong)
    } else {
        Ok(text)
    }
}

/// A provider's values as they are kept, or everything that is wrong with them.
pub(super) fn checked(given: &NewProvider, reach: Reach) -> Result<NewProvider, Vec<Invalid>> {
    let mut faults = Vec::new();
    let mut short = |field, value: &str, most| {
        text(value, most).unwrap_or_else(|fault| {
            faults.push(Invalid::Text(field, fault));
            String::new()
        })
    };
    let name = short("name", &given.name, 100);
    let client_id = short("client_id", &given.client_id, 255);
    let groups_claim = short("groups_claim", &given.groups_claim, 255);
    let issuer = given.issuer.trim();
    if Url::parse(issuer).is_ok_and(|url| !is_within(&url, reach)) {
        faults.push(Invalid::OffLimits);
    } else if issuer.len() > 500 || !is_issuer(issuer) {
        faults.push(Invalid::Issuer);
    }
    let secret = given.client_secret.as_ref();
    if secret.is_some_and(|secret| secret.is_empty() || secret.expose().len() > 2000) {
        faults.push(Invalid::Secret);
    }
    let domains = mail_domains(&given.domains, MOST_ENTRIES).unwrap_or_else(|| {
        faults.push(Invalid::Domains);
        Vec::new()
    });
    let groups = groups(&given.groups).unwrap_or_else(|| {
        faults.push(Invalid::Groups);
        Vec::new()
    });
    let teams = teams(&given.teams).unwrap_or_else(|| {
        faults.push(Invalid::Teams);
        Vec::new()
    });
    let mut roles = given.groups.iter().map(|(_, role)| role);
    if given.default_role == WorkspaceRole::Owner || roles.any(|role| *role == WorkspaceRole::Owner)
    {
        faults.push(Invalid::Role);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(NewProvider {
        name,
        issuer: issuer.to_owned(),
        client_id,
        client_secret: given.client_secret.clone(),
        domains,
        default_role: given.default_role,
        groups_claim,
        groups,
        teams,
        only_way_in: given.only_way_in,
    })
}

fn groups(given: &[(String, WorkspaceRole)]) -> Option<Vec<(String, WorkspaceRole)>> {
    let mut names = HashSet::new();
    let mut kept = Vec::new();
    for (name, role) in given {
        // Compared as the provider writes it: neither trimmed nor normalized.
        let fits = text(name, 255).is_ok() && names.insert(name);
        kept.push(fits.then(|| (name.clone(), *role))?);
    }
    (kept.len() <= MOST_ENTRIES).then_some(kept)
}

/// Which groups are teams: each group one, each team one group.
fn teams(given: &[(String, String)]) -> Option<Vec<(String, String)>> {
    let (mut groups, mut names, mut kept) = (HashSet::new(), HashSet::new(), Vec::new());
    for (group, name) in given {
        let name = checked_name(name).ok()?;
        let fits = text(group, 255).is_ok() && groups.insert(group) && names.insert(folded(&name));
        kept.push(fits.then(|| (group.clone(), name))?);
    }
    (kept.len() <= MOST_ENTRIES).then_some(kept)
}

/// Whether a text can be an issuer (OpenID Connect Discovery 1.0, section 3).
fn is_issuer(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let bare = url.query().is_none() && url.fragment().is_none();
    bare && url.username().is_empty() && url.password().is_none() && is_secure(&url, true)
}

/// Whether an address may be asked: over TLS, or, where that is allowed, on this very machine.
pub(super) fn is_secure(url: &Url, loopback: bool) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => loopback && is_loopback(url),
        _ => false,
    }
}

/// Whether an address is where the server may go, as far as that can be seen from it. What a name leads to
/// is looked at each time when it is connected to.
pub(super) fn is_within(url: &Url, reach: Reach) -> bool {
    match url.host() {
        Some(Host::Domain(_)) => reach == Reach::Any || !is_loopback(url),
        Some(Host::Ipv4(v4)) => reach.allows(v4.into()),
        Some(Host::Ipv6(v6)) => reach.allows(v6.into()),
        None => false,
    }
}

/// Whether an address is on this very machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(v4)) => v4.is_loopback(),
        Some(Host::Ipv6(v6)) => v6.is_loopback(),
        None => false,
    }
}

/// The role somebody's groups give, where groups give roles: the greatest, or the default one.
pub(super) fn role_by_groups(
    mapped: &[(String, WorkspaceRole)],
    default: WorkspaceRole,
    belongs_to: &[String],
) -> WorkspaceRole {
    let given = mapped
        .iter()
        .filter(|(group, _)| belongs_to.contains(group))
        .map(|(_, role)| *role);
    given
        .max_by_key(|role| match role {
            WorkspaceRole::Guest => 0,
            WorkspaceRole::User => 1,
            WorkspaceRole::Admin | WorkspaceRole::Owner => 2,
        })
        .unwrap_or(default)
}

/// The role to change to, if any: groups never touch the workspace's Owner, and decide nothing where
/// none is mapped.
pub(super) fn role_change(
    mapped: &[(String, WorkspaceRole)],
    default: WorkspaceRole,
    belongs_to: &[String],
    current: WorkspaceRole,
) -> Option<WorkspaceRole> {
    if mapped.is_empty() || current == WorkspaceRole::Owner {
        return None;
    }
    let role = role_by_groups(mapped, default, belongs_to);
    (role != current).then_some(role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use WorkspaceRole::{Admin, Guest, Owner, User};

    fn provider() -> NewProvider {
        NewProvider {
            name: " Larkfield ID ".to_owned(),
            issuer: "https://id.larkfield.example".to_owned(),
            client_id: "guestpass".to_owned(),
            client_secret: None,
            domains: vec![
                " @Larkfield.EXAMPLE".to_owned(),
                "larkfield.example".to_owned(),
            ],
            default_role: User,
            groups_claim: "groups".to_owned(),
            groups: vec![("Vault admins".to_owned(), Admin)],
            teams: vec![("eng".to_owned(), " Engineering ".to_owned())],
            only_way_in: false,
        }
    }

    #[test]
    fn values_are_kept_in_one_spelling() {
        let kept = checked(&provider(), Reach::Private).expect("it is fine");
        assert_eq!(kept.name, "Larkfield ID");
        assert_eq!(kept.domains, ["larkfield.example"]);
        assert_eq!(kept.teams, [("eng".to_owned(), "Engineering".to_owned())]);
    }

    #[test]
    fn every_fault_is_named() {
        let mut bad = provider();
        bad.name = "\u{202e}".to_owned();
        bad.client_id = " ".to_owned();
        bad.issuer = "http://id.larkfield.example".to_owned();
        bad.client_secret = Some(crate::base::secret::SecretText::new(""));
        bad.domains = vec!["*.example".to_owned()];
        bad.default_role = Owner;
        bad.groups.push(("Vault admins".to_owned(), User));
        bad.teams.push(("ops".to_owned(), "ENGINEERING".to_owned()));
        let faults = checked(&bad, Reach::Private).expect_err("it can't be taken");
        assert_eq!(
            faults,
            [
                Invalid::Text("name", TextFault::Characters),
                Invalid::Text("client_id", TextFault::Empty),
                Invalid::Issuer,
                Invalid::Secret,
                Invalid::Domains,
                Invalid::Groups,
                Invalid::Teams,
                Invalid::Role,
            ]
        );
    }

    #[test]
    fn a_group_is_one_team_and_a_team_one_group() {
        let pair = |group: &str, team: &str| (group.to_owned(), team.to_owned());
        let kept = teams(&[pair("eng", "Engineering"), pair("ENG", "Engineers")]);
        assert_eq!(kept.map(|kept| kept.len()), Some(2), "groups have a case");
        for bad in [
            vec![pair("eng", "A"), pair("eng", "B")],
            vec![pair("eng", "Straße"), pair("ops", "STRASSE")],
            vec![pair(" ", "A")],
            vec![pair("eng", "")],
            vec![pair("eng", "a\nb")],
            vec![pair("e\u{202e}ng", "A")],
            vec![pair(&"x".repeat(256), "A")],
            (0..101)
                .map(|n| pair(&format!("g{n}"), &format!("t{n}")))
                .collect(),
        ] {
            assert_eq!(teams(&bad), None, "{bad:?}");
        }
    }

    #[test]
    fn issuers_are_secure_or_on_this_machine() {
        for good in [
            "https://id.example",
            "https://id.example/realms/larkfield/",
            "http://127.0.0.1:9000",
            "http://localhost:9000/oidc",
            "http://[::1]:9000",
        ] {
            assert!(is_issuer(good), "{good}");
        }
        for bad in [
            "",
            "id.example",
            "http://id.example",
            "http://127.0.0.1.example",
            "ftp://127.0.0.1",
            "https://id.example?tenant=1",
            "https://id.example#x",
            "https://me:pw@id.example",
            "file:///etc/passwd",
        ] {
            assert!(!is_issuer(bad), "{bad}");
        }
    }

    #[test]
    fn groups_give_the_greatest_role_and_leave_the_owner_alone() {
        let mapped = [
            ("staff".to_owned(), User),
            ("ops".to_owned(), Admin),
            ("agency".to_owned(), Guest),
        ];
        let cases: [(&[&str], WorkspaceRole, Option<WorkspaceRole>); 9] = [
            (&["agency"], User, Some(Guest)),
            (&["agency", "staff"], Guest, Some(User)),
            (&["staff", "ops"], User, Some(Admin)),
            (&["ops"], Admin, None),
            (&["staff"], Admin, Some(User)),
            (&["OPS"], User, None),
            (&[], Admin, Some(User)),
            (&["ops"], Owner, None),
            (&[], Owner, None),
        ];
        for (groups, current, wanted) in cases {
            let groups: Vec<_> = groups.iter().map(|&group| group.to_owned()).collect();
            let change = role_change(&mapped, User, &groups, current);
            assert_eq!(change, wanted, "{groups:?} {current:?}");
        }
        assert_eq!(
            role_change(&[], User, &[], Admin),
            None,
            "nothing is mapped"
        );
    }
}
