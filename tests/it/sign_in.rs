//! Signing in by e-mailed link.

use crate::support::TestApp;

#[tokio::test]
async fn smoke() {
    let app = TestApp::new().await;
    let team = app.team().await;
    assert_eq!(team.ben.brief.first_name, "Ben");
}
