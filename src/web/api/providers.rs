//! Signing in through OpenID Connect providers, and looking after them.

use axum::{
    Form,
    extract::State,
    http::{HeaderValue, StatusCode, header},
};
use axum_extra::extract::CookieJar;
use guestpass_api_types::{
    ProblemBody,
    providers::{
        BackChannelLogout, GroupRole, GroupTeam, Identity, IdentityList, Onward, ProviderBrief,
        ProviderDetails, ProviderList, ProviderReturn, ProviderReturned, ProviderSettings,
        ProviderTest, VisitProvider, WaysIn,
    },
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::workspace;
use crate::{
    app::App,
    base::{id::ProviderId, secret::PlainToken},
    features::{
        members::Me,
        providers::{NewProvider, Provider, ProviderError, Purpose, Returned, Returning, WayBack},
    },
    web::{
        cookies,
        extract::{Json, MaybeMe, Now, Path, Peer, Query},
        problem::{Problem, describe_fault},
    },
};

/// Which workspace is asked about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Whereto {
    /// `wsp_…`; may be left out where there is only one.
    #[serde(default)]
    #[param(nullable = false)]
    workspace: Option<String>,
}

/// How people can sign in: to a workspace, or to the only one.
#[utoipa::path(get, path = "/api/v1/sign-in/providers", tag = "providers", params(Whereto), responses(
    (status = 200, body = WaysIn),
    (status = 404, body = ProblemBody, description = "`no_such_workspace`"),
))]
pub async fn ways_in(
    State(app): State<App>,
    Query(whereto): Query<Whereto>,
) -> Result<Json<WaysIn>, Problem> {
    let workspace = whereto.workspace.as_deref().map(str::parse).transpose();
    let workspace = workspace.map_err(|_| ProviderError::NoWorkspace)?;
    let ways = app.providers().ways_in(workspace).await?;
    let brief = |(id, name): (ProviderId, String)| ProviderBrief {
        id: id.to_string(),
        name,
    };
    Ok(Json(WaysIn {
        providers: ways.providers.into_iter().map(brief).collect(),
        mail: ways.mail,
        workspace: ways.workspace.map(workspace::shown),
    }))
}

/// Sets out for a provider to sign in. A browser that is signed in is asked there once more who its
/// user is.
#[utoipa::path(post, path = "/api/v1/sign-in/providers/visit", tag = "providers", request_body = VisitProvider, responses(
    (status = 200, body = Onward),
    (status = 404, body = ProblemBody),
    (status = 429, body = ProblemBody),
    (status = 502, body = ProblemBody, description = "`provider_unusable`"),
))]
pub async fn visit(
    State(app): State<App>,
    MaybeMe(me): MaybeMe,
    Now(now): Now,
    Peer(client): Peer,
    Json(body): Json<VisitProvider>,
) -> Result<(CookieJar, Json<Onward>), Problem> {
    app.limiter().visit(&client)?;
    let provider = provider_id(&body.provider)?;
    let purpose = me.map_or(Purpose::SignIn, |_| Purpose::SignInAnew);
    let visit = app.providers().visit(provider, purpose, now).await?;
    let jar = CookieJar::new().add(cookies::visit(&visit.browser));
    Ok((jar, Json(Onward { url: visit.url })))
}

/// Comes back from a provider, with the parameters of the address it sent the browser to. Signs in,
/// or connects the account of the member who set out for that.
#[utoipa::path(post, path = "/api/v1/sign-in/providers/return", tag = "providers", request_body = ProviderReturn, responses(
    (status = 200, body = ProviderReturned),
    (status = 403, body = ProblemBody, description = "`provider_refused`, `provider_untrusted`, `connect_first`, `mail_first`, `email_unverified`, `not_invited`, `kept_out`, `account_taken`, `not_you`"),
    (status = 410, body = ProblemBody, description = "`flow_over`"),
    (status = 502, body = ProblemBody, description = "`provider_unusable`"),
))]
pub async fn come_back(
    State(app): State<App>,
    MaybeMe(me): MaybeMe,
    Now(now): Now,
    Peer(client): Peer,
    jar: CookieJar,
    Json(body): Json<ProviderReturn>,
) -> Result<(CookieJar, Json<ProviderReturned>), Problem> {
    let [visit, session] =
        [cookies::VISIT, cookies::SESSION].map(|name| cookies::token(&jar, name));
    let returning = Returning {
        visit: visit.as_ref(),
        session: session.as_ref(),
        me: me.as_ref(),
    };
    let way = way_back(body)?;
    let returned = Box::pin(app.providers().come_back(&way, returning, &client, now)).await?;
    let jar = CookieJar::new().add(cookies::gone(cookies::VISIT));
    Ok(match returned {
        Returned::SignedIn(session) => (
            jar.add(cookies::session(&session.token)),
            Json(ProviderReturned { connected: false }),
        ),
        Returned::Connected => (jar, Json(ProviderReturned { connected: true })),
    })
}

