//! What is left behind after the whole walk: on the disk, in a dump and in the logs.

use std::path::Path;

use guestpass_api_types::guest::Claimed;
use serde_json::{Value, json};

use crate::support::{
    process::{Browser, Installation, Member, Node},
    sharing::{open, proof},
};

/// What must be found nowhere. Odd enough that nothing else contains it.
const CANARIES: [&str; 10] = [
    "Zanzibar Quokka Ads",
    "wombat.zx81@canary-user.example",
    "canary-site-9137.example",
    "kZ7#parrot!Vx2-canary",
    "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U",
    "notes about the axolotl 5521",
    "Narwhal door codes",
    "The vault opens with 8841-lemur-2290",
    "tapir-plan-7714.txt",
    "the tapir sleeps in room 6023",
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_left_in_database_dump_or_logs() {
    let installation = Installation::new().await;
    let mut node = installation.start().await;
    let mut mira = Member::sign_in(&installation, &node).await;
    let account = json!({
        "kind": "account", "name": CANARIES[0], "username": CANARIES[1],
        "website": format!("https://{}/login", CANARIES[2]), "password": CANARIES[3],
        "mfa": CANARIES[4], "notes": CANARIES[5],
    });
    let account = mira.add(&node, account).await;
    let secret = mira
        .add(
            &node,
            json!({ "kind": "secret", "name": CANARIES[6], "body": CANARIES[7] }),
        )
        .await;
    let with_file = mira
        .add(
            &node,
            json!({ "kind": "secret", "name": "Plans", "body": "see file" }),
        )
        .await;
    attach(&mut mira, &node, &with_file).await;
    for path in [
        "/items?q=Quokka",
        "/items?q=axolotl",
        &format!("/items/{account}/code"),
    ] {
        mira.browser.expect(&node, 200, "GET", path, None).await;
    }
    let reveal = json!({ "field": "password" });
    mira.browser
        .expect(
            &node,
            200,
            "POST",
            &format!("/items/{account}/reveal"),
            Some(reveal),
        )
        .await;

    let mut hidden: Vec<String> = CANARIES.iter().map(|canary| (*canary).to_owned()).collect();
    for (item, one_time) in [(&account, true), (&secret, false)] {
        let link = mira.share(&node, item, one_time).await;
        hidden.push(link.to_fragment().as_str()[1..].to_owned());
        let mut guest = Browser::new(77);
        guest
            .expect(&node, 200, "POST", "/guest/peek", Some(proof(&link)))
            .await;
        let claimed = guest
            .expect(&node, 200, "POST", "/guest/claim", Some(proof(&link)))
            .await;
        let claimed: Claimed = serde_json::from_value(claimed).expect("a claim");
        let seen = open(&link, "http://localhost:1", &claimed);
        assert!(CANARIES.contains(&seen.name.as_str()), "{}", seen.name);
        guest
            .expect(&node, 204, "POST", "/guest/ack", Some(proof(&link)))
            .await;
        hidden.push(proof(&link)["auth"].as_str().expect("a proof").to_owned());
    }
    // Bad input, on which an error might be logged with what caused it.
    let broken = json!({ "kind": "account", "name": CANARIES[0], "password": CANARIES[3], "mfa": "otpauth://totp/x?secret=!!", "surprise": CANARIES[7] });
    mira.browser
        .expect(&node, 400, "POST", "/items", Some(broken))
        .await;
    hidden.extend(mira.browser.cookie_values());

    node.kill();
    let left = traces(&installation, &node);
    assert!(
        left.iter().any(|(_, text)| contains(text, MARKER)),
        "the search finds what is there"
    );
    for (place, data) in &left {
        assert!(!data.is_empty(), "{place} is empty");
        for canary in &hidden {
            assert!(!contains(data, canary.as_bytes()), "{place} holds {canary}");
            // A dump writes bytes in hexadecimal.
            assert!(
                !contains(data, hex::encode(canary).as_bytes()),
                "{place} holds {canary} in hex"
            );
        }
    }
}

/// Something that is stored in the clear, to show that the search works.
const MARKER: &[u8] = b"mira.okafor@larkfield.example";

async fn attach(mira: &mut Member, node: &Node, item: &str) {
    let (name, content) = (CANARIES[8], CANARIES[9]);
    let announced = json!({ "name": name, "size": content.len() });
    let at = format!("/items/{item}/attachments");
    let made: Value = mira
        .browser
        .expect(node, 201, "POST", &at, Some(announced))
        .await;
    let at = format!("{at}/{}/content", made["id"].as_str().expect("an id"));
    mira.browser.upload(node, &at, content.as_bytes()).await;
}

/// Everything that the installation wrote, but for the mails that were delivered and the keys.
fn traces(installation: &Installation, node: &Node) -> Vec<(String, Vec<u8>)> {
    let mut traces = vec![(
        "the log".to_owned(),
        std::fs::read(&node.log).expect("the log"),
    )];
    if installation.database.is_shared() {
        traces.push(("the dump".to_owned(), installation.database.dump()));
        return traces;
    }
    for name in ["guestpass.db", "guestpass.db-wal"] {
        let path = installation.folder.path().join(name);
        if Path::new(&path).exists() {
            traces.push((name.to_owned(), std::fs::read(path).expect("a file")));
        }
    }
    assert!(traces.len() >= 2, "the database is there");
    traces
}

fn contains(data: &[u8], wanted: &[u8]) -> bool {
    data.windows(wanted.len()).any(|window| window == wanted)
}
