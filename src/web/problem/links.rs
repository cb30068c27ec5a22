//! What can go wrong with links, as told to the outside.

use axum::http::StatusCode;
use guestpass_api_types::sign_in::FlowState;

use super::Problem;
use crate::features::links::LinkError;

impl From<LinkError> for Problem {
    #[expect(clippy::too_many_lines, reason = "a table: one entry for each error")]
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Db(error) => error.into(),
            LinkError::Item(error) => error.into(),
            LinkError::Passkey(error) => error.into(),
            LinkError::NotFresh(error) => error.into(),
            LinkError::NotAdmin => Self::forbidden(
                "not_admin",
                "Only the workspace's Owner and Admins say what confirming a link takes. Ask one of them.",
            ),
            LinkError::PasskeyMissing => Self::conflict(
                "passkey_missing",
                "You need a passkey for this",
                "Your workspace has public links confirmed by a passkey, and you have none yet. Add one on your profile page, then start again.",
            ),
            LinkError::PasskeyOnly => Self::forbidden(
                "passkey_only",
                "Your workspace has public links confirmed by a passkey. Use it where you asked for the link; this mail confirms nothing.",
            ),
            LinkError::MailOnly => Self::forbidden(
                "mail_only",
                "Your workspace has public links confirmed by mail. Press the button in it.",
            ),
            LinkError::NotFound => Self::not_found(),
            LinkError::NotOwner => Self::forbidden(
                "not_owner",
                "Only Owners of the item can share it by a public link. Ask one of them.",
            ),
            LinkError::HasAttachments => Self::conflict(
                "has_attachments",
                "This secret has attachments",
                "Secrets with attachments can't be shared by a public link yet. Remove the attachments, or put the text into a secret of its own.",
            ),
            LinkError::NoBody => Self::conflict(
                "no_body",
                "This secret has no text",
                "There is nothing to share yet. Add a text first.",
            ),
            LinkError::TooLarge => Self::conflict(
                "too_large_to_share",
                "This item is too large for a link",
                "A link carries up to 64 KiB. Shorten the text, or split it over two secrets.",
            ),
            LinkError::ItemChanged => Self::conflict(
                "item_changed",
                "The item changed in the meantime",
                "It was edited or deleted after the link was asked for. No link was made: start again, so that what you confirm is what is shared.",
            ),
            LinkError::Lifetime => field("expires_in", "A link lasts from one minute to 30 days."),
            LinkError::TooManyIntents => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_intents",
                "Five links wait for your confirmation",
                "Confirm or cancel one of them, or wait until they end after 10 minutes.",
            ),
            LinkError::ResendTooSoon(wait) => Self::too_many(
                "resend_too_soon",
                "The mail was sent a moment ago. Look into your inbox and spam folder first.",
                wait.retry_after,
            ),
            LinkError::Limit(exceeded) => exceeded.into(),
            LinkError::FlowOver(state) => over(state),
            LinkError::NotConfirmed => Self::conflict(
                "not_confirmed",
                "Not confirmed yet",
                "Press the button in the mail first.",
            ),
            LinkError::CodeNeeded => field(
                "code",
                "Type the six digits shown in the window where you started.",
            )
            .code("code_needed"),
            LinkError::CodeWrong(left) => field("code", match left {
                1 => "That isn't the code. One more try.",
                _ => "That isn't the code. Type the six digits shown in the window where you started.",
            })
            .code("code_wrong")
            .extra("tries_left", left),
            LinkError::Malformed(name) => Self::bad_request(format!(
                "The sealed link isn't what was confirmed, or malformed: {name}."
            )),
            LinkError::Dead => Self::new(
                StatusCode::NOT_FOUND,
                "link_dead",
                "This link doesn't open anything",
                "It may have expired, been viewed already, been taken back, or lost a few characters. Ask the sender for a new one.",
            ),
            LinkError::Spent(spent) => Self::new(
                StatusCode::GONE,
                "link_spent",
                "This link was viewed already",
                "It could be viewed only once. Ask the sender for a new one.",
            )
            .extra("spent", spent),
            error @ LinkError::ClockBehind => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "clock_behind",
                "Links are closed for a moment",
                "The server's clock is wrong. The link isn't used up; try again later.",
            )
            .logged(&error),
            error @ (LinkError::Key(_) | LinkError::Mail(_)) => Self::internal(&error),
        }
    }
}

fn field(name: &str, message: &str) -> Problem {
    Problem::invalid(vec![guestpass_api_types::FieldProblem {
        field: name.to_owned(),
        message: message.to_owned(),
    }])
}

/// A confirmation that can't be used any more, and why.
pub(super) fn over(state: FlowState) -> Problem {
    let detail = match state {
        FlowState::Locked => "Five wrong codes ended this request. Start again.",
        FlowState::Refused => "Somebody answered \"This wasn't me\". If it was you, start again.",
        FlowState::Cancelled => {
            "It was cancelled, or the session that asked has ended. Start again."
        }
        FlowState::Spent | FlowState::Confirmed => {
            "It was used already. Each mail works once; ask again if you need another."
        }
        FlowState::Waiting | FlowState::Expired => "It is too late for this mail. Start again.",
    };
    Problem::new(
        StatusCode::GONE,
        "flow_over",
        "This can't be confirmed any more",
        detail,
    )
    .extra("state", state)
}
