//! Providers' errors as answers, and what a test of a connection found.

use axum::http::StatusCode;
use guestpass_api_types::FieldProblem;

use super::Problem;
use crate::features::{
    providers::{Fault, Invalid, MOST, ProviderError, Refusal, TextFault},
    teams::TeamError,
};

impl From<ProviderError> for Problem {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Db(error) => error.into(),
            ProviderError::Key(error) => Self::internal(&error),
            ProviderError::NotFresh(error) => error.into(),
            ProviderError::NotAdmin => Self::forbidden(
                "not_admin",
                "Only the workspace's Owner and Admins look after sign-in. Ask one of them.",
            ),
            ProviderError::NoWorkspace => Self::no_workspace(),
            ProviderError::NotFound => Self::not_found(),
            ProviderError::Invalid(faults) => {
                Self::invalid(faults.into_iter().map(field_problem).collect())
            }
            ProviderError::TooMany => Self::conflict(
                "too_many_providers",
                "Too many providers",
                format!("A workspace has {MOST} providers at most. Remove one you don't need."),
            ),
            ProviderError::Team(TeamError::NameTaken) => Self::invalid(vec![FieldProblem {
                field: "teams".to_owned(),
                message: "Another team has one of these names. Choose a different one, or rename \
                          the other team."
                    .to_owned(),
            }]),
            ProviderError::Team(error) => error.into(),
            ProviderError::NotConnected => Self::conflict(
                "not_connected",
                "Connect your own account first",
                "You would lock yourself out. Save the provider, connect your own account to it, \
                 then make it the only way in.",
            ),
            ProviderError::OwnerNotConnected => Self::conflict(
                "owner_not_connected",
                "The workspace's Owner would be locked out",
                "Their account is connected to no provider that would be a way in. Ask them to connect it \
                 under Profile, then try again.",
            ),
            ProviderError::Unusable(fault) => Self::new(
                StatusCode::BAD_GATEWAY,
                "provider_unusable",
                "The login service can't be used right now",
                "Your company's login service doesn't answer as it should. Try again in a moment; \
                 if it stays, tell your administrator.",
            )
            .logged(&fault),
            ProviderError::NoVisit => Self::new(
                StatusCode::GONE,
                "flow_over",
                "This sign-in is over",
                "It was used, came too late, or was started in another browser. Start again.",
            ),
            ProviderError::Refused(why) => refused(why),
            ProviderError::LogoutToken(why) => {
                tracing::warn!(why, "a logout token was refused");
                Self::bad_request(format!("The logout token can't be taken: {why}."))
                    .code("logout_token")
            }
        }
    }
}

fn refused(why: Refusal) -> Problem {
    let (code, detail) = match why {
        Refusal::ByProvider => (
            "provider_refused",
            "Your company's login service didn't let you through. Start again, or ask whoever looks \
             after it.",
        ),
        Refusal::Untrusted(_) => (
            "provider_untrusted",
            "What your company's login service answered can't be trusted, so nobody was signed in. \
             Start again; if it stays, tell your administrator.",
        ),
        Refusal::ConnectFirst => (
            "connect_first",
            "There is an account with your mail address, and it isn't connected to this login yet. \
             Sign in by mail, then connect it in your profile. If mail isn't a way in, ask an \
             administrator.",
        ),
        Refusal::MailFirst => (
            "mail_first",
            "Something was shared with you already, so show first that the mailbox is yours: sign in by \
             mail, then connect this login in your profile. If mail isn't a way in, ask an administrator.",
        ),
        Refusal::Unverified => (
            "email_unverified",
            "Your company's login service doesn't vouch for your mail address. Ask whoever looks \
             after it to verify the address.",
        ),
        Refusal::NotInvited => (
            "not_invited",
            "Nobody has invited you here yet. Ask an administrator of this workspace for an \
             invitation.",
        ),
        Refusal::KeptOut => (
            "kept_out",
            "You can't come in at the moment. Ask an administrator of this workspace.",
        ),
        Refusal::Taken => (
            "account_taken",
            "One of the two accounts is connected to another one already. Disconnect that first.",
        ),
        Refusal::NotYou => (
            "not_you",
            "Somebody else set out to connect their account. Sign in again and start over.",
        ),
    };
    Problem::new(StatusCode::FORBIDDEN, code, "You aren't signed in", detail)
}

