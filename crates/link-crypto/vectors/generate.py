#!/usr/bin/env python3
"""Makes (or with --check compares) the test vectors of the sealed-link format, version 1.

This is the third implementation, on Python's `cryptography`: it shares no code with the Rust
crate or the browser module, and both must agree with it byte by byte, sealing included.
Everything in it is fixed, so that two runs write the same file.
"""

import argparse
import base64
import hashlib
import json
import string
import struct
import sys
import unicodedata
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

LABEL = b"guestpass/link/v1"
SIZES = [1024, 4096, 16384, 65536]
KINDS = {"account": 1, "secret": 2}
ITERATIONS = 600_000
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
ORIGIN = "https://vault.example"
# Beyond this, a vector holds only the ciphertext's SHA-256.
LONGEST_CIPHERTEXT = 4096 + 16


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sample(name, length):
    """Bytes that look random and depend on nothing but `name`."""
    return hashlib.shake_256(b"guestpass vector: " + name.encode()).digest(length)


def hkdf(ikm, info, length):
    return HKDF(hashes.SHA256(), length, LABEL, info.encode()).derive(ikm)


def derive(s, passphrase=None, ps=None):
    ikm, suffix, pk = s, "", None
    if passphrase is not None:
        typed = unicodedata.normalize("NFC", passphrase).encode()
        pk = PBKDF2HMAC(hashes.SHA256(), 32, ps, ITERATIONS).derive(typed)
        ikm, suffix = s + pk, "+pass"
    keys = {name: hkdf(ikm, name + suffix, 32) for name in ("auth", "enc", "commit")}
    return {"lid": hkdf(s, "lid", 16), **keys, "v": hashlib.sha256(keys["auth"]).digest(), "pk": pk}


def additional_data(keys, terms, origin):
    return (
        LABEL
        + b"\0"
        + keys["lid"]
        + bytes([KINDS[terms["kind"]], terms["flags"]])
        + struct.pack(">QQ", terms["created_at"], terms["expires_at"])
        + hashlib.sha256(origin.encode()).digest()
        + keys["commit"]
    )


def compact(payload):
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def pad(text, size=None):
    size = size or next(each for each in SIZES if each >= len(text) + 4)
    return (struct.pack(">I", len(text)) + text).ljust(size, b"\0")


def secrets():
    yield "counting", bytes(range(32))
    yield "zeros", bytes(32)
    yield "ones", b"\xff" * 32
    for number in range(1, 6):
        yield f"sample {number}", sample(f"secret {number}", 32)


def derivations():
    for name, s in secrets():
        keys = derive(s)
        yield {
            "name": name,
            "s": s.hex(),
            "fragment": "1" + b64(s),
            **{key: keys[key].hex() for key in ("lid", "auth", "enc", "commit")},
            "v0": keys["v"].hex(),
        }


def passphrases():
    s = bytes(range(32))
    salt = b"\xaa" * 16
    composed = unicodedata.normalize("NFC", "Crème brûlée für Zoë")
    cases = [
        ("correct horse", "correct horse battery staple", salt),
        ("another salt", "correct horse battery staple", sample("salt", 16)),
        ("composed", composed, salt),
        ("decomposed", unicodedata.normalize("NFD", composed), salt),
        ("Hangul, decomposed", unicodedata.normalize("NFD", "비밀번호"), salt),
        ("compatibility forms stay", "ﬁve ① Ｗide", salt),
        ("beyond the BMP", "🔑 𝔤uest", salt),
        ("spaces are kept", "  correct horse ", salt),
    ]
    for name, passphrase, ps in cases:
        keys = derive(s, passphrase, ps)
        yield {
            "name": name,
            "s": s.hex(),
            "passphrase": passphrase,
            "ps": ps.hex(),
            **{key: keys[key].hex() for key in ("pk", "lid", "auth", "enc", "commit")},
            "v1": keys["v"].hex(),
        }


