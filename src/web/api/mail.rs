//! Mails: what couldn't be sent, and the demo's mailbox.

use axum::extract::State;
use guestpass_api_types::{
    ProblemBody,
    mail::{MailFailure, MailFailures, Mailbox, MailboxMail},
    secret::SecretText,
};

use crate::{
    app::App,
    features::{
        mail::{self, Failure, MemoryMail},
        members::Me,
    },
    web::{
        extract::{Json, Now},
        problem::Problem,
    },
};

/// Mails that were given up in the last week, for admins: somebody waits for each of them.
#[utoipa::path(get, path = "/api/v1/workspace/mail-failures", tag = "workspace", responses(
    (status = 200, body = MailFailures), (status = 403, body = ProblemBody),
))]
pub async fn failures(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
) -> Result<Json<MailFailures>, Problem> {
    if !me.member.is_admin() {
        return Err(Problem::forbidden(
            "not_admin",
            "Only the workspace's Owner and Admins may see this.",
        ));
    }
    let failures = mail::failures(app.db(), me.member.workspace, now).await?;
    Ok(Json(MailFailures {
        failures: failures.into_iter().map(failure).collect(),
    }))
}

fn failure(failure: Failure) -> MailFailure {
    MailFailure {
        id: failure.id.to_string(),
        to: failure.recipient,
        subject: failure.subject,
        failed_at: failure.failed_at.millis(),
        error: failure.error,
    }
}

/// The demo's mails, newest first. Not part of the described API: no installation has it.
pub async fn mailbox(State(app): State<App>) -> Result<Json<Mailbox>, Problem> {
    let mailbox = app.open_mailbox().ok_or_else(Problem::not_found)?;
    Ok(Json(Mailbox {
        mails: mailbox
            .mails()
            .into_iter()
            .rev()
            .map(mailbox_mail)
            .collect(),
    }))
}

fn mailbox_mail(mail: MemoryMail) -> MailboxMail {
    MailboxMail {
        id: mail.id.to_string(),
        at: mail.at.millis(),
        to: mail.to,
        subject: mail.subject,
        text: SecretText::new(mail.text),
        html: SecretText::new(mail.html),
    }
}
