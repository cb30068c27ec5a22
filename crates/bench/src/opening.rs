//! Shows that what is measured is what people get: a seeded link is opened as a browser would.

use anyhow::{Context, Result, anyhow, ensure};
use guestpass::base::secret::from_base64url;
use guestpass_api_types::{guest::Claimed, items::ItemKind, links::GuestPayload};
use guestpass_link_crypto::{Kind, LinkSecret, Sealed, Terms, derive, open};
use serde_json::json;

use crate::{
    bench::Stage,
    load::{Connection, json as read_json},
    requests::{post, text22, text43},
    seed::link_secret,
    server::Server,
};

/// Claims and opens one of the links that the stage's history left waiting.
///
/// # Errors
/// When none opens, or it shows something else than was sealed.
pub async fn prove(stage: &Stage, server: &Server) -> Result<()> {
    let world = &stage.history.world;
    let secret = LinkSecret::from_bytes(link_secret(world.seed, 0));
    let keys = derive(&secret).map_err(|error| anyhow!("{error}"))?;
    let proof = json!({
        "lid": String::from_utf8_lossy(&text22(keys.lid())),
        "auth": String::from_utf8_lossy(&text43(keys.auth())),
    });
    let mut request = post(
        &server.authority,
        "/api/v1/guest/claim",
        None,
        999_999,
        &proof,
    );
    let binder = format!(
        "x-binder: {}\r\n",
        String::from_utf8_lossy(&text43(&[9; 32]))
    );
    let end = request
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .context("no head")?
        + 2;
    request.splice(end..end, binder.into_bytes());
    let mut connection = Connection::open(server.address).await?;
    let answer = connection.ask(&request).await?;
    let body = connection.body();
    ensure!(
        answer.status == 200,
        "a seeded link doesn't open ({}): {}",
        answer.status,
        String::from_utf8_lossy(&body)
    );
    let claimed: Claimed = serde_json::from_value(read_json(&body)?)?;
    let kind = match claimed.header.kind {
        ItemKind::Account => Kind::Account,
        ItemKind::Secret => Kind::Secret,
    };
    let origin = stage.installation.origin();
    let header = &claimed.header;
    let terms = Terms::new(
        kind,
        header.flags,
        header.created_at,
        header.expires_at,
        &origin,
    );
    let terms = terms.map_err(|error| anyhow!("{error}"))?;
    let bytes = |text: &str| from_base64url(text).context("no base64url");
    let sealed = Sealed::from_parts(
        &bytes(&claimed.commit)?,
        &bytes(&claimed.iv)?,
        bytes(&claimed.ct)?,
    );
    let sealed = sealed.map_err(|error| anyhow!("{error}"))?;
    let shown: GuestPayload = open(&keys, &terms, &sealed).map_err(|error| anyhow!("{error}"))?;
    let text = format!("{}{}", shown.password.expose(), shown.body.expose());
    ensure!(
        text.starts_with("correct horse"),
        "a seeded link shows something else"
    );
    Ok(())
}
