use rstest::rstest;

use super::*;

fn parse(text: &str) -> Result<MfaKey, MfaFault> {
    MfaKey::parse(&SecretText::new(text))
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

// RFC 6238, appendix B. The keys are the ASCII digits 1234567890 repeated to 20, 32 and 64 bytes.
const SHA1: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const SHA256: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";
const SHA512: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA";

#[rstest]
#[case(59, "94287082", "46119246", "90693936")]
#[case(1_111_111_109, "07081804", "68084774", "25091201")]
#[case(1_111_111_111, "14050471", "67062674", "99943326")]
#[case(1_234_567_890, "89005924", "91819424", "93441116")]
#[case(2_000_000_000, "69279037", "90698825", "38618901")]
#[case(20_000_000_000, "65353130", "77737706", "47863826")]
fn codes_are_those_of_the_standard(
    #[case] seconds: i64,
    #[case] sha1: &str,
    #[case] sha256: &str,
    #[case] sha512: &str,
) {
    for (hash, key, expected) in [
        ("SHA1", SHA1, sha1),
        ("SHA256", SHA256, sha256),
        ("SHA512", SHA512, sha512),
    ] {
        let key = parse(&format!(
            "otpauth://totp/x?secret={key}&digits=8&algorithm={hash}"
        ))
        .unwrap();
        assert_eq!(
            key.code_at(at(seconds)).unwrap().code.expose(),
            expected,
            "{hash}"
        );
    }
}

#[test]
fn a_code_says_how_long_it_lasts() {
    let key = parse(&format!("otpauth://totp/x?secret={SHA1}&period=45")).unwrap();
    let code = key
        .code_at(Timestamp::from_millis(45_000 * 7 + 44_250))
        .unwrap();
    assert_eq!((code.remaining_ms, code.period_ms), (750, 45_000));
    let next = key.code_at(Timestamp::from_millis(45_000 * 8)).unwrap();
    assert_eq!(next.remaining_ms, 45_000);
    assert_ne!(next.code, code.code);
}

#[rstest]
#[case("JBSWY3DPEHPK3PXP")]
#[case(" jbsw y3dp ehpk 3pxp ")]
#[case("JBSW-Y3DP-EHPK-3PXP")]
#[case("JBSWY3DPEHPK3PXP====")]
#[case("otpauth://totp/Acme:mira?secret=jbsw%20y3dp%20ehpk%203pxp")]
fn keys_are_read_as_people_copy_them(#[case] text: &str) {
    let key = parse(text).unwrap();
    assert_eq!(key.key().expose(), "JBSWY3DPEHPK3PXP");
    let same = parse("JBSWY3DPEHPK3PXP").unwrap();
    assert_eq!(
        key.code_at(at(59)).unwrap().code,
        same.code_at(at(59)).unwrap().code
    );
}

#[rstest]
#[case(
    "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=0",
    MfaFault::CounterBased
)]
#[case("otpauth://totp/x?secret=JBSWY3DPEHPK3PX1", MfaFault::NotBase32)]
#[case("JBSWY3DPEHPK3PX8", MfaFault::NotBase32)]
#[case("JBSWY3DPEHPK3PXPA", MfaFault::NotBase32)]
#[case("JBSWY3DPEHPK3PХP", MfaFault::NotBase32)]
#[case("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=4", MfaFault::Digits)]
#[case("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=9", MfaFault::Digits)]
#[case(
    "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=six",
    MfaFault::Digits
)]
#[case("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=0", MfaFault::Period)]
#[case(
    "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=3601",
    MfaFault::Period
)]
#[case(
    "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=-30",
    MfaFault::Period
)]
#[case(
    "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&algorithm=MD5",
    MfaFault::UnknownHash
)]
#[case("otpauth://totp/x?secret=", MfaFault::NoKey)]
#[case("otpauth://totp/x", MfaFault::NoKey)]
#[case("otpauth://totp/x?secret=JBSWY3DP", MfaFault::TooShort)]
#[case("A", MfaFault::TooShort)]
#[case("otpauth-migration://offline?data=abc", MfaFault::NotOtpauth)]
#[case("https://example.com/?secret=JBSWY3DPEHPK3PXP", MfaFault::NotOtpauth)]
#[case("otpauth:totp", MfaFault::NotOtpauth)]
#[case("- -", MfaFault::NoKey)]
fn what_is_no_usable_key_is_refused_by_name(#[case] text: &str, #[case] fault: MfaFault) {
    assert_eq!(parse(text), Err(fault));
}

#[test]
fn what_is_longer_than_any_key_is_refused() {
    assert_eq!(parse(&"A".repeat(2_001)), Err(MfaFault::TooLong));
    assert_eq!(parse(&"A".repeat(208)), Err(MfaFault::TooLong));
    assert!(parse(&"A".repeat(205)).is_ok(), "128 bytes");
}

#[test]
fn an_address_is_kept_as_it_was_given() {
    let given = "otpauth://totp/Git%20Hub:mira%2Bci@larkfield.example?secret=JBSWY3DPEHPK3PXP&issuer=Git%20Hub&digits=8&image=x";
    assert_eq!(
        parse(given).unwrap().address("other", "other").expose(),
        given
    );
}

#[test]
fn an_address_in_an_odd_form_is_written_in_the_usual_one() {
    let key = parse(
        "OTPAUTH://TOTP/Git%20Hub:mira%2Bci?secret=jbswy3dpehpk3pxp&algorithm=sha-256&period=60",
    )
    .unwrap();
    assert_eq!(
        key.address("", "").expose(),
        "otpauth://totp/Git%20Hub:mira%2Bci?secret=JBSWY3DPEHPK3PXP&issuer=Git%20Hub&algorithm=SHA256&period=60"
    );
}

#[test]
fn a_bare_key_is_named_after_its_item() {
    let key = parse("JBSWY3DPEHPK3PXP").unwrap();
    assert_eq!(
        key.address("Acme: Ünit", "mira@larkfield.example").expose(),
        "otpauth://totp/Acme%20%20%C3%9Cnit:mira%40larkfield.example?secret=JBSWY3DPEHPK3PXP&issuer=Acme%20%20%C3%9Cnit"
    );
    assert_eq!(
        key.address("", "").expose(),
        "otpauth://totp/?secret=JBSWY3DPEHPK3PXP"
    );
}
