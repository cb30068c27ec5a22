//! The API's description (OpenAPI 3.1), gathered from the handlers.

use utoipa::{
    OpenApi,
    openapi::{
        Content, ObjectBuilder, PathItem, Ref, Required, ResponseBuilder, Type,
        path::{Operation, ParameterBuilder, ParameterIn},
    },
};

use super::api::{
    access, activity, attachments, confirm, elsewhere, guest, items, leaving, link_confirmation,
    links, mail, members, mfa, passkeys, preferences, providers, provisioning, scim, session,
    share_intents, sign_in, teams, workspace,
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
        providers::ways_in,
        providers::visit,
        providers::come_back,
        session::show,
        session::end,
        providers::identities,
        providers::connect,
        providers::disconnect,
        providers::list,
        providers::add,
        providers::change,
        providers::remove,
        providers::test,
        providers::back_channel_logout,
        elsewhere::list,
        elsewhere::go,
        workspace::show,
        workspace::change,
        workspace::put_logo,
        workspace::remove_logo,
        workspace::logo,
        session::list,
        session::end_one,
        session::end_others,
        session::rename,
        preferences::show,
        preferences::change,
        passkeys::list,
        passkeys::begin,
        passkeys::register,
        passkeys::rename,
        passkeys::remove,
        passkeys::begin_sign_in,
        passkeys::finish_sign_in,
        passkeys::begin_step_up,
        passkeys::finish_step_up,
        members::list,
        members::invite,
        members::invite_again,
        members::change_role,
        members::reinstate,
        members::hand_over_workspace,
        teams::list,
        teams::create,
        teams::show,
        teams::rename,
        teams::remove,
        teams::put,
        teams::take_out,
        leaving::preview,
        leaving::suspend,
        leaving::remove,
        leaving::hand_over_items,
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
        access::grant_team,
        access::remove_team,
        attachments::announce,
        attachments::upload,
        attachments::download,
        attachments::remove,
        share_intents::start,
        share_intents::get,
        share_intents::cancel,
        share_intents::resend,
        share_intents::begin_passkey,
        share_intents::finish_passkey,
        share_intents::events,
        share_intents::payload,
        share_intents::make_link,
        confirm::confirm,
        confirm::inspect,
        confirm::refuse,
        link_confirmation::show,
        link_confirmation::change,
        links::of_item,
        links::revoke,
        guest::peek,
        guest::claim,
        guest::acknowledge,
        guest::dispute,
        activity::list,
        mail::failures,
        provisioning::show,
        provisioning::make_token,
        provisioning::end_token,
        provisioning::release_teams,
        scim::discovery::config,
        scim::discovery::types,
        scim::discovery::one_type,
        scim::discovery::schemas,
        scim::discovery::one_schema,
        scim::users::list,
        scim::users::create,
        scim::users::show,
        scim::users::replace,
        scim::users::change,
        scim::users::remove,
        scim::groups::list,
        scim::groups::create,
        scim::groups::show,
        scim::groups::replace,
        scim::groups::change,
        scim::groups::remove,
    )
)]
struct Api;

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut api = Api::openapi();
    api.paths
        .paths
        .values_mut()
        .flat_map(operations)
        .for_each(name_uniquely);
    let paths = api.paths.paths.iter_mut();
    paths
        .filter(|(path, _)| path.starts_with("/api/"))
        .flat_map(|(_, item)| unsafe_operations(item))
        .filter(|operation| operation.responses.responses.contains_key("401"))
        .for_each(ask_for_workspace);
    api
}

/// The operations of a path that change something.
fn unsafe_operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.put,
        &mut item.post,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

/// What the extractor of the signed-in member does for all of them is said here for all of them.
fn ask_for_workspace(operation: &mut Operation) {
    let header = ParameterBuilder::new()
        .name("Guestpass-Workspace")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The workspace that is meant, `wsp_…`: in the session of another one nothing is done.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build();
    operation
        .parameters
        .get_or_insert_default()
        .push(header.into());
    let responses = &mut operation.responses.responses;
    if !responses.contains_key("409") {
        let body = Content::new(Some(Ref::from_schema_name("ProblemBody")));
        let other = ResponseBuilder::new()
            .description("`other_workspace`")
            .content("application/json", body);
        responses.insert("409".to_owned(), other.build().into());
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

/// Handlers are named within their module, but an id must be unique in the whole document:
/// generated clients mix up two operations called `list`.
fn name_uniquely(operation: &mut Operation) {
    let tag = operation.tags.as_deref().and_then(|tags| tags.first());
    if let (Some(id), Some(tag)) = (&operation.operation_id, tag) {
        operation.operation_id = Some(format!("{}_{id}", tag.replace('-', "_")));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{document, operations};

    #[test]
    fn every_operation_has_an_id_of_its_own() {
        let mut seen = HashSet::new();
        for operation in document().paths.paths.values_mut().flat_map(operations) {
            let id = operation.operation_id.clone().expect("an id");
            assert!(seen.insert(id.clone()), "{id} names two operations");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let text = document.to_json().expect("JSON");
        let schemas = &document.components.expect("components").schemas;
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap_or_default();
            assert!(schemas.contains_key(name), "{name} is not described");
        }
    }
}
