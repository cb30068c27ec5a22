//! What a workspace decides for itself.

use std::{io::Cursor, time::Duration};

use futures_util::future::join;
use guestpass::db::{Row, sql};
use guestpass_api_types::{sign_in::Session, workspace::WorkspaceSettings};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::support::{MemberCaller, ORIGIN, TestApp, guest, provider::Provider, scim::described};

const MINUTE: Duration = Duration::from_secs(60);

async fn show(admin: &MemberCaller) -> WorkspaceSettings {
    admin.get("/workspace").await.is(200).json()
}

async fn change(admin: &MemberCaller, body: Value) -> WorkspaceSettings {
    admin.patch("/workspace", body).await.is(200).json()
}

/// What the log says was changed, oldest first.
async fn told(app: &TestApp) -> Vec<(String, String)> {
    let rows = sql(
        "SELECT action, details FROM events WHERE action LIKE 'workspace.%' \
                    AND action <> 'workspace.created' ORDER BY at, id",
    )
    .all(app.app.db())
    .await
    .expect("the log");
    let text = |row: &Row, name| row.get::<String>(name).expect("a text");
    let told = |row| (text(row, "action"), text(row, "details"));
    rows.iter().map(told).collect()
}

fn picture(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixels = RgbImage::from_pixel(300, 200, Rgb([20, 120, 130]));
    let drawn = DynamicImage::from(pixels).write_to(&mut bytes, format);
    drawn.expect("a picture");
    bytes.into_inner()
}

#[tokio::test]
async fn owner_and_admins_decide_and_what_they_change_is_told() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let before = show(&team.mira).await;
    assert_eq!(before.workspace.name, "Larkfield Studio");
    assert_eq!(
        (
            before.sessions.idle_minutes,
            before.sessions.absolute_minutes
        ),
        (30, 720)
    );
    assert!(before.mail_domains.is_empty());
    assert_eq!(
        before.sign_in_address,
        format!("{ORIGIN}/sign-in/{}", before.workspace.id)
    );

    let name = change(&team.ada, json!({ "name": " Larkfield & Sons " })).await;
    assert_eq!(name.workspace.name, "Larkfield & Sons");
    let all = json!({
        "mark": { "monogram": "LS", "hue": 250 },
        "sessions": { "idle_minutes": 15, "absolute_minutes": 480 },
        "mail_domains": ["@Larkfield.EXAMPLE", "larkfield.example", "sons.example"],
    });
    let after = change(&team.mira, all.clone()).await;
    assert_eq!(after.mail_domains, ["larkfield.example", "sons.example"]);
    assert_eq!(after.workspace.mark.monogram, "LS");
    // What stays the same is no change.
    change(&team.mira, all).await;
    change(&team.mira, json!({})).await;
    let expected = [
        ("workspace.renamed", ""),
        ("workspace.mark_changed", ""),
        ("workspace.sessions_changed", "earlier"),
        ("workspace.domains_changed", "certain domains"),
    ];
    let expected = expected.map(|(action, details)| (action.to_owned(), details.to_owned()));
    assert_eq!(told(&app).await, expected);
    let shown: Value = team
        .ada
        .get("/activity?action=workspace.")
        .await
        .is(200)
        .json();
    assert_eq!(shown["events"].as_array().expect("events").len(), 5);

    let session: Session = team.ben.get("/session").await.is(200).json();
    assert_eq!(session.workspace, after.workspace);
    let ways: Value = app.anon().get("/sign-in/providers").await.is(200).json();
    assert_eq!(ways["workspace"]["mark"]["hue"], 250);
}

#[tokio::test]
async fn others_neither_see_nor_change_them_and_a_stale_sign_in_changes_nothing() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let gil = guest("gil");
    let gil = app.joins(&team.mira, gil).await;
    let body = json!({ "name": "Mine" });
    for member in [&team.ben, &gil] {
        member.get("/workspace").await.problem(403, "not_admin");
        member
            .patch("/workspace", &body)
            .await
            .problem(403, "not_admin");
        let logo = member
            .put_bytes("/workspace/logo", picture(ImageFormat::Png))
            .await;
        logo.problem(403, "not_admin");
        member
            .delete("/workspace/logo")
            .await
            .problem(403, "not_admin");
    }
    app.advance(MINUTE * 10 + Duration::from_millis(1));
    team.ada
        .patch("/workspace", &body)
        .await
        .problem(403, "step_up_needed");
    let logo = team
        .ada
        .put_bytes("/workspace/logo", picture(ImageFormat::Png))
        .await;
    logo.problem(403, "step_up_needed");
    team.ada
        .delete("/workspace/logo")
        .await
        .problem(403, "step_up_needed");
    assert_eq!(show(&team.ada).await.workspace.name, "Larkfield Studio");
    assert!(told(&app).await.is_empty());
}