def sealed_cases():
    """name, S, passphrase and salt, terms, payload, how often its `body` is repeated."""
    counting = bytes(range(32))
    account = {
        "name": "Newsletter",
        "app": "Mailer",
        "website": "https://mailer.example/login",
        "username": "team@example.com",
        "password": 'p"a\\s/s\u0001\u007f\n\t<b>Grüße</b>',
        "otpauth": "otpauth://totp/Mailer:team?secret=JBSWY3DPEHPK3PXP&issuer=Mailer",
        "body": "",
        "hue": 210,
    }

    def secret(body):
        return {"name": "Wi-Fi at the office", "body": body, "hue": 7}

    def terms(kind, flags, created_at=1_795_000_000, expires_at=1_795_086_400):
        return {"kind": kind, "flags": flags, "created_at": created_at, "expires_at": expires_at}

    around = len(compact(secret("")))
    yield "account", counting, None, terms("account", 1), account, 1
    phrase = ("correct horse battery staple", b"\xaa" * 16)
    yield "account with a passphrase", counting, phrase, terms("account", 3), account, 1
    yield "codes only", sample("secret 1", 32), None, terms("account", 5), {"name": "Mailer"}, 1
    yield "secret", sample("secret 2", 32), None, terms("secret", 0), secret("42 or so"), 1
    yield "empty object", sample("secret 3", 32), None, terms("secret", 1, 0, 0), {}, 1
    yield "far times", sample("secret 4", 32), None, terms("secret", 1, 2**32 + 7, 2**53 - 1), {}, 1
    for size in SIZES:
        fits = size - 4 - around
        yield f"fills {size}", sample(f"fills {size}", 32), None, terms("secret", 1), secret("x"), fits
        if size < SIZES[-1]:
            name = f"one more than {size}"
            yield name, sample(name, 32), None, terms("secret", 1), secret("x"), fits + 1
    yield "four bytes each", sample("wide", 32), None, terms("secret", 1), secret("🔑"), 16_000


def sealed():
    for name, s, phrase, terms, payload, times in sealed_cases():
        keys = derive(s, *(phrase or ()))
        iv = sample(f"iv of {name}", 12)
        aad = additional_data(keys, terms, ORIGIN)
        full = {**payload, "body": payload["body"] * times} if times != 1 else payload
        padded = pad(compact(full))
        ct = AESGCM(keys["enc"]).encrypt(iv, padded, aad)
        yield {
            "name": name,
            "s": s.hex(),
            **({"passphrase": phrase[0], "ps": phrase[1].hex()} if phrase else {}),
            "terms": terms,
            "origin": ORIGIN,
            "payload": payload,
            "body_times": times,
            "iv": iv.hex(),
            "aad": aad.hex(),
            "commit": keys["commit"].hex(),
            "padded": len(padded),
            "ct_sha256": hashlib.sha256(ct).hexdigest(),
            **({"ct": b64(ct)} if len(ct) <= LONGEST_CIPHERTEXT else {}),
        }


def odd_ciphertexts():
    """Sealed by hand under the keys and terms of the vector "account", each odd in one way."""
    keys = derive(bytes(range(32)))
    others = derive(sample("secret 5", 32))
    terms = next(sealed_cases())[3]
    iv = sample("iv of account", 12)
    aad = additional_data(keys, terms, ORIGIN)
    text = compact({"name": "Newsletter"})

    def case(name, error, padded, **changes):
        ct = AESGCM(changes.get("enc", keys["enc"])).encrypt(iv, padded, changes.get("aad", aad))
        ct = changes.get("cut", lambda whole: whole)(ct)
        used = {"iv": changes.get("iv", iv), "commit": changes.get("commit", keys["commit"])}
        return {"name": name, "error": error, **{k: v.hex() for k, v in used.items()}, "ct": b64(ct)}

    good = pad(text)
    dirty_last, dirty_first = bytearray(good), bytearray(good)
    dirty_last[-1] = 1
    dirty_first[4 + len(text)] = 0x20
    yield case("untouched", None, good)
    yield case("a larger size than it needs", None, pad(text, 4096))
    yield case("last padding byte set", "padding", bytes(dirty_last))
    yield case("first padding byte set", "padding", bytes(dirty_first))
    yield case("length one past the end", "padding", struct.pack(">I", 1021) + good[4:])
    yield case("length of 2^32 - 1", "padding", b"\xff" * 4 + good[4:])
    yield case("length cuts the JSON", "padding", struct.pack(">I", len(text) - 1) + good[4:])
    yield case("length zero", "json", bytes(1024))
    yield case("not JSON", "json", pad(b"{name: 1}"))
    yield case("two JSON values", "json", pad(b"{}{}"))
    yield case("byte order mark", "json", pad(b"\xef\xbb\xbf{}"))
    yield case("not UTF-8", "json", pad(b'{"name":"\xff"}'))
    yield case("no known size", "format", bytes(1000))
    yield case("nothing", "format", b"", cut=lambda whole: b"")
    yield case("only a tag", "format", b"")
    yield case("one byte short", "format", good, cut=lambda whole: whole[:-1])
    yield case("one byte more", "format", good, cut=lambda whole: whole + b"\0")
    yield case("twice the smallest size", "format", bytes(2048))
    yield case("first byte changed", "authentication", good, cut=lambda ct: bytes([ct[0] ^ 1]) + ct[1:])
    yield case("tag changed", "authentication", good, cut=lambda ct: ct[:-1] + bytes([ct[-1] ^ 128]))
    yield case("another IV", "authentication", good, iv=sample("other iv", 12))
    yield case("IV too short", "format", good, iv=iv[:8])
    yield case("IV too long", "format", good, iv=iv + b"\0\0\0\0")
    yield case("another key's commitment", "commitment", good, commit=others["commit"])
    first = bytes([keys["commit"][0] ^ 1]) + keys["commit"][1:]
    yield case("first byte of the commitment", "commitment", good, commit=first)
    last = keys["commit"][:-1] + bytes([keys["commit"][-1] ^ 1])
    yield case("last byte of the commitment", "commitment", good, commit=last)
    yield case("commitment too short", "format", good, commit=keys["commit"][:31])
    yield case("commitment missing", "format", good, commit=b"")
    yield case("another key, right commitment", "authentication", good, enc=others["enc"])
    yield case("bound to another link", "authentication", good, aad=additional_data(
        {**keys, "lid": others["lid"]}, terms, ORIGIN))
    yield case("bound to another origin", "authentication", good, aad=additional_data(
        keys, terms, "https://evil.example"))


