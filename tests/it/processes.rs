//! What only real processes can show: races over connections, several nodes, `kill -9`, and what is
//! left on the disk.

use std::collections::HashSet;

use futures_util::future::join_all;
use guestpass_api_types::guest::Claimed;
use serde_json::json;

use crate::support::{
    process::{Browser, Installation, Member, Node},
    sharing::{open, proof},
};

const BROWSERS: u32 = 200;
const ROUNDS: u32 = 50;

/// 200 browsers claim one one-time link at once, on as many nodes as the database allows: exactly
/// one gets it, round after round.
#[tokio::test(flavor = "multi_thread")]
async fn of_200_browsers_exactly_one_gets_a_one_time_link() {
    let installation = Installation::new().await;
    let mut nodes = vec![installation.start().await];
    if installation.database.is_shared() {
        nodes.push(installation.start().await);
    }
    let mut mira = Member::sign_in(&installation, &nodes[0]).await;
    let item = mira.add(&nodes[0], account()).await;
    let mut winners = HashSet::new();
    for round in 0..rounds() {
        installation.database.forget_limits().await;
        let secret = mira.share(&nodes[0], &item, true).await;
        let proof = proof(&secret);
        // Everybody looks first, as a page does: that is what gives a browser its binder. Each has
        // an address of its own, since claims are limited by address.
        let looks = (0..BROWSERS).map(async |n| {
            let mut browser = Browser::new(10_000 + round * BROWSERS + n);
            let node = &nodes[n as usize % nodes.len()];
            browser
                .expect(node, 200, "POST", "/guest/peek", Some(proof.clone()))
                .await;
            browser
        });
        let mut ready = join_all(looks).await;
        let claims = ready.iter_mut().enumerate().map(|(n, browser)| {
            let node = &nodes[n % nodes.len()];
            browser.send(node, "POST", "/guest/claim", Some(proof.clone()))
        });
        let answers = join_all(claims).await;
        let statuses: Vec<u16> = answers
            .iter()
            .map(|answer| answer.as_ref().expect("an answer").0.as_u16())
            .collect();
        let won: Vec<usize> = (0..statuses.len())
            .filter(|n| statuses[*n] == 200)
            .collect();
        assert_eq!(won.len(), 1, "round {round}: {won:?}");
        assert!(
            statuses.iter().all(|status| [200, 410].contains(status)),
            "round {round}: {statuses:?}"
        );
        winners.insert(won[0]);
    }
    // Not a proof of fairness, but one and the same winner each time would mean that nothing raced.
    assert!(
        rounds() < 10 || winners.len() > 1,
        "always browser {winners:?}"
    );
}

/// The server dies between the commit of a claim and its answer: the browser that won gets the
/// item from the restarted server, and nobody else does.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_survives_kill_9_for_its_browser_alone() {
    let installation = Installation::new().await;
    let mut node = installation.start().await;
    let mut mira = Member::sign_in(&installation, &node).await;
    let item = mira.add(&node, account()).await;
    let mut unanswered = 0;
    for round in 0..rounds().min(10) {
        installation.database.forget_limits().await;
        let secret = mira.share(&node, &item, true).await;
        let proof = proof(&secret);
        let (mut winner, mut other) = (
            Browser::new(5000 + round * 2),
            Browser::new(5001 + round * 2),
        );
        for browser in [&mut winner, &mut other] {
            browser
                .expect(&node, 200, "POST", "/guest/peek", Some(proof.clone()))
                .await;
        }
        unanswered += usize::from(!claim_and_kill(&installation, &mut node, &winner, &proof).await);
        drop(node);
        node = installation.start().await;
        other
            .expect(&node, 410, "POST", "/guest/claim", Some(proof.clone()))
            .await;
        let again = winner
            .expect(&node, 200, "POST", "/guest/claim", Some(proof.clone()))
            .await;
        let claimed: Claimed = serde_json::from_value(again).expect("a claim");
        let payload = open(&secret, "http://localhost:1", &claimed);
        assert_eq!(payload.password.expose(), "correct-horse-7");
        winner
            .expect(&node, 204, "POST", "/guest/ack", Some(proof.clone()))
            .await;
        winner
            .expect(&node, 410, "POST", "/guest/claim", Some(proof))
            .await;
    }
    assert!(
        unanswered > 0,
        "every answer was faster than the kill: nothing was shown"
    );
}

/// Sends a claim and kills the server the moment the claim is in the database; whether the answer
/// was faster.
async fn claim_and_kill(
    installation: &Installation,
    node: &mut Node,
    winner: &Browser,
    proof: &serde_json::Value,
) -> bool {
    let before = installation
        .database
        .count("SELECT COUNT(*) FROM links WHERE state = 'claimed'")
        .await;
    let (mut browser, proof) = (winner.clone(), proof.clone());
    let address = node.address();
    let claim = tokio::spawn(async move {
        let answer = browser
            .send(&address, "POST", "/guest/claim", Some(proof))
            .await;
        answer.is_ok_and(|(status, _)| status == 200)
    });
    while installation
        .database
        .count("SELECT COUNT(*) FROM links WHERE state = 'claimed'")
        .await
        == before
    {
        tokio::task::yield_now().await;
    }
    node.kill();
    claim.await.expect("the browser is still there")
}

fn account() -> serde_json::Value {
    json!({
        "kind": "account", "name": "Beacon Ads", "username": "ops@larkfield.example",
        "website": "https://beacon-ads.example", "password": "correct-horse-7",
    })
}

/// `GUESTPASS_TEST_ROUNDS` shortens or lengthens the races; 50 are the acceptance run.
fn rounds() -> u32 {
    std::env::var("GUESTPASS_TEST_ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(ROUNDS)
}
