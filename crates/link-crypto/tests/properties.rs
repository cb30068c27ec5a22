//! What holds for every secret, payload and term, not only for the vectors.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use guestpass_link_crypto::{
    Error, Kind, LinkSecret, MAX_PLAINTEXT, SIZES, Sealed, TAG_LEN, Terms, derive, flags, open,
    seal,
};
use proptest::{prelude::*, sample::Index};

const ORIGIN: &str = "https://vault.example";

fn terms() -> impl Strategy<Value = Terms<'static>> {
    let kind = prop_oneof![Just(Kind::Account), Just(Kind::Secret)];
    (kind, 0..8u8, 0..1i64 << 53, 0..1i64 << 53).prop_map(
        |(kind, flags, created_at, expires_at)| {
            Terms::new(kind, flags, created_at, expires_at, ORIGIN).unwrap()
        },
    )
}

proptest! {
    #[test]
    fn every_secret_survives_its_fragment(bytes: [u8; 32]) {
        let fragment = LinkSecret::from_bytes(bytes).to_fragment();
        let parsed = LinkSecret::parse(&fragment).unwrap();
        prop_assert_eq!(parsed.to_fragment(), fragment);
        let (one, two) = (derive(&parsed).unwrap(), derive(&LinkSecret::from_bytes(bytes)).unwrap());
        prop_assert_eq!(one.auth(), two.auth());
    }

    #[test]
    fn exactly_the_canonical_form_parses(head in "1[A-Za-z0-9_-]{42}", last in "[A-Za-z0-9_-]") {
        let parses = LinkSecret::parse(&format!("{head}{last}")).is_ok();
        prop_assert_eq!(parses, "AEIMQUYcgkosw048".contains(&last));
    }

    #[test]
    fn what_is_sealed_opens(
        secret: [u8; 32],
        iv: [u8; 12],
        terms in terms(),
        payload: BTreeMap<String, String>,
        filler in 0..60_000usize,
    ) {
        let payload = payload.into_iter().chain([("filler".into(), "x".repeat(filler))]).collect();
        let json = serde_json::to_vec(&payload).unwrap();
        let keys = derive(&LinkSecret::from_bytes(secret)).unwrap();
        let sealed = seal(&keys, &terms, iv, &payload);
        if json.len() > MAX_PLAINTEXT {
            prop_assert_eq!(sealed, Err(Error::TooLarge));
        } else {
            let sealed = sealed.unwrap();
            let size = SIZES.into_iter().find(|size| json.len() + 4 <= *size).unwrap();
            prop_assert_eq!(sealed.ct().len(), size + TAG_LEN);
            prop_assert_eq!(open::<BTreeMap<String, String>>(&keys, &terms, &sealed), Ok(payload));
        }
    }

    #[test]
    fn a_changed_bit_is_refused(secret: [u8; 32], text: String, at: Index, bit in 0..8u8) {
        let keys = derive(&LinkSecret::from_bytes(secret)).unwrap();
        let terms = Terms::new(Kind::Secret, flags::ONE_TIME, 1, 2, ORIGIN).unwrap();
        let sealed = seal(&keys, &terms, [0; 12], &text).unwrap();
        let (commit, iv, ct) = (sealed.commit().len(), sealed.iv().len(), sealed.ct().len());
        let mut all = [sealed.commit().as_slice(), sealed.iv(), sealed.ct()].concat();
        all[at.index(commit + iv + ct)] ^= 1 << bit;
        let changed =
            Sealed::from_parts(&all[..commit], &all[commit..commit + iv], all[commit + iv..].to_vec());
        let refusal = open::<String>(&keys, &terms, &changed.unwrap()).unwrap_err();
        prop_assert!(matches!(refusal, Error::Commitment | Error::Authentication));
    }

    #[test]
    fn another_secret_is_refused(one: [u8; 32], two: [u8; 32], text: String) {
        prop_assume!(one != two);
        let [one, two] = [one, two].map(|bytes| derive(&LinkSecret::from_bytes(bytes)).unwrap());
        let terms = Terms::new(Kind::Secret, 0, 1, 2, ORIGIN).unwrap();
        let sealed = seal(&one, &terms, [0; 12], &text).unwrap();
        prop_assert_eq!(open::<String>(&two, &terms, &sealed), Err(Error::Commitment));
    }
}

#[test]
fn terms_that_version_1_lacks_are_refused() {
    let terms = |flags, created_at, expires_at| {
        Terms::new(Kind::Secret, flags, created_at, expires_at, ORIGIN).map(|_| ())
    };
    let latest = (1 << 53) - 1;
    assert_eq!(terms(7, 0, latest), Ok(()));
    for (flags, created_at, expires_at) in [
        (8, 1, 2),
        (128, 1, 2),
        (0, -1, 2),
        (0, 1, -2),
        (0, latest + 1, 2),
        (0, 1, i64::MAX),
    ] {
        let answer = terms(flags, created_at, expires_at);
        assert_eq!(
            answer,
            Err(Error::Terms),
            "{flags} {created_at} {expires_at}"
        );
    }
}

#[test]
fn a_body_of_the_longest_length_and_widest_characters_is_too_large() {
    let keys = derive(&LinkSecret::from_bytes([1; 32])).unwrap();
    let terms = Terms::new(Kind::Secret, 0, 1, 2, ORIGIN).unwrap();
    let sealed = seal(&keys, &terms, [0; 12], &"🔑".repeat(45_000));
    assert_eq!(sealed, Err(Error::TooLarge));
    assert!(seal(&keys, &terms, [0; 12], &"x".repeat(45_000)).is_ok());
}

#[test]
fn debug_output_shows_nothing_secret() {
    let secret = LinkSecret::from_bytes([1; 32]);
    let keys = derive(&secret).unwrap();
    assert_eq!(format!("{secret:?} {keys:?}"), "LinkSecret(…) Keys(…)");
}
