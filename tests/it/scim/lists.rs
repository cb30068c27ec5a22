//! Lists of RFC 7644, section 3.4.2: filters and pages.

use serde_json::{Value, json};

use super::conformance::larkfield;
use crate::support::{
    TestApp,
    scim::{self, Directory, encoded},
};

/// A directory of seven.
async fn seven() -> (TestApp, Directory) {
    let (app, directory) = larkfield().await;
    let nobody: Value = directory.get("/Users").await.is(200).json();
    assert_eq!(
        (&nobody["totalResults"], &nobody["startIndex"]),
        (&json!(0), &json!(1))
    );
    for name in ["Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus"] {
        let user = scim::described(&name.to_lowercase(), name, "Lee");
        directory.creates(user).await;
    }
    (app, directory)
}

#[tokio::test]
async fn section_3_4_2_2_filters_find_what_they_say_or_are_refused() {
    let (_app, directory) = seven().await;
    for (filter, found) in [
        ("userName eq \"ann@larkfield.example\"", 1),
        ("USERNAME EQ \"ANN@LARKFIELD.EXAMPLE\"", 1),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ann@larkfield.example\"",
            1,
        ),
        ("userName eq \"nobody\"", 0),
        ("userName eq \"\"", 0),
        ("externalId eq \"ext-bo\"", 1),
        ("externalId eq \"EXT-BO\"", 0),
        ("emails.value eq \"cy@larkfield.example\"", 1),
        ("emails eq \"cy@larkfield.example\"", 1),
        (
            "emails[type eq \"work\" and value eq \"cy@larkfield.example\"]",
            1,
        ),
        (
            "emails[type eq \"home\" and value eq \"cy@larkfield.example\"]",
            0,
        ),
        (
            "userName eq \"ann@larkfield.example\" and externalId eq \"ext-ann\"",
            1,
        ),
        (
            "userName eq \"ann@larkfield.example\" and externalId eq \"ext-bo\"",
            0,
        ),
        ("id eq \"mem_1\"", 0),
    ] {
        assert_eq!(directory.finds(filter).await.len(), found, "{filter}");
    }
    for filter in [
        "userName",
        "userName eq ann",
        "userName co \"a\"",
        "title pr",
        "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
        "userName eq \"a\" or userName eq \"b\"",
        "displayName eq \"x\"",
        "name.familyName eq \"Lee\"",
    ] {
        directory
            .get(&format!("/Users?filter={}", encoded(filter)))
            .await
            .scim(400, "invalidFilter");
    }
}

#[tokio::test]
async fn section_3_4_2_4_pages_one_after_the_other_have_everybody_once() {
    let (_app, directory) = seven().await;
    let mut seen = Vec::new();
    for (first, on_it) in [(1, 3), (4, 3), (7, 1), (10, 0)] {
        let page: Value = directory
            .get(&format!("/Users?startIndex={first}&count=3"))
            .await
            .is(200)
            .json();
        assert_eq!(
            (
                &page["totalResults"],
                &page["startIndex"],
                &page["itemsPerPage"]
            ),
            (&json!(7), &json!(first), &json!(on_it))
        );
        let names = page["Resources"].as_array().expect("a list").iter();
        seen.extend(names.map(|user| user["userName"].as_str().expect("text").to_owned()));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7);
    for (query, count) in [
        ("count=0", 0),
        ("count=-1", 0),
        ("startIndex=-3", 7),
        ("sortBy=userName&sortOrder=descending", 7),
    ] {
        let page: Value = directory
            .get(&format!("/Users?{query}"))
            .await
            .is(200)
            .json();
        assert_eq!(
            (&page["totalResults"], &page["itemsPerPage"]),
            (&json!(7), &json!(count)),
            "{query}"
        );
    }
    directory
        .get("/Users?count=many")
        .await
        .scim(400, "invalidValue");
}
