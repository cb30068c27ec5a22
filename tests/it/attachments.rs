//! Files attached to secrets.

use std::time::Duration;

use axum::{body::Body, http::Method};
use futures_util::{StreamExt, future::join, stream};
use guestpass::{
    base::random,
    db::{DbError, sql},
    features::attachments::remove_stale,
};
use guestpass_api_types::{
    activity::EventList,
    items::{Attachment, ItemDetails, ShareRefusal},
};
use serde_json::json;

use crate::support::{Answer, MemberCaller, TestApp};

const SEGMENT: usize = 64 * 1024;

fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random::fill(&mut bytes);
    bytes
}

async fn secret(member: &MemberCaller) -> String {
    let new = json!({ "kind": "secret", "name": "Plans", "body": "x" });
    let made: ItemDetails = member.post("/items", new).await.is(201).json();
    format!("/items/{}", made.summary.id)
}

async fn announce(member: &MemberCaller, item: &str, name: &str, size: usize) -> String {
    let new = json!({ "name": name, "size": size });
    let file: Attachment = member
        .post(&format!("{item}/attachments"), new)
        .await
        .is(201)
        .json();
    assert_eq!((file.name.as_str(), file.size), (name, size as i64));
    format!("{item}/attachments/{}", file.id)
}

async fn attach(member: &MemberCaller, item: &str, name: &str, bytes: &[u8]) -> String {
    let file = announce(member, item, name, bytes.len()).await;
    member
        .put_bytes(&format!("{file}/content"), bytes.to_vec())
        .await
        .is(204);
    file
}

async fn files(member: &MemberCaller, item: &str) -> Vec<Attachment> {
    let details: ItemDetails = member.get(item).await.is(200).json();
    assert_eq!(details.summary.attachments, details.files.len() as i64);
    details.files
}

/// The content, or nothing when the connection broke before its end.
async fn download(member: &MemberCaller, file: &str) -> Option<Vec<u8>> {
    let request = member.request(Method::GET, &format!("{file}/content"));
    let response = member.send(request, Body::empty()).await;
    assert_eq!(response.status(), 200);
    let mut body = response.into_body().into_data_stream();
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await {
        bytes.extend(piece.ok()?);
    }
    Some(bytes)
}

#[tokio::test]
async fn files_of_every_size_come_back_as_they_were() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = secret(&mira).await;
    for size in [
        0,
        1,
        SEGMENT - 1,
        SEGMENT,
        SEGMENT + 1,
        9 * SEGMENT,
        10_000_000,
    ] {
        let bytes = noise(size);
        let file = attach(&mira, &item, &format!("{size}.bin"), &bytes).await;
        assert!(
            download(&mira, &file).await.expect("all of it") == bytes,
            "{size}"
        );
    }
    let listed = files(&mira, &item).await;
    let sizes: Vec<i64> = listed.iter().map(|file| file.size).collect();
    assert_eq!(sizes, [0, 1, 65_535, 65_536, 65_537, 589_824, 10_000_000]);
    assert_eq!(listed[0].created_by, "Mira Okafor");
    let details: ItemDetails = mira.get(&item).await.is(200).json();
    assert_eq!(
        details.summary.share_refusal,
        Some(ShareRefusal::HasAttachments)
    );
}

#[tokio::test]
async fn a_download_is_never_a_page() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = secret(&mira).await;
    let file = attach(
        &mira,
        &item,
        "Köln \"1\".html",
        b"<script>alert(1)</script>",
    )
    .await;
    let answer: Answer = mira.get(&format!("{file}/content")).await.is(200);
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("content-length"), "25");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"K_ln _1_.html\"; filename*=UTF-8''K%C3%B6ln%20%221%22.html"
    );
    let log: EventList = mira
        .get("/activity?action=attachment.")
        .await
        .is(200)
        .json();
    let log: Vec<&str> = log
        .events
        .iter()
        .map(|event| event.action.as_str())
        .collect();
    assert_eq!(log, ["attachment.downloaded", "attachment.added"]);
}

#[tokio::test]
async fn eleven_megabytes_are_refused_before_and_while_they_come() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = secret(&mira).await;
    let new = json!({ "name": "big.iso", "size": 11_000_000 });
    let problem = mira
        .post(&format!("{item}/attachments"), new)
        .await
        .problem(422, "invalid");
    assert_eq!(problem.fields[0].field, "size");
    assert_eq!(
        problem.fields[0].message,
        "Attachments have up to 10 MB (10,000,000 bytes)."
    );
    let new = json!({ "name": "a/b", "size": -1 });
    let problem = mira
        .post(&format!("{item}/attachments"), new)
        .await
        .problem(422, "invalid");
    assert_eq!(problem.fields.len(), 2);

    let file = announce(&mira, &item, "small.txt", 10_000_000).await;
    mira.put_bytes(&format!("{file}/content"), noise(11_000_000))
        .await
        .problem(413, "too_large");
    // Without a length in front, it is noticed while it comes.
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0_u8; 100_000]));
    let request = mira.request(Method::PUT, &format!("{file}/content"));
    let request = request.header("content-type", "application/octet-stream");
    mira.call(request, Body::from_stream(endless))
        .await
        .problem(413, "too_large");
    assert!(files(&mira, &item).await.is_empty());
    mira.get(&format!("{file}/content"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn what_does_not_arrive_whole_is_not_there_and_can_be_sent_again() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = secret(&mira).await;
    let bytes = noise(10 * SEGMENT);
    let file = announce(&mira, &item, "plan.pdf", bytes.len()).await;
    let content = format!("{file}/content");
    mira.put_bytes(&content, bytes[1..].to_vec())
        .await
        .problem(422, "incomplete");
    let broken = [
        Ok(bytes[..9 * SEGMENT].to_vec()),
        Err(std::io::Error::other("the line broke")),
    ];
    let request = mira
        .request(Method::PUT, &content)
        .header("content-type", "application/octet-stream");
    mira.call(request, Body::from_stream(stream::iter(broken)))
        .await
        .problem(400, "interrupted");
    assert!(files(&mira, &item).await.is_empty());
    mira.get(&content).await.problem(404, "not_found");

    mira.put_bytes(&content, bytes.clone()).await.is(204);
    assert!(download(&mira, &file).await.expect("all of it") == bytes);
    mira.put_bytes(&content, bytes)
        .await
        .problem(409, "already_uploaded");
}

#[tokio::test]
async fn of_two_uploads_of_one_file_one_arrives() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = secret(&mira).await;
    for _ in 0..5 {
        let (one, two) = (noise(20 * SEGMENT), noise(20 * SEGMENT));
        let file = announce(&mira, &item, "twice.bin", one.len()).await;
        let content = format!("{file}/content");
        let answers = join(
            mira.put_bytes(&content, one.clone()),
            mira.put_bytes(&content, two.clone()),
        )
        .await;
        let arrived = download(&mira, &file).await.expect("all of it");
        match (answers.0.status.as_u16(), answers.1.status.as_u16()) {
            (204, 409) => assert!(arrived == one),
            (409, 204) => assert!(arrived == two),
            other => panic!("{other:?}"),
        }
        mira.delete(&file).await.is(204);
    }
}