def other_terms():
    """Terms and origins under which the vector "account" must not open."""
    good = next(sealed_cases())[3]
    yield {"name": "another kind", "terms": {**good, "kind": "secret"}, "origin": ORIGIN}
    yield {"name": "not one-time", "terms": {**good, "flags": 0}, "origin": ORIGIN}
    yield {"name": "with a passphrase", "terms": {**good, "flags": 3}, "origin": ORIGIN}
    yield {"name": "codes only", "terms": {**good, "flags": 5}, "origin": ORIGIN}
    for name in ("created_at", "expires_at"):
        for step in (-1, 1, 2**32):
            changed = {**good, name: good[name] + step}
            yield {"name": f"{name} {step:+}", "terms": changed, "origin": ORIGIN}
    swapped = {**good, "created_at": good["expires_at"], "expires_at": good["created_at"]}
    yield {"name": "times swapped", "terms": swapped, "origin": ORIGIN}
    for origin in ("https://vault.example/", "http://vault.example", "https://vault.example:8443", ""):
        yield {"name": f"origin {origin or 'empty'}", "terms": good, "origin": origin}


def refused_fragments():
    good = "1" + b64(bytes(range(32)))
    yield "empty", ""
    yield "only the version", "1"
    yield "with its hash sign", "#" + good
    yield "no version", good[1:]
    yield "version 0", "0" + good[1:]
    yield "version 2", "2" + good[1:]
    yield "escaped hash sign", "%23" + good
    yield "one character short", good[:-1]
    yield "one character more", good + "A"
    yield "padded", good + "="
    yield "leading space", " " + good
    yield "trailing space", good + " "
    yield "trailing line feed", good + "\n"
    yield "trailing full stop", good + "."
    yield "trailing NUL", good + "\0"
    yield "twice", good + good
    yield "in quotes", f'"{good}"'
    yield "plus instead of minus", good[:9] + "+" + good[10:]
    yield "slash instead of underscore", good[:9] + "/" + good[10:]
    yield "a space inside", good[:9] + " " + good[10:]
    yield "a full-width letter", good[:9] + "Ａ" + good[10:]
    yield "an é", good[:9] + "é" + good[10:]
    yield "a zero-width space", good + "\u200b"
    yield "with a query", good + "?utm_source=mail"
    for value, last in enumerate(ALPHABET):
        if value % 4 != 0:
            yield f"stray bits: {last}", good[:-1] + last


def document():
    return {
        "about": ["Sealed links, version 1: made by generate.py, do not edit.",
                  "Bytes are in hexadecimal, fragments and ciphertexts in base64url."],
        "label": LABEL.decode(),
        "derivations": list(derivations()),
        "passphrases": list(passphrases()),
        "sealed": list(sealed()),
        "odd_ciphertexts": list(odd_ciphertexts()),
        "other_terms": list(other_terms()),
        "aad_offsets_refused": {"sealed": "account", "offsets": list(range(116))},
        "fragments_refused": [{"name": n, "fragment": f} for n, f in refused_fragments()],
    }


def render(doc):
    """JSON with one vector a line: short, and a change shows as one changed line."""
    parts = []
    for key, value in doc.items():
        if isinstance(value, list):
            lines = ",\n".join("    " + json.dumps(each) for each in value)
            parts.append(f"  {json.dumps(key)}: [\n{lines}\n  ]")
        else:
            parts.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with v1.json, write nothing")
    check = parser.parse_args().check
    path = Path(__file__).with_name("v1.json")
    text = render(document())
    if not check:
        path.write_text(text, encoding="ascii")
    elif not path.exists() or path.read_text(encoding="ascii") != text:
        sys.exit(f"{path.name} differs from what generate.py makes")


if __name__ == "__main__":
    main()
