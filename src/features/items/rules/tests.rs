use rstest::rstest;

use super::*;

fn account() -> NewItem {
    NewItem {
        kind: ItemKind::Account,
        name: "GitHub".to_owned(),
        username: String::new(),
        website: String::new(),
        app: String::new(),
        password: SecretText::default(),
        mfa: SecretText::default(),
        notes: SecretText::default(),
        body: SecretText::default(),
    }
}

fn secret() -> NewItem {
    NewItem {
        kind: ItemKind::Secret,
        ..account()
    }
}

fn faults(new: &NewItem) -> Vec<(&'static str, Fault)> {
    match new_content(new) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .into_iter()
            .map(|invalid| (invalid.field, invalid.fault))
            .collect(),
    }
}

fn unchanged() -> ItemChange {
    ItemChange {
        version: 1,
        name: None,
        username: None,
        website: None,
        app: None,
        password: None,
        mfa: None,
        notes: None,
        body: None,
    }
}

#[rstest]
#[case("https://github.com", "https://github.com")]
#[case("https://github.com/", "https://github.com/")]
#[case(
    "HTTPS://GitHub.com/Login?next=%2F#top",
    "https://github.com/Login?next=%2F#top"
)]
#[case("http://localhost:8080/x", "http://localhost:8080/x")]
#[case("github.com", "https://github.com")]
#[case("github.com:8443/login", "https://github.com:8443/login")]
#[case("  github.com  ", "https://github.com")]
#[case("localhost:3000", "https://localhost:3000")]
#[case("https://b\u{fc}cher.example", "https://xn--bcher-kva.example")]
#[case("https://[2001:db8::1]/", "https://[2001:db8::1]/")]
#[case("", "")]
fn websites_are_kept_in_one_spelling(#[case] given: &str, #[case] kept: &str) {
    assert_eq!(website(given).as_deref(), Ok(kept));
}

#[rstest]
#[case("javascript:alert(1)")]
#[case("JaVaScRiPt:alert(1)")]
#[case("data:text/html,<script>")]
#[case("ftp://example.com")]
#[case("file:///etc/passwd")]
#[case("//example.com")]
#[case("mailto:mira@larkfield.example")]
#[case("tel:12345")]
#[case("just words")]
#[case("word")]
#[case("https://")]
#[case("https:///path")]
#[case("https://exa mple.com")]
#[case("http://[::1")]
#[case("vbscript.com:alert(1)")]
fn what_is_no_website_is_refused(#[case] given: &str) {
    let made = website(given);
    // A parser may find a host in `https:///path`; then it is one, and nothing else.
    match made {
        Ok(address) => assert_eq!(address, "https://path"),
        Err(fault) => assert_eq!(fault, Fault::NotWebsite, "{given}"),
    }
}

#[test]
fn a_website_can_not_pass_for_another() {
    assert_eq!(
        website("https://bank.example@evil.example"),
        Err(Fault::Userinfo)
    );
    assert_eq!(website("https://a:b@evil.example"), Err(Fault::Userinfo));
    assert_eq!(website("java\nscript:alert(1)"), Err(Fault::Characters));
    assert_eq!(
        website("https://example.com/\u{202e}moc"),
        Err(Fault::Characters)
    );
    assert_eq!(
        website(&format!("https://a.example/{}", "x".repeat(2_000))),
        Err(Fault::TooLong(2_000))
    );
    // Escaping makes it three times as long.
    assert_eq!(
        website(&format!("https://a.example/{}", "é".repeat(900))),
        Err(Fault::TooLong(2_000))
    );
}

#[test]
fn limits_count_characters_and_all_faults_are_told_at_once() {
    let fine = NewItem {
        name: "é".repeat(200),
        username: "🦊".repeat(255),
        app: "x".repeat(200),
        password: SecretText::new("é".repeat(1_000)),
        notes: SecretText::new("é".repeat(10_000)),
        ..account()
    };
    assert_eq!(faults(&fine), []);
    assert_eq!(
        faults(&NewItem {
            body: SecretText::new("🦊".repeat(45_000)),
            ..secret()
        }),
        []
    );
    let over = NewItem {
        name: "é".repeat(201),
        username: "🦊".repeat(256),
        app: "x".repeat(201),
        password: SecretText::new("é".repeat(1_001)),
        notes: SecretText::new("é".repeat(10_001)),
        mfa: SecretText::new("otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP"),
        ..account()
    };
    assert_eq!(
        faults(&over),
        [
            ("name", Fault::TooLong(200)),
            ("username", Fault::TooLong(255)),
            ("app", Fault::TooLong(200)),
            ("password", Fault::TooLong(1_000)),
            ("mfa", Fault::Mfa(MfaFault::CounterBased)),
            ("notes", Fault::TooLong(10_000)),
        ]
    );
    let body = NewItem {
        body: SecretText::new("é".repeat(46_000)),
        ..secret()
    };
    assert_eq!(faults(&body), [("body", Fault::TooLong(45_000))]);
}

