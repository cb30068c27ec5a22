//! Files attached to secrets. Their content is streamed, both ways.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use guestpass_api_types::{
    ProblemBody,
    items::{Attachment, NewAttachment},
};

use crate::{
    app::App,
    base::id::{AttachmentId, ItemId},
    features::{attachments::MAX_SIZE, members::Me},
    web::{
        extract::{Json, Now, Path, Peer},
        problem::{Problem, too_large},
    },
};

/// Announces a file; its content follows in a request of its own.
#[utoipa::path(post, path = "/api/v1/items/{id}/attachments", tag = "attachments",
    params(("id" = String, Path)), request_body = NewAttachment, responses(
    (status = 201, body = Attachment), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
))]
pub async fn announce(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(item): Path<ItemId>,
    Json(new): Json<NewAttachment>,
) -> Result<(StatusCode, Json<Attachment>), Problem> {
    let attachment = app
        .attachments()
        .announce(&me, item, &new, now, &client)
        .await?;
    Ok((StatusCode::CREATED, Json(attachment)))
}

/// Takes the content: exactly as many bytes as were announced.
#[utoipa::path(put, path = "/api/v1/items/{id}/attachments/{attachment}/content", tag = "attachments",
    params(("id" = String, Path), ("attachment" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
    (status = 413, body = ProblemBody), (status = 422, body = ProblemBody),
))]
pub async fn upload(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(ids): Path<(ItemId, AttachmentId)>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    if length
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: i64| length > MAX_SIZE)
    {
        return Err(too_large());
    }
    app.attachments()
        .upload(
            &me,
            ids,
            request.into_body().into_data_stream(),
            now,
            &client,
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives the content. It always is a download, never a page.
#[utoipa::path(get, path = "/api/v1/items/{id}/attachments/{attachment}/content", tag = "attachments",
    params(("id" = String, Path), ("attachment" = String, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
))]
pub async fn download(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(ids): Path<(ItemId, AttachmentId)>,
) -> Result<Response, Problem> {
    let file = app.attachments().download(&me, ids, now, &client).await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ),
        (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
        (header::CONTENT_DISPOSITION, disposition(&file.name)),
    ];
    Ok((headers, Body::from_stream(file.content)).into_response())
}

/// Removes an attachment and erases its content.
#[utoipa::path(delete, path = "/api/v1/items/{id}/attachments/{attachment}", tag = "attachments",
    params(("id" = String, Path), ("attachment" = String, Path)), responses(
    (status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody),
))]
pub async fn remove(
    State(app): State<App>,
    me: Me,
    Now(now): Now,
    Peer(client): Peer,
    Path(ids): Path<(ItemId, AttachmentId)>,
) -> Result<StatusCode, Problem> {
    app.attachments().remove(&me, ids, now, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The file's name for the browser (RFC 6266): in full for all that read `filename*` (RFC 8187),
/// with the odd characters replaced for the others.
fn disposition(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || " .-_()".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_not_break_out_of_its_header() {
        assert_eq!(
            disposition("Köln \"2\"; x=y.pdf").to_str().unwrap(),
            "attachment; filename=\"K_ln _2__ x_y.pdf\"; filename*=UTF-8''K%C3%B6ln%20%222%22%3B%20x%3Dy.pdf"
        );
    }
}