#[tokio::test]
async fn bad_values_say_what_to_do_and_change_nothing() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let domains: Vec<String> = (0..101).map(|n| format!("d{n}.example")).collect();
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "a\u{202e}b" }), "name"),
        (json!({ "name": "n".repeat(101) }), "name"),
        (json!({ "mark": { "monogram": "LKF" } }), "monogram"),
        (json!({ "mark": { "monogram": "", "hue": 360 } }), "hue"),
        (
            json!({ "sessions": { "idle_minutes": 4, "absolute_minutes": 60 } }),
            "idle_minutes",
        ),
        (
            json!({ "sessions": { "idle_minutes": 90, "absolute_minutes": 60 } }),
            "idle_minutes",
        ),
        (
            json!({ "sessions": { "idle_minutes": 5, "absolute_minutes": 10_081 } }),
            "absolute_minutes",
        ),
        (
            json!({ "sessions": { "idle_minutes": i64::MIN, "absolute_minutes": 60 } }),
            "idle_minutes",
        ),
        (json!({ "mail_domains": ["not a domain"] }), "mail_domains"),
        (json!({ "mail_domains": ["*.example"] }), "mail_domains"),
        (json!({ "mail_domains": domains }), "mail_domains"),
    ] {
        // One good value beside it isn't kept either.
        let mut with_good = body.clone();
        if with_good["name"].is_null() {
            with_good["name"] = json!("Another");
        }
        let problem = mira
            .patch("/workspace", &with_good)
            .await
            .problem(422, "invalid");
        assert_eq!(problem.fields[0].field, field, "{body}");
    }
    for body in [
        json!({ "id": "wsp_1" }),
        json!({ "name": 7 }),
        json!({ "mark": { "monogram": "L", "hue": -1 } }),
        json!({ "sessions": { "idle_minutes": 5 } }),
        json!({ "link_confirmation": "mail" }),
    ] {
        mira.patch("/workspace", &body)
            .await
            .problem(400, "bad_request");
    }
    assert_eq!(show(&mira).await.workspace.name, "Larkfield Studio");
    assert!(told(&app).await.is_empty());
}

#[tokio::test]
async fn two_changes_at_once_both_count() {
    let app = TestApp::new().await;
    let team = app.team().await;
    for round in 0..10 {
        let (name, domain) = (format!("Round {round}"), format!("r{round}.example"));
        let (one, other) = join(
            team.mira.patch("/workspace", json!({ "name": name })),
            team.ada
                .patch("/workspace", json!({ "mail_domains": [domain] })),
        )
        .await;
        one.is(200);
        other.is(200);
        let after = show(&team.mira).await;
        assert_eq!(after.workspace.name, name);
        assert_eq!(after.mail_domains, [domain]);
    }
    assert_eq!(told(&app).await.len(), 20);
    // The same twice at once is told once.
    let body = json!({ "name": "The same" });
    let (one, other) = join(
        team.mira.patch("/workspace", &body),
        team.ada.patch("/workspace", &body),
    )
    .await;
    one.is(200);
    other.is(200);
    assert_eq!(told(&app).await.len(), 21);
}

#[tokio::test]
async fn shorter_sessions_end_at_their_next_use() {
    let app = TestApp::new().await;
    let team = app.team().await;
    app.advance(MINUTE * 6);
    // Somebody is there all the time, somebody isn't.
    team.ada.get("/session").await.is(200);
    let body = json!({ "sessions": { "idle_minutes": 5, "absolute_minutes": 60 } });
    change(&team.ada, body).await;
    team.ben.get("/session").await.problem(401, "signed_out");
    let sessions: Value = team.ada.get("/sessions").await.is(200).json();
    assert_eq!(sessions["sessions"].as_array().expect("a list").len(), 1);
    let session: Session = team.ada.get("/session").await.is(200).json();
    assert_eq!(session.expires_at, app.now().millis() + 54 * 60_000);
    for _ in 0..13 {
        app.advance(MINUTE * 4);
        team.ada.get("/session").await.is(200);
    }
    app.advance(MINUTE * 2);
    team.ada.get("/session").await.problem(401, "signed_out");
}

