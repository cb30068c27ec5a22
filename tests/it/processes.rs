//! What only real processes can show: races over connections, several nodes, `kill -9`, and what is
//! left on the disk.

use std::{collections::HashSet, time::Duration};

use futures_util::future::join_all;
use guestpass_api_types::guest::Claimed;
use serde_json::json;

use crate::support::{
    process::{Address, Browser, Installation, Member, Node},
    sharing::{open, proof},
};

const BROWSERS: u32 = 200;
const ROUNDS: u32 = 20;
/// What a server that is too busy asks for.
const RETRY_AFTER: Duration = Duration::from_secs(1);

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
            let looked = as_a_page_does(&mut browser, node, "/guest/peek", &proof).await;
            assert_eq!(looked, 200);
            browser
        });
        let mut ready = join_all(looks).await;
        let claims = ready.iter_mut().enumerate().map(async |(n, browser)| {
            let node = &nodes[n % nodes.len()];
            as_a_page_does(browser, node, "/guest/claim", &proof).await
        });
        let statuses = join_all(claims).await;
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

/// 200 browsers claim at once and the server dies between the commit of the claim and its answer:
/// of all browsers, the one that won gets the item from the restarted server, and nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_survives_kill_9_for_its_browser_alone() {
    let installation = Installation::new().await;
    let mut node = installation.start().await;
    let mut mira = Member::sign_in(&installation, &node).await;
    let item = mira.add(&node, account()).await;
    let mut unanswered = 0;
    for round in 0..kills() {
        installation.database.forget_limits().await;
        let secret = mira.share(&node, &item, true).await;
        let proof = proof(&secret);
        let browsers = look(&node, round, &proof).await;
        let before = claim_and_kill(&installation, &mut node, &browsers, &proof).await;
        unanswered += usize::from(before.is_empty());
        drop(node);
        node = installation.start().await;
        let mut again = claim_at_once(node.address(), &browsers, &proof).await;
        let winners: Vec<usize> = again.iter().map(|(browser, _)| *browser).collect();
        assert_eq!(winners.len(), 1, "round {round}: {winners:?}");
        assert!(
            before.iter().all(|(browser, _)| *browser == winners[0]),
            "round {round}: {} was answered, then {winners:?}",
            before.len()
        );
        let (winner, claimed) = again.remove(0);
        let payload = open(&secret, "http://localhost:1", &claimed);
        assert_eq!(payload.password.expose(), "correct-horse-7");
        let mut winner = browsers[winner].clone();
        for (status, path) in [(204, "/guest/ack"), (410, "/guest/claim")] {
            winner
                .expect(&node, status, "POST", path, Some(proof.clone()))
                .await;
        }
    }
    assert!(
        unanswered > 0,
        "every answer was faster than the kill: nothing was shown"
    );
}

/// Browsers that have looked at the link, and so have a binder.
async fn look(node: &Node, round: u32, proof: &serde_json::Value) -> Vec<Browser> {
    let looks = (0..BROWSERS).map(async |n| {
        let mut browser = Browser::new(100_000 + round * BROWSERS + n);
        let looked = as_a_page_does(&mut browser, node, "/guest/peek", proof).await;
        assert_eq!(looked, 200);
        browser
    });
    join_all(looks).await
}

/// Asks until it is told something. A machine that is busy with other things besides sends some away
/// for a moment; they come back, as a page does.
async fn as_a_page_does(
    browser: &mut Browser,
    node: &Address,
    path: &str,
    proof: &serde_json::Value,
) -> u16 {
    loop {
        let answer = browser.send(node, "POST", path, Some(proof.clone())).await;
        let status = answer.expect("an answer").0.as_u16();
        if status != 503 {
            return status;
        }
        tokio::time::sleep(RETRY_AFTER).await;
    }
}

/// All browsers claim at once; who was given the item, and the item.
async fn claim_at_once(
    node: Address,
    browsers: &[Browser],
    proof: &serde_json::Value,
) -> Vec<(usize, Claimed)> {
    let claims = browsers.iter().enumerate().map(async |(n, browser)| {
        let mut browser = browser.clone();
        loop {
            let answer = browser
                .send(&node, "POST", "/guest/claim", Some(proof.clone()))
                .await;
            match answer {
                Ok((status, body)) if status == 200 => {
                    return Some((n, serde_json::from_value(body).expect("a claim")));
                }
                // Whoever is sent away comes back, as a page does.
                Ok((status, _)) if status == 503 => tokio::time::sleep(RETRY_AFTER).await,
                _ => return None,
            }
        }
    });
    join_all(claims).await.into_iter().flatten().collect()
}

/// Has all browsers claim and kills the server the moment the claim is in the database; who got an
/// answer before.
async fn claim_and_kill(
    installation: &Installation,
    node: &mut Node,
    browsers: &[Browser],
    proof: &serde_json::Value,
) -> Vec<(usize, Claimed)> {
    const CLAIMED: &str = "SELECT COUNT(*) FROM links WHERE state = 'claimed'";
    let before = installation.database.count(CLAIMED).await;
    let (address, browsers, proof) = (node.address(), browsers.to_vec(), proof.clone());
    let claims = tokio::spawn(async move { claim_at_once(address, &browsers, &proof).await });
    installation.database.until_changed(CLAIMED, before).await;
    node.kill();
    claims.await.expect("the browsers are still there")
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

/// `GUESTPASS_TEST_KILLS` sets how often the server is killed; 50 are the acceptance run.
fn kills() -> u32 {
    std::env::var("GUESTPASS_TEST_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(5)
}