#[test]
fn names_stay_on_their_line_and_bodies_keep_theirs() {
    for bad in ["a\nb", "a\u{202e}b", "a\u{0}b", "\u{200b}"] {
        assert_eq!(
            faults(&NewItem {
                name: bad.to_owned(),
                ..account()
            }),
            [("name", Fault::Characters)]
        );
        assert_eq!(
            faults(&NewItem {
                username: format!("x{bad}x"),
                ..account()
            }),
            [("username", Fault::Characters)]
        );
    }
    assert_eq!(
        faults(&NewItem {
            name: " \t ".to_owned(),
            ..account()
        }),
        [("name", Fault::Empty)]
    );
    let text = " first\r\n\n\tsecond\u{202e} \n";
    let kept = new_content(&NewItem {
        body: SecretText::new(text),
        ..secret()
    })
    .unwrap();
    assert_eq!(kept.secret.body.expose(), text);
}

#[test]
fn each_kind_has_its_own_fields() {
    let body = NewItem {
        body: SecretText::new("x"),
        ..account()
    };
    assert_eq!(faults(&body), [("body", Fault::NotOf(ItemKind::Account))]);
    let all = NewItem {
        kind: ItemKind::Secret,
        username: "u".to_owned(),
        website: "https://a.example".to_owned(),
        app: "a".to_owned(),
        password: SecretText::new("p"),
        mfa: SecretText::new("JBSWY3DPEHPK3PXP"),
        notes: SecretText::new("n"),
        ..account()
    };
    let fields: Vec<_> = faults(&all).into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        ["username", "website", "app", "password", "mfa", "notes"]
    );
}

#[test]
fn a_change_keeps_what_it_leaves_out_and_removes_what_it_empties() {
    let new = NewItem {
        username: "mira".to_owned(),
        website: "github.com".to_owned(),
        password: SecretText::new("one"),
        mfa: SecretText::new("JBSWY3DPEHPK3PXP"),
        ..account()
    };
    let before = new_content(&new).unwrap();
    assert!(before.summary.has_mfa && before.summary.has_secret);

    let same = changed_content(before.clone(), &unchanged()).unwrap();
    assert_eq!(same, before);

    let change = ItemChange {
        username: Some(String::new()),
        mfa: Some(SecretText::default()),
        password: Some(SecretText::new("two")),
        ..unchanged()
    };
    let after = changed_content(before.clone(), &change).unwrap();
    assert_eq!(after.summary.username, "");
    assert_eq!(after.summary.website, "https://github.com");
    assert_eq!(after.secret.password.expose(), "two");
    assert!(!after.summary.has_mfa);
    assert!(after.secret.differs_from(&before.secret));

    let notes = ItemChange {
        notes: Some(SecretText::new("n")),
        ..unchanged()
    };
    let noted = changed_content(before.clone(), &notes).unwrap();
    assert!(
        !noted.secret.differs_from(&before.secret),
        "notes are nothing to rotate"
    );
    let unnamed = ItemChange {
        name: Some(String::new()),
        ..unchanged()
    };
    assert!(changed_content(before, &unnamed).is_err());
}

#[test]
fn sharing_is_refused_with_a_reason() {
    use ItemKind::{Account, Secret};
    use ItemRole::{Collaborator, Owner};
    let full = Summary {
        has_secret: true,
        ..Summary::default()
    };
    let empty = Summary::default();
    let cases = [
        (Account, Owner, &full, 0, None),
        (Account, Owner, &empty, 0, None),
        (
            Account,
            Collaborator,
            &full,
            0,
            Some(ShareRefusal::NotOwner),
        ),
        (Secret, Owner, &full, 0, None),
        (Secret, Owner, &full, 1, Some(ShareRefusal::HasAttachments)),
        (Secret, Owner, &empty, 1, Some(ShareRefusal::HasAttachments)),
        (Secret, Owner, &empty, 0, Some(ShareRefusal::NoBody)),
        (Secret, Collaborator, &full, 1, Some(ShareRefusal::NotOwner)),
    ];
    for (kind, role, summary, attachments, expected) in cases {
        assert_eq!(share_refusal(kind, role, summary, attachments), expected);
    }
}