/// A provider tells that somebody signed out there (OpenID Connect Back-Channel Logout 1.0). The
/// token's signature says who asks, so that neither cookie nor origin is looked at.
#[utoipa::path(post, path = "/api/v1/providers/{id}/logout", tag = "providers",
    params(("id" = String, Path, description = "`idp_…`")),
    request_body(content = BackChannelLogout, content_type = "application/x-www-form-urlencoded"), responses(
    (status = 200),
    (status = 400, body = ProblemBody, description = "`logout_token`"),
    (status = 404, body = ProblemBody),
    (status = 502, body = ProblemBody, description = "`provider_unusable`"),
))]
pub async fn back_channel_logout(
    State(app): State<App>,
    Path(id): Path<ProviderId>,
    Now(now): Now,
    Peer(client): Peer,
    Form(body): Form<BackChannelLogout>,
) -> Result<[(header::HeaderName, HeaderValue); 1], Problem> {
    app.limiter().visit(&client)?;
    let providers = app.providers();
    providers
        .end_by_provider(id, &body.logout_token, &client, now)
        .await?;
    Ok([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
}

/// The caller's accounts at the workspace's providers.
#[utoipa::path(get, path = "/api/v1/session/identities", tag = "session", responses(
    (status = 200, body = IdentityList),
    (status = 401, body = ProblemBody),
))]
pub async fn identities(State(app): State<App>, me: Me) -> Result<Json<IdentityList>, Problem> {
    let identities = app.providers().identities(&me).await?;
    let identity = |(provider, since): (Provider, Option<_>)| Identity {
        provider: ProviderBrief {
            id: provider.id.to_string(),
            name: provider.name,
        },
        connected_at: since.map(crate::base::clock::Timestamp::millis),
    };
    Ok(Json(IdentityList {
        identities: identities.into_iter().map(identity).collect(),
    }))
}

/// Sets out for a provider to connect the caller's account.
#[utoipa::path(post, path = "/api/v1/session/identities", tag = "session", request_body = VisitProvider, responses(
    (status = 200, body = Onward),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`step_up_needed`"),
    (status = 404, body = ProblemBody),
    (status = 502, body = ProblemBody, description = "`provider_unusable`"),
))]
pub async fn connect(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Json(body): Json<VisitProvider>,
) -> Result<(CookieJar, Json<Onward>), Problem> {
    let provider = provider_id(&body.provider)?;
    let visit = app
        .providers()
        .visit(provider, Purpose::Connect(&me), now)
        .await?;
    let jar = CookieJar::new().add(cookies::visit(&visit.browser));
    Ok((jar, Json(Onward { url: visit.url })))
}

