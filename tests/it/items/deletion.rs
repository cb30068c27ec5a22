//! Deleting an item, and the links to it.

use futures_util::future::join;

use super::{account, events, list, names};
use crate::support::{
    TestApp,
    sharing::{new_secret, proof, seal},
};

#[tokio::test]
async fn deleting_an_item_takes_its_links_back() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    account(&mira, "Other").await;
    let link = app.share(&mira, &item, false).await;
    let live = list(&mira, "filter=live").await;
    assert_eq!(
        (names(&live), live.with_live_links, live.all),
        (vec!["Beacon Ads"], 1, 2)
    );
    assert_eq!(live.items[0].live_links, 1);
    let recipient = app.recipient();
    recipient.post("/guest/peek", link.proof()).await.is(200);

    mira.delete(&format!("/items/{item}")).await.is(204);
    for call in ["peek", "claim"] {
        recipient
            .post(&format!("/guest/{call}"), link.proof())
            .await
            .problem(404, "link_dead");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM link_payloads").await, 0);
    assert_eq!(
        app.actions_of(&mira, &link.id).await,
        ["link.revoked", "link.created"]
    );
    assert_eq!(
        events(&mira, &item).await[..2],
        ["link.revoked", "item.deleted"]
    );
    assert_eq!(list(&mira, "").await.with_live_links, 0);
}

#[tokio::test]
async fn no_link_outlives_an_item_that_is_deleted_while_it_is_made() {
    for _ in 0..4 {
        let app = TestApp::new().await;
        let (_, mira) = app.larkfield().await;
        for _ in 0..2 {
            let item = mira.add_account().await;
            let intent = app.confirmed(&mira, &item, false).await;
            let link = new_secret();
            let sealed = seal(&link, &mira.payload(&intent).await);
            let (make, delete) = (
                format!("/share-intents/{intent}/link"),
                format!("/items/{item}"),
            );
            let (made, deleted) = join(mira.put(&make, sealed), mira.delete(&delete)).await;
            deleted.is(204);
            assert!(
                [201, 404, 409].contains(&made.status.as_u16()),
                "{}",
                made.text()
            );
            let recipient = app.recipient();
            recipient
                .post("/guest/peek", proof(&link))
                .await
                .problem(404, "link_dead");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM link_payloads").await, 0);
    }
}