#[tokio::test]
async fn longer_sessions_are_for_those_who_sign_in_from_then_on() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let body = json!({ "sessions": { "idle_minutes": 1440, "absolute_minutes": 10_080 } });
    change(&mira, body).await;
    let before: Session = mira.get("/session").await.is(200).json();
    assert_eq!(before.expires_at, app.now().millis() + 12 * 3_600_000);
    let later = app.sign_in(&mira.brief.email).await;
    let after: Session = later.get("/session").await.is(200).json();
    assert_eq!(after.expires_at, app.now().millis() + 7 * 86_400_000);
    app.advance(MINUTE * 60 * 12);
    mira.get("/session").await.problem(401, "signed_out");
    later.get("/session").await.is(200);
}

#[tokio::test]
async fn what_was_over_stays_over_when_sessions_become_longer() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let lengths = |idle: u32, absolute: u32| json!({ "sessions": { "idle_minutes": idle, "absolute_minutes": absolute } });
    // Ben's is over for want of use; Ada's goes on, for as long as was said when it began.
    for _ in 0..4 {
        app.advance(MINUTE * 8);
        team.ada.get("/session").await.is(200);
    }
    app.sign_in_again(&team.ada).await;
    change(&team.ada, lengths(1440, 10_080)).await;
    team.ben.get("/session").await.problem(401, "signed_out");
    let cleo = app.sign_in(&team.cleo.brief.email).await;
    app.advance(MINUTE * 31);
    team.ada.get("/session").await.problem(401, "signed_out");
    cleo.get("/session").await.is(200);

    // Cleo's is shortened, over, and stays so when that is taken back.
    let ada = app.sign_in(&team.ada.brief.email).await;
    change(&ada, lengths(60, 60)).await;
    app.advance(MINUTE * 30);
    ada.get("/session").await.is(200);
    cleo.get("/session").await.problem(401, "signed_out");
    let ada = app.sign_in(&team.ada.brief.email).await;
    change(&ada, lengths(1440, 10_080)).await;
    cleo.get("/session").await.problem(401, "signed_out");
}

#[tokio::test]
async fn mail_domains_bound_members_and_no_guests() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let invite = |email: &str, role: &str| json!({ "email": email, "first_name": "N", "last_name": "N", "role": role });
    team.mira
        .post("/members", invite("early@elsewhere.example", "user"))
        .await
        .is(201);
    change(&team.mira, json!({ "mail_domains": ["larkfield.example"] })).await;

    let refused = team
        .mira
        .post("/members", invite("new@elsewhere.example", "user"))
        .await;
    let refused = refused.problem(422, "mail_domain");
    assert_eq!(refused.fields[0].field, "email");
    assert!(
        refused.detail.contains("larkfield.example"),
        "{}",
        refused.detail
    );
    team.mira
        .post("/members", invite("new@larkfield.example", "user"))
        .await
        .is(201);
    let guest: Value = team
        .mira
        .post("/members", invite("gil@agency.example", "guest"))
        .await
        .is(201)
        .json();
    // What a guest may not become either.
    let role = format!("/members/{}/role", guest["id"].as_str().expect("an id"));
    let refused = team.mira.put(&role, json!({ "role": "user" })).await;
    refused.problem(422, "mail_domain");
    // Who was invited or is a member stays.
    app.sign_in("early@elsewhere.example").await;
    let early = app.sign_in("early@elsewhere.example").await;
    let role = format!("/members/{}/role", early.brief.id);
    team.mira
        .put(&role, json!({ "role": "admin" }))
        .await
        .is(204);
    app.run_jobs().await;
}

#[tokio::test]
async fn mail_domains_bound_who_joins_by_a_provider() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let provider = Provider::start(&app).await;
    let id = provider.added_by(&mira).await;
    change(&mira, json!({ "mail_domains": ["elsewhere.example"] })).await;
    provider
        .signs_in(&app.anon(), &id)
        .await
        .problem(403, "not_invited");
    change(&mira, json!({ "mail_domains": [] })).await;
    provider.signs_in(&app.anon(), &id).await.is(200);
    // Whoever is a member stays one.
    change(&mira, json!({ "mail_domains": ["elsewhere.example"] })).await;
    provider.signs_in(&app.anon(), &id).await.is(200);
}