#[tokio::test]
async fn what_never_arrived_is_forgotten_after_an_hour() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = secret(&mira).await;
    let kept = attach(&mira, &item, "kept.txt", b"kept").await;
    let file = announce(&mira, &item, "lost.bin", 10).await;
    mira.put_bytes(&format!("{file}/content"), vec![1])
        .await
        .is(422);
    app.advance(Duration::from_secs(3600));
    assert_eq!(
        remove_stale(app.app.db(), app.now())
            .await
            .expect("a sweep"),
        0
    );
    app.advance(Duration::from_millis(1));
    assert_eq!(
        remove_stale(app.app.db(), app.now())
            .await
            .expect("a sweep"),
        1
    );
    let mira = app.sign_in("mira@larkfield.example").await;
    mira.put_bytes(&format!("{file}/content"), noise(10))
        .await
        .problem(404, "not_found");
    assert_eq!(download(&mira, &kept).await.expect("all of it"), b"kept");
}

#[tokio::test]
async fn a_secret_holds_twenty_files_and_an_account_none() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = secret(&mira).await;
    let mut last = String::new();
    for at in 0..20 {
        last = attach(&mira, &item, &format!("{at}.txt"), b"x").await;
    }
    let one_more = json!({ "name": "20.txt", "size": 1 });
    mira.post(&format!("{item}/attachments"), &one_more)
        .await
        .problem(409, "too_many_attachments");
    mira.delete(&last).await.is(204);
    mira.delete(&last).await.problem(404, "not_found");
    mira.get(&format!("{last}/content"))
        .await
        .problem(404, "not_found");
    mira.post(&format!("{item}/attachments"), &one_more)
        .await
        .is(201);

    let account: ItemDetails = mira
        .post("/items", json!({ "kind": "account", "name": "Login" }))
        .await
        .is(201)
        .json();
    let path = format!("/items/{}/attachments", account.summary.id);
    mira.post(&path, &one_more)
        .await
        .problem(409, "not_a_secret");
    // An attachment is found under its own item only.
    let elsewhere = format!("{}/{}", path, last.rsplit('/').next().expect("an id"));
    mira.get(&format!("{elsewhere}/content"))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn changed_content_breaks_the_download() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = secret(&mira).await;
    let mischief = [
        // The last segment goes; two swap places; one is repeated; the first is from another file.
        "DELETE FROM attachment_segments WHERE attachment_id = $1 AND position = 4",
        "UPDATE attachment_segments SET data = (SELECT s.data FROM attachment_segments s \
         WHERE s.attachment_id = $1 AND s.position = 3) WHERE attachment_id = $1 AND position = 2",
        "UPDATE attachments SET size = 131072 WHERE id = $1",
        "UPDATE attachment_segments SET data = (SELECT s.data FROM attachment_segments s \
         WHERE s.attachment_id <> $1 AND s.position = 1 LIMIT 1) WHERE attachment_id = $1 AND position = 1",
    ];
    for statement in mischief {
        let bytes = noise(3 * SEGMENT + 7);
        let file = attach(&mira, &item, "plan.pdf", &bytes).await;
        assert!(download(&mira, &file).await.is_some());
        let id = file.rsplit('/').next().expect("an id").to_owned();
        let done: Result<u64, DbError> = app
            .app
            .db()
            .write((id, statement), |tx, (id, statement)| {
                Box::pin(async move { sql(statement).bind(id).execute(tx).await })
            })
            .await;
        assert_eq!(done.expect("the mischief is done"), 1);
        assert_eq!(download(&mira, &file).await, None, "{statement}");
    }
}

#[tokio::test]
async fn neither_name_nor_content_is_stored_in_clear() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = secret(&mira).await;
    let file = attach(
        &mira,
        &item,
        "CanaryFile.txt",
        "CanaryContent ".repeat(20_000).as_bytes(),
    )
    .await;
    assert!(download(&mira, &file).await.is_some());
    let Some(bytes) = app.database_bytes().await else {
        return;
    };
    let holds = |mark: &str| {
        bytes
            .windows(mark.len())
            .any(|window| window == mark.as_bytes())
    };
    assert!(
        holds(file.rsplit('/').next().expect("an id")),
        "the files are those of this test"
    );
    assert!(!holds("CanaryFile") && !holds("CanaryContent"));
}