/// Disconnects the caller's account at a provider.
#[utoipa::path(delete, path = "/api/v1/session/identities/{provider}", tag = "session",
    params(("provider" = String, Path, description = "`idp_…`")), responses(
    (status = 204),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`step_up_needed`"),
))]
pub async fn disconnect(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(provider): Path<ProviderId>,
) -> Result<StatusCode, Problem> {
    app.providers()
        .disconnect(&me, provider, &client, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The providers of the workspace.
#[utoipa::path(get, path = "/api/v1/providers", tag = "providers", responses(
    (status = 200, body = ProviderList),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`"),
))]
pub async fn list(State(app): State<App>, me: Me) -> Result<Json<ProviderList>, Problem> {
    let providers = app.providers().list(&me).await?;
    let details = |found| details(&app, found);
    Ok(Json(ProviderList {
        providers: providers.into_iter().map(details).collect(),
        redirect_uri: app.providers().redirect_uri(),
        post_logout_redirect_uri: app.providers().after_logout(),
    }))
}

/// Adds a provider.
#[utoipa::path(post, path = "/api/v1/providers", tag = "providers", request_body = ProviderSettings, responses(
    (status = 201, body = ProviderDetails),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `step_up_needed`"),
    (status = 409, body = ProblemBody, description = "`too_many_providers`, `not_connected`, `too_many_teams`"),
    (status = 422, body = ProblemBody),
))]
pub async fn add(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Json(body): Json<ProviderSettings>,
) -> Result<(StatusCode, Json<ProviderDetails>), Problem> {
    let id = app
        .providers()
        .add(&me, &settings(body), &client, now)
        .await?;
    let added = app.providers().get(&me, id).await?;
    Ok((StatusCode::CREATED, Json(details(&app, added))))
}

/// Changes a provider. Without a secret, the one it has stays.
#[utoipa::path(put, path = "/api/v1/providers/{id}", tag = "providers",
    params(("id" = String, Path, description = "`idp_…`")), request_body = ProviderSettings, responses(
    (status = 200, body = ProviderDetails),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `step_up_needed`"),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`not_connected`, `owner_not_connected`, `too_many_teams`"),
    (status = 422, body = ProblemBody),
))]
pub async fn change(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(id): Path<ProviderId>,
    Json(body): Json<ProviderSettings>,
) -> Result<Json<ProviderDetails>, Problem> {
    app.providers()
        .change(&me, id, &settings(body), &client, now)
        .await?;
    let changed = app.providers().get(&me, id).await?;
    Ok(Json(details(&app, changed)))
}

/// Removes a provider. Sessions go on; nobody can sign in with it any more.
#[utoipa::path(delete, path = "/api/v1/providers/{id}", tag = "providers",
    params(("id" = String, Path, description = "`idp_…`")), responses(
    (status = 204),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`, `step_up_needed`"),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody, description = "`owner_not_connected`"),
))]
pub async fn remove(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(id): Path<ProviderId>,
) -> Result<StatusCode, Problem> {
    app.providers().remove(&me, id, &client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks a provider for its document and keys, and explains what is wrong.
#[utoipa::path(post, path = "/api/v1/providers/{id}/test", tag = "providers",
    params(("id" = String, Path, description = "`idp_…`")), responses(
    (status = 200, body = ProviderTest),
    (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody, description = "`not_admin`"),
    (status = 404, body = ProblemBody),
))]
pub async fn test(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(id): Path<ProviderId>,
) -> Result<Json<ProviderTest>, Problem> {
    let tested = app.providers().test(&me, id, &client, now).await?;
    let (code, message) = describe_fault(tested.fault.as_ref());
    Ok(Json(ProviderTest {
        ok: tested.fault.is_none(),
        code: code.to_owned(),
        message,
        ends_sessions: tested.ends_sessions,
        tells_of_logouts: tested.tells_of_logouts,
    }))
}

/// A text that can't be an identifier belongs to no provider.
fn provider_id(text: &str) -> Result<ProviderId, ProviderError> {
    text.parse().map_err(|_| ProviderError::NotFound)
}

/// A text that can't be a state belongs to no visit.
fn way_back(body: ProviderReturn) -> Result<WayBack, ProviderError> {
    let state = PlainToken::parse(body.state.expose());
    Ok(WayBack {
        state: state.ok_or(ProviderError::NoVisit)?,
        code: body.code,
        error: body.error,
        iss: body.iss,
    })
}

fn settings(body: ProviderSettings) -> NewProvider {
    let pair = |group: GroupRole| (group.group, group.role);
    let team = |group: GroupTeam| (group.group, group.team);
    NewProvider {
        name: body.name,
        issuer: body.issuer,
        client_id: body.client_id,
        client_secret: body.client_secret,
        domains: body.domains,
        default_role: body.default_role,
        groups_claim: body.groups_claim,
        groups: body.groups.into_iter().map(pair).collect(),
        teams: body.teams.into_iter().map(team).collect(),
        only_way_in: body.only_way_in,
    }
}

fn details(app: &App, (provider, unconnected): (Provider, i64)) -> ProviderDetails {
    let group = |(group, role)| GroupRole { group, role };
    let team = |(group, team)| GroupTeam { group, team };
    ProviderDetails {
        id: provider.id.to_string(),
        logout_uri: app.providers().logout_uri(provider.id),
        name: provider.name,
        issuer: provider.issuer,
        client_id: provider.client_id,
        domains: provider.domains,
        default_role: provider.default_role,
        groups_claim: provider.groups_claim,
        groups: provider.groups.into_iter().map(group).collect(),
        teams: provider.teams.into_iter().map(team).collect(),
        only_way_in: provider.only_way_in,
        unconnected,
        created_at: provider.created_at.millis(),
    }
}
