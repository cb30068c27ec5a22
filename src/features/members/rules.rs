//! What a name may be. No database, no clock.

use unicode_normalization::UnicodeNormalization;

use super::{Member, MemberState, WorkspaceRole};
use crate::base::{
    email_address::EmailAddress,
    text::{folded, is_disruptive},
};

/// How many characters a name may have.
pub const NAME_MAX: usize = 100;

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// Nothing but spaces.
    Empty,
    /// More than [`NAME_MAX`] characters.
    TooLong,
    /// Control, line-breaking or direction-changing characters.
    Characters,
    /// A web address, in a name that mails carry.
    WebAddress,
}

/// A name as it is kept: trimmed, NFC.
///
/// Names stand in mail headers, lists and on the recipient's page, beside other text. Whatever
/// could break a line there or turn the direction of its neighbours is refused rather than
/// quietly removed.
pub fn name(text: &str) -> Result<String, NameFault> {
    let name: String = text.trim().nfc().collect();
    if name.is_empty() {
        Err(NameFault::Empty)
    } else if name.chars().any(is_disruptive) {
        Err(NameFault::Characters)
    } else if name.chars().count() > NAME_MAX {
        Err(NameFault::TooLong)
    } else {
        Ok(name)
    }
}

/// The name of a person or a workspace as it is kept. Invitations carry it to people who know nobody
/// here, and mail programs make links of what looks like one: nobody's name leads anywhere.
pub fn mailed_name(text: &str) -> Result<String, NameFault> {
    let name = name(text)?;
    let folded = folded(&name);
    if folded.contains("://") || folded.contains("www.") {
        Err(NameFault::WebAddress)
    } else {
        Ok(name)
    }
}

/// Whether an address may belong to a member with this role where `domains` are those that may join.
/// Without any, all may. Guests are from elsewhere: that is what they are for.
pub fn may_belong(domains: &[String], email: &EmailAddress, role: WorkspaceRole) -> bool {
    domains.is_empty() || role == WorkspaceRole::Guest || domains.contains(&email.domain())
}

/// Why a member can't be managed by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untouchable {
    /// The one who asks is no admin.
    NotAdmin,
    /// Nobody does it to themselves.
    Oneself,
    /// The workspace's Owner.
    Owner,
    /// Was removed.
    Gone,
}

/// Whether `by` may change the role of `member`, suspend or remove them.
///
/// # Errors
/// Why not.
pub fn may_manage(by: &Member, member: &Member) -> Result<(), Untouchable> {
    if !by.is_admin() {
        Err(Untouchable::NotAdmin)
    } else if member.state == MemberState::Removed {
        Err(Untouchable::Gone)
    } else if by.id == member.id {
        Err(Untouchable::Oneself)
    } else if member.role == WorkspaceRole::Owner {
        Err(Untouchable::Owner)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{
        clock::Timestamp,
        id::{MemberId, WorkspaceId},
    };

    #[test]
    fn domains_bound_members_and_no_guests() {
        use WorkspaceRole::{Admin, Guest, User};

        let only = vec!["larkfield.example".to_owned()];
        for (domains, email, role, may) in [
            (&vec![], "a@elsewhere.example", User, true),
            (&only, "a@Larkfield.Example", User, true),
            (&only, "a@elsewhere.example", User, false),
            (&only, "a@elsewhere.example", Admin, false),
            (&only, "a@elsewhere.example", Guest, true),
            // Neither what is below a domain nor what merely ends like it.
            (&only, "a@mail.larkfield.example", User, false),
            (&only, "a@notlarkfield.example", User, false),
        ] {
            let address = EmailAddress::parse(email).unwrap();
            assert_eq!(may_belong(domains, &address, role), may, "{email} {role:?}");
        }
    }

    #[test]
    fn admins_manage_everybody_but_themselves_and_the_owner() {
        use MemberState::{Active, Invited, Removed, Suspended};
        use Untouchable::{Gone, NotAdmin, Oneself, Owner};
        use WorkspaceRole as Role;

        let now = Timestamp::from_millis(1_700_000_000_000);
        let workspace = WorkspaceId::new(now);
        let member = |role, state| Member {
            id: MemberId::new(now),
            workspace,
            email: EmailAddress::parse("a@b.example").unwrap(),
            first_name: "A".to_owned(),
            last_name: "B".to_owned(),
            role,
            state,
            language: None,
        };
        for (by, role, state, expected) in [
            (Role::Owner, Role::Admin, Active, Ok(())),
            (Role::Admin, Role::Admin, Active, Ok(())),
            (Role::Admin, Role::User, Suspended, Ok(())),
            (Role::Admin, Role::Guest, Invited, Ok(())),
            (Role::Admin, Role::Owner, Active, Err(Owner)),
            (Role::Admin, Role::User, Removed, Err(Gone)),
            (Role::User, Role::Guest, Active, Err(NotAdmin)),
            (Role::User, Role::Owner, Active, Err(NotAdmin)),
            (Role::Guest, Role::Guest, Active, Err(NotAdmin)),
        ] {
            let found = may_manage(&member(by, Active), &member(role, state));
            assert_eq!(found, expected, "{by:?} {role:?} {state:?}");
        }
        for role in [Role::Owner, Role::Admin] {
            let one = member(role, Active);
            assert_eq!(may_manage(&one, &one), Err(Oneself));
        }
    }

    #[test]
    fn names_of_many_kinds_are_kept_as_they_are() {
        for good in [
            "Mira",
            "O’Neil-Søndergård",
            "נועה",
            "می‌خواهم",
            "李",
            "<b>Bo</b>",
            "=1+1",
        ] {
            assert_eq!(name(good).as_deref(), Ok(good));
        }
        assert_eq!(name("  Jose\u{301} "), Ok("José".to_owned()));
        assert_eq!(name(&"é".repeat(100)), Ok("é".repeat(100)));
    }

    #[test]
    fn names_that_mails_carry_lead_nowhere() {
        for bad in [
            "Locked: https://evil.example/login",
            "WWW.evil.example",
            "ｈｔｔｐ：／／evil",
            "ftp://x",
        ] {
            assert_eq!(mailed_name(bad), Err(NameFault::WebAddress), "{bad:?}");
            assert!(name(bad).is_ok(), "an item may be called so");
        }
        for good in ["Mira", "J. W. Okafor", "Okafor / Tran", "a:b"] {
            assert_eq!(mailed_name(good).as_deref(), Ok(good));
        }
        assert_eq!(mailed_name(" "), Err(NameFault::Empty));
    }

    #[test]
    fn what_could_disturb_its_neighbours_is_refused() {
        assert_eq!(name(" \t "), Err(NameFault::Empty));
        assert_eq!(name(&"é".repeat(101)), Err(NameFault::TooLong));
        for bad in [
            "Mira\r\nBcc: x@y.example",
            "Mi\0ra",
            "Mi\u{202e}ra",
            "\u{2066}Mira",
            "Mi\u{200b}ra",
            "Mira\u{2028}Okafor",
            "Mi\u{7f}ra",
            "Mi\u{85}ra",
            "Mi\u{feff}ra",
            "Mi\u{61c}ra",
            "\u{3164}",
            "Mi\u{ad}ra",
        ] {
            assert_eq!(name(bad), Err(NameFault::Characters), "{bad:?}");
        }
    }
}
