//! MFA keys before they are saved.

use guestpass_api_types::items::OneTimeCode;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_pasted_key_is_checked() {
    let app = TestApp::new().await;
    app.anon()
        .post("/mfa/check", json!({ "mfa": "x" }))
        .await
        .problem(401, "signed_out");
    let (_, mira) = app.larkfield().await;
    let key =
        "otpauth://totp/Acme:mira?secret=jbsw%20y3dp-ehpk3pxp&digits=8&period=60&algorithm=SHA512";
    let code: OneTimeCode = mira
        .post("/mfa/check", json!({ "mfa": key }))
        .await
        .is(200)
        .json();
    assert_eq!((code.code.expose().len(), code.period_ms), (8, 60_000));
    assert!((1..=60_000).contains(&code.remaining_ms));

    for bad in [
        "",
        "   ",
        "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP",
        "otpauth://totp/x?secret=",
        "otpauth://totp/x?secret=0000000000000000",
        "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=4",
        "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=0",
        "otpauth://totp/x?secret=JBSWY3DP",
        "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&algorithm=MD5",
        "https://example.com",
        "javascript:alert(1)",
    ] {
        let problem = mira
            .post("/mfa/check", json!({ "mfa": bad }))
            .await
            .problem(422, "invalid");
        assert_eq!(problem.fields[0].field, "mfa", "{bad}");
        assert!(
            !problem.detail.contains("JBSWY3DP"),
            "a key isn't repeated in an error"
        );
    }
}
