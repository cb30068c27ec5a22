//! Members' errors as answers.

use guestpass_api_types::FieldProblem;

use super::Problem;
use crate::features::members::{Invalid, MemberError, MemberState, NAME_MAX, NameFault, NotFresh};

impl From<MemberError> for Problem {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Db(error) => error.into(),
            MemberError::Mail(error) => Self::internal(&error),
            MemberError::Invalid(faults) => {
                Self::invalid(faults.into_iter().map(field_problem).collect())
            }
            MemberError::AlreadyMember => Self::conflict(
                "already_member",
                "Already a member",
                "Somebody with this mail address is a member or was invited already.",
            )
            .field("email", "Somebody with this address is a member already."),
            MemberError::MailDomain(domains) => Self::invalid(vec![FieldProblem {
                field: "email".to_owned(),
                message: format!(
                    "Members have addresses of {} here. Invite them as a guest, or change the mail domains under Settings.",
                    domains.join(", ")
                ),
            }])
            .code("mail_domain"),
            MemberError::NotAdmin => Self::forbidden(
                "not_admin",
                "Only the workspace's Owner and Admins can manage people. Ask one of them.",
            ),
            MemberError::NotFound => Self::no_such_member(),
            MemberError::IsOwner => Self::forbidden(
                "is_workspace_owner",
                "This is the workspace's Owner. They hand the workspace over first.",
            ),
            MemberError::Oneself => Self::conflict(
                "oneself",
                "Nobody does this to themselves",
                "Ask another Admin.",
            ),
            MemberError::NotOwner => Self::forbidden(
                "not_workspace_owner",
                "Only the workspace's Owner can do this.",
            ),
            MemberError::NotFresh(error) => error.into(),
            MemberError::OwnsItems => Self::conflict(
                "owns_items",
                "They own items",
                "Guests only use items. Hand over what they own, then make them a guest.",
            ),
            MemberError::WrongState(state) => Self::conflict(
                "wrong_state",
                "This can't be done any more",
                match state {
                    MemberState::Invited => "They were invited and haven't signed in yet.",
                    MemberState::Active => "They are an active member.",
                    MemberState::Suspended => "They are suspended.",
                    MemberState::Removed => "They aren't a member any more.",
                },
            ),
            MemberError::TooManyMails(exceeded) => Self::too_many(
                "too_many_mails",
                "This address has been sent several mails already. Try again later.",
                exceeded.retry_after,
            ),
            MemberError::TooManyInvitations(exceeded) => Self::too_many(
                "too_many_invitations",
                "Very many people were invited in a short time. Go on later, or let people join by their \
                 mail domain or a directory.",
                exceeded.retry_after,
            ),
        }
    }
}

impl From<NotFresh> for Problem {
    fn from(_: NotFresh) -> Self {
        Self::forbidden(
            "step_up_needed",
            "This needs a sign-in from the last ten minutes. Sign in again in this browser, then repeat it.",
        )
    }
}

fn field_problem(invalid: Invalid) -> FieldProblem {
    let (field, message) = match invalid {
        Invalid::Email => ("email", not_an_address()),
        Invalid::Role => (
            "role",
            "Choose Admin, Member or Guest: a workspace has one Owner, who hands it over."
                .to_owned(),
        ),
        Invalid::Name(field, fault) => (field, name_fault(fault)),
    };
    FieldProblem {
        field: field.to_owned(),
        message,
    }
}

/// What to say about a name that can't be taken.
pub(super) fn name_fault(fault: NameFault) -> String {
    match fault {
        NameFault::Empty => "Enter a name.".to_owned(),
        NameFault::TooLong => format!("Use at most {NAME_MAX} characters."),
        NameFault::Characters => {
            "Remove the line breaks and invisible characters from this name.".to_owned()
        }
        NameFault::WebAddress => {
            "Remove the web address from this name: invitations carry it.".to_owned()
        }
    }
}

/// What to say about a text that is no mail address.
pub(super) fn not_an_address() -> String {
    "Enter a mail address such as mira@larkfield.example.".to_owned()
}