fn field_problem(invalid: Invalid) -> FieldProblem {
    let (field, message) = match invalid {
        Invalid::Text(field, TextFault::Empty) => (field, "This can't be empty."),
        Invalid::Text(field, TextFault::TooLong) => (field, "This is too long."),
        Invalid::Text(field, TextFault::Characters) => {
            (field, "Remove the line breaks and invisible characters.")
        }
        Invalid::Issuer => (
            "issuer",
            "Enter an address such as https://id.larkfield.example, without a query.",
        ),
        Invalid::OffLimits => (
            "issuer",
            "This server doesn't go to that network. Its operator decides (providers.networks).",
        ),
        Invalid::Secret => (
            "client_secret",
            "Enter the client secret that the provider gave you. A new issuer needs it again.",
        ),
        Invalid::Domains => (
            "domains",
            "Enter mail domains such as larkfield.example, 100 at most.",
        ),
        Invalid::Role => (
            "default_role",
            "Choose Admin or User: a workspace has one Owner.",
        ),
        Invalid::Groups => (
            "groups",
            "Each group needs a name and can be there once, 100 at most.",
        ),
        Invalid::Teams => (
            "teams",
            "Each group needs a name and a team of its own, 100 at most.",
        ),
    };
    FieldProblem {
        field: field.to_owned(),
        message: message.to_owned(),
    }
}

/// What a test of a connection found: a stable code, and what to do.
pub fn describe_fault(fault: Option<&Fault>) -> (&'static str, String) {
    let Some(fault) = fault else {
        return ("ok", "The connection works.".to_owned());
    };
    let (code, message) = match fault {
        Fault::CantConnect => (
            "cant_connect",
            "Nothing answers at the issuer's address, or its certificate isn't trusted here.",
        ),
        Fault::OffLimits => (
            "off_limits",
            "The provider is on a network that this server doesn't go to. Its operator decides \
             (providers.networks).",
        ),
        Fault::TooSlow => ("too_slow", "The provider took longer than ten seconds."),
        Fault::TooLarge => (
            "too_large",
            "The provider's answer is far larger than a discovery document.",
        ),
        Fault::NoDocument(status) => {
            return (
                "no_document",
                format!(
                    "There is no discovery document below the issuer's address (status {status}). \
                     Compare the issuer with what the provider says, also its path."
                ),
            );
        }
        Fault::NotADocument => (
            "not_a_document",
            "What is below the issuer's address is no discovery document.",
        ),
        Fault::IssuerDiffers(found) => {
            return (
                "issuer_differs",
                format!("The provider calls itself {found}. Enter the issuer exactly so."),
            );
        }
        Fault::Endpoint(name) => {
            return (
                "endpoint",
                format!("The provider's {name} is missing, or isn't an https address."),
            );
        }
        Fault::NoCodeFlow => (
            "no_code_flow",
            "The provider doesn't offer the authorization code flow (response type \"code\").",
        ),
        Fault::NoS256 => ("no_s256", "The provider doesn't offer PKCE with S256."),
        Fault::NoAlgorithm => (
            "no_algorithm",
            "The provider signs with no algorithm that is taken here: RS256, PS256, ES256, EdDSA or \
             their longer forms.",
        ),
        Fault::Keys => (
            "keys",
            "The provider's keys can't be read, or there are none.",
        ),
        Fault::Client => (
            "client",
            "The provider doesn't take the client's id or secret.",
        ),
    };
    (code, message.to_owned())
}
