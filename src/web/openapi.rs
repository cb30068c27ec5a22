//! The API's description (OpenAPI 3.1), gathered from the handlers.

use utoipa::OpenApi;

use super::api::{
    access, activity, attachments, confirm, guest, items, links, mail, members, mfa, session,
    share_intents, sign_in,
};

/// The description of every route.
#[derive(OpenApi, Debug)]
#[openapi(
    info(
        title = "Guestpass",
        description = "The product's only interface: whatever a page does, a program can do.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        sign_in::start,
        sign_in::state,
        sign_in::inspect,
        sign_in::confirm,
        sign_in::finish,
        sign_in::refuse,
        session::show,
        session::end,
        members::list,
        members::invite,
        items::list,
        items::create,
        items::show,
        items::change,
        items::remove,
        items::reveal,
        items::code,
        mfa::check,
        access::list,
        access::grant,
        access::remove,
        attachments::announce,
        attachments::upload,
        attachments::download,
        attachments::remove,
        share_intents::start,
        share_intents::get,
        share_intents::cancel,
        share_intents::resend,
        share_intents::events,
        share_intents::payload,
        share_intents::make_link,
        confirm::confirm,
        confirm::inspect,
        confirm::refuse,
        links::of_item,
        links::revoke,
        guest::peek,
        guest::claim,
        guest::acknowledge,
        guest::dispute,
        activity::list,
        mail::failures,
    )
)]
struct Api;

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