#[tokio::test]
async fn mail_domains_bound_whom_a_directory_makes_or_readdresses() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let directory = app.directory(&mira).await;
    let early = directory.creates(described("early", "Early", "Ito")).await;
    let of = |domain: &str| change(&mira, json!({ "mail_domains": [domain] }));
    of("elsewhere.example").await;
    let refused = directory
        .post("/Users", described("late", "Late", "Ito"))
        .await;
    let refused: Value = refused.is(400).json();
    assert_eq!(refused["scimType"], "invalidValue");
    // Whoever is there stays, and keeps the address or gets one of a domain that may join.
    let path = format!("/Users/{early}");
    directory
        .put(&path, described("early", "Earlier", "Ito"))
        .await
        .is(200);
    directory
        .put(&path, described("later", "Earlier", "Ito"))
        .await
        .is(400);
    of("larkfield.example").await;
    directory
        .put(&path, described("later", "Earlier", "Ito"))
        .await
        .is(200);
    directory.creates(described("late", "Late", "Ito")).await;
}

#[tokio::test]
async fn a_logo_is_drawn_anew_and_shown_to_whoever_knows_the_workspace() {
    let app = TestApp::new().await;
    let (workspace, mira) = app.larkfield().await;
    let path = format!("/sign-in/workspaces/{workspace}/logo");
    app.anon().get(&path).await.problem(404, "not_found");
    let mut uploaded = picture(ImageFormat::Jpeg);
    uploaded.extend_from_slice(b"<script>canary</script>");
    mira.put_bytes("/workspace/logo", uploaded.clone())
        .await
        .is(204);
    let shown = app.anon().get(&path).await.is(200);
    for (name, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'; sandbox",
        ),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(shown.header(name), value);
    }
    assert!(shown.body.starts_with(b"\x89PNG"));
    assert!(!shown.text().contains("canary"));
    let session: Session = mira.get("/session").await.is(200).json();
    let first = session.workspace.mark.logo.expect("a logo");
    assert!(
        first.starts_with(&format!("/api/v1{path}?version=")),
        "{first}"
    );

    // The same again is no change, another one has another address.
    mira.put_bytes("/workspace/logo", uploaded).await.is(204);
    let other = DynamicImage::from(RgbImage::from_pixel(9, 9, Rgb([9, 9, 9])));
    let mut bytes = Cursor::new(Vec::new());
    other
        .write_to(&mut bytes, ImageFormat::WebP)
        .expect("a picture");
    mira.put_bytes("/workspace/logo", bytes.into_inner())
        .await
        .is(204);
    let session: Session = mira.get("/session").await.is(200).json();
    assert_ne!(session.workspace.mark.logo, Some(first));
    mira.delete("/workspace/logo").await.is(204);
    mira.delete("/workspace/logo").await.is(204);
    app.anon().get(&path).await.problem(404, "not_found");
    let details: Vec<_> = told(&app)
        .await
        .into_iter()
        .map(|(_, details)| details)
        .collect();
    assert_eq!(details, ["another", "another", "none"]);
}

#[tokio::test]
async fn what_is_no_picture_is_no_logo() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let mut cut = picture(ImageFormat::Png);
    cut.truncate(50);
    for bad in [svg, cut, b"GIF89a".to_vec(), Vec::new()] {
        let answer = mira.put_bytes("/workspace/logo", bad).await;
        answer.problem(422, "not_a_picture");
    }
    let large = mira
        .put_bytes("/workspace/logo", vec![0; 256 * 1024 + 1])
        .await;
    large.problem(413, "too_large");
    mira.put_bytes("/workspace/logo", vec![0; 300 * 1024])
        .await
        .is(413);
    let session: Session = mira.get("/session").await.is(200).json();
    assert_eq!(session.workspace.mark.logo, None);
    assert!(told(&app).await.is_empty());
}

#[tokio::test]
async fn recipients_see_name_and_letters() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let body = json!({ "name": "Larkfield", "mark": { "monogram": "LF", "hue": 40 } });
    change(&mira, body).await;
    let item = mira.add_account().await;
    let link = app.share(&mira, &item, false).await;
    let peek: Value = app
        .recipient()
        .post("/guest/peek", link.proof())
        .await
        .is(200)
        .json();
    assert_eq!(
        (&peek["workspace"], &peek["monogram"], &peek["hue"]),
        (&json!("Larkfield"), &json!("LF"), &json!(40))
    );
}
