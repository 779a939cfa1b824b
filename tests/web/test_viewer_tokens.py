"""Viewers' tokens: what is taken, and every way of forging one that we know of."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from asking import SECRET
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import ConfigError, CredentialRefused
from web.config import WebConfig
from web.viewer_tokens import LEEWAY, MOST_MINUTES, ViewerTokens

ISSUER, AUDIENCE = "https://id.app.example/", "resonance-of-app"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
ALGORITHMS = {"RS256": RSA, "ES256": EC, "EdDSA": ED}


def public(key: Any) -> str:
    text: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return text.decode()


def private(key: Any) -> str:
    text: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return text.decode()


def provider(key: Any = RSA, **more: str) -> ViewerTokens:
    config = {"token_issuer": ISSUER, "token_audience": AUDIENCE} | more
    return ViewerTokens(WebConfig(token_public_key=public(key), **config))


OURS = ViewerTokens(WebConfig(token_secret=SECRET))
BOTH = provider(token_secret=SECRET, token_subject_prefix="app:user:")


def claims(**more: object) -> dict[str, object]:
    return {"iss": ISSUER, "aud": AUDIENCE, "sub": "12", "exp": int(time.time()) + 600} | more


def ours(**more: object) -> dict[str, object]:
    return claims(iss="resonance", aud="resonance", sub="app:user:12") | more


def part(value: object) -> str:
    told = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(told).rstrip(b"=").decode()


def hs256(header: object, payload: object, secret: bytes) -> str:
    """A token signed by hand, since PyJWT refuses to sign what an attacker would."""
    signed = f"{part(header)}.{part(payload)}"
    return f"{signed}.{part(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def signed(told: dict[str, object]) -> str:
    """The claims, whatever they are, with the right signature of whoever issues such."""
    if told.get("iss") == "resonance" or told.get("aud") == "resonance":
        return hs256({"alg": "HS256"}, told, SECRET.encode())
    text = f"{part({'alg': 'RS256'})}.{part(told)}"
    return f"{text}.{part(RSA.sign(text.encode(), PKCS1v15(), SHA256()))}"


def refused(tokens: ViewerTokens, token: str) -> str:
    with pytest.raises(CredentialRefused) as error:
        tokens.user_id(token)
    assert len(token) < 8 or token not in str(error.value)
    return str(error.value)


def test_a_minted_token_is_its_users_for_so_long() -> None:
    before = int(time.time())
    minted = OURS.mint("app:user:12", minutes=15)
    assert OURS.user_id(minted.token) == "app:user:12"
    assert before + 900 <= minted.expires_at <= int(time.time()) + 900
    assert minted.token not in repr(minted) and SECRET not in repr(vars(OURS)["_verifiers"])


@pytest.mark.parametrize("minutes", [0, -5, MOST_MINUTES + 1])
def test_a_token_is_minted_for_a_minute_to_a_day(minutes: int) -> None:
    with pytest.raises(ConfigError, match=f"not {minutes}"):
        OURS.mint("app:user:12", minutes)
    OURS.mint("app:user:12", MOST_MINUTES)


def test_without_a_secret_none_is_minted() -> None:
    assert not provider().mints
    with pytest.raises(ConfigError, match="RESONANCE_TOKEN_SECRET"):
        provider().mint("app:user:12")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_providers_token_is_verified_by_the_kind_of_its_key(algorithm: str) -> None:
    key = ALGORITHMS[algorithm]
    token = jwt.encode(claims(), key, algorithm=algorithm)
    assert provider(key).user_id(token) == "12"
    assert provider(key, token_subject_prefix="app:user:").user_id(token) == "app:user:12"
    listed = jwt.encode(claims(aud=["other", AUDIENCE]), key, algorithm=algorithm)
    assert provider(key).user_id(listed) == "12"
    for other in set(ALGORITHMS) - {algorithm}:
        refused(provider(ALGORITHMS[other]), token)


def test_a_secret_and_a_provider_stand_side_by_side_and_do_not_mix() -> None:
    assert BOTH.user_id(BOTH.mint("sv:user:1").token) == "sv:user:1"
    assert BOTH.user_id(jwt.encode(claims(), RSA, algorithm="RS256")) == "app:user:12"
    refused(BOTH, jwt.encode(ours(), RSA, algorithm="RS256"))
    refused(BOTH, jwt.encode(claims(), SECRET, algorithm="HS256"))


def test_no_algorithm_is_no_signature() -> None:
    for none in ("none", "None", "NONE", "nOnE", "", None, 0, ["HS256"], {"HS256": 1}):
        for end in ("", part(b"signature")):
            header = {"alg": none, "typ": "JWT"}
            refused(OURS, f"{part(header)}.{part(ours())}.{end}")
            refused(BOTH, f"{part(header)}.{part(claims())}.{end}")
    refused(OURS, f"{part({'typ': 'JWT'})}.{part(ours())}.")


@pytest.mark.parametrize("form", ["pem", "stripped", "der"])
def test_a_public_key_is_no_secret(form: str) -> None:
    """The confusion of algorithms: the provider's public key, which all know, as HS256's secret."""
    der = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    secret = {"pem": public(RSA).encode(), "stripped": public(RSA).strip().encode(), "der": der}
    for payload in (claims(), ours()):
        token = hs256({"alg": "HS256", "typ": "JWT"}, payload, secret[form])
        refused(provider(), token)
        refused(BOTH, token)
        refused(BOTH, hs256({"alg": "RS256", "typ": "JWT"}, payload, secret[form]))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_of_the_same_secret_is_refused(algorithm: str) -> None:
    token = jwt.encode(ours(), SECRET * 2, algorithm=algorithm)
    refused(ViewerTokens(WebConfig(token_secret=SECRET * 2)), token)


def test_a_provider_key_takes_no_other_algorithm_of_its_kind() -> None:
    for algorithm in ("RS384", "RS512", "PS256"):
        refused(provider(), jwt.encode(claims(), RSA, algorithm=algorithm))


def test_what_a_header_says_of_keys_is_not_looked_at() -> None:
    jwk = {"kty": "oct", "k": part(b"mine " * 8)}
    tricks: list[dict[str, object]] = [
        {"kid": "../../../../dev/null"},
        {"kid": "' UNION SELECT 'x' --"},
        {"kid": "0"},
        {"jwk": jwk},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["AAAA"]},
    ]
    for trick in tricks:
        for secret in (b"", b"\0", b"mine " * 8, b"x"):
            refused(BOTH, hs256({"alg": "HS256"} | trick, ours(), secret))
        genuine = hs256({"alg": "HS256"} | trick, ours(), SECRET.encode())
        assert BOTH.user_id(genuine) == "app:user:12"


def test_a_critical_header_that_is_not_understood_is_refused() -> None:
    for header in ({"crit": ["b64"], "b64": False}, {"crit": ["exp"]}, {"crit": []}, {"crit": "x"}):
        refused(OURS, hs256({"alg": "HS256"} | header, ours(), SECRET.encode()))


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"exp": int(time.time()) - LEEWAY - 60}, "expired"),
        ({"exp": None}, "lacks"),
        ({"sub": None}, "lacks"),
        ({"iss": None}, "lacks"),
        ({"aud": None}, "lacks"),
        ({"iss": "https://other.example/"}, "cannot be verified"),
        ({"aud": "another app"}, "cannot be verified"),
        ({"aud": []}, "lacks"),
        ({"nbf": int(time.time()) + 3_600}, "not valid yet"),
        ({"iat": int(time.time()) + 3_600}, "not valid yet"),
        ({"exp": int(time.time()) + 365 * 86_400}, "longer than 24 hours"),
        ({"exp": float("inf")}, "cannot be verified"),
        ({"exp": float("nan")}, "cannot be verified"),
        ({"exp": []}, "cannot be verified"),
        ({"exp": "soon"}, "cannot be verified"),
        ({"exp": True}, ""),
        ({"sub": ""}, "cannot be verified"),
        ({"sub": 12}, "cannot be verified"),
        ({"sub": "x" * 201}, "cannot be verified"),
        ({"sub": "a\0b"}, "cannot be verified"),
        ({"sub": "\ud800"}, "cannot be verified"),
    ],
)
def test_every_claim_is_checked(change: dict[str, object], hint: str) -> None:
    for tokens, whole in ((OURS, ours()), (provider(), claims())):
        told = {name: value for name, value in (whole | change).items() if value is not None}
        assert hint in refused(tokens, signed(told))


def test_clocks_may_differ_a_little() -> None:
    late = hs256({"alg": "HS256"}, ours(exp=int(time.time()) - LEEWAY + 10), SECRET.encode())
    early = hs256({"alg": "HS256"}, ours(nbf=int(time.time()) + LEEWAY - 10), SECRET.encode())
    assert OURS.user_id(late) == OURS.user_id(early) == "app:user:12"


def test_what_is_expired_is_told_to_those_alone_whose_token_was_genuine() -> None:
    old = ours(exp=int(time.time()) - 3_600)
    assert "expired" in refused(OURS, hs256({"alg": "HS256"}, old, SECRET.encode()))
    assert "expired" not in refused(OURS, hs256({"alg": "HS256"}, old, b"another " * 5))


def test_absurd_tokens_are_refused_and_break_nothing() -> None:
    deep = b"[" * 2_900
    for token in (
        f"{part(deep)}.{part(ours())}.x",
        f"{part(b'{' * 2_000)}.{part(ours())}.x",
        hs256(["HS256"], ours(), SECRET.encode()),
        hs256({"alg": "HS256"}, ["not", "claims"], SECRET.encode()),
        hs256({"alg": "HS256"}, deep, SECRET.encode()),
        hs256({"alg": "HS256"}, b"\xff\xfe", SECRET.encode()),
        OURS.mint("u").token + "A" * 10_000,
        "a.b",
        "a.b.c.d",
        "..",
        "\u00e9.b.c",
        "\u0661.b.c",
        OURS.mint("u").token + "\n",
        "",
    ):
        refused(OURS, token)
        refused(BOTH, token)


@given(st.data())
def test_no_letter_of_a_token_can_be_changed(data: st.DataObject) -> None:
    token = jwt.encode(ours(), SECRET, algorithm="HS256")
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters())
    changed = token[:place] + letter + token[place + 1 :]
    # The last letter of a part holds bits that count nothing.
    if changed != token and not (token + ".")[place + 1] == ".":
        refused(OURS, changed)


@given(st.text(max_size=60))
def test_text_is_no_token(text: str) -> None:
    refused(BOTH, text)


def test_a_public_key_comes_as_text_as_one_line_or_as_a_file(tmp_path: Path) -> None:
    token = jwt.encode(claims(), EC, algorithm="ES256")
    file = tmp_path / "provider.pem"
    file.write_text(public(EC))
    for told in (public(EC), public(EC).replace("\n", "\\n"), str(file)):
        environ = {
            "RESONANCE_TOKEN_PUBLIC_KEY": told,
            "RESONANCE_TOKEN_ISSUER": ISSUER,
            "RESONANCE_TOKEN_AUDIENCE": AUDIENCE,
            "RESONANCE_TOKEN_SUBJECT_PREFIX": "app:user:",
        }
        assert ViewerTokens(WebConfig.from_env(environ)).user_id(token) == "app:user:12"


WEAK = [
    rsa.generate_private_key(public_exponent=65537, key_size=1024),
    ec.generate_private_key(ec.SECP384R1()),
]


@pytest.mark.parametrize(
    ("told", "hint"),
    [
        ("no/such/file.pem", "FileNotFoundError"),
        ("-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----", "no public key"),
        (private(EC), "no public key"),
        (public(WEAK[0]), "2048 bits"),
        (public(WEAK[1]), "P-256"),
    ],
)
def test_a_key_that_cannot_verify_is_refused_at_start_and_not_shown(told: str, hint: str) -> None:
    config = WebConfig(token_public_key=told, token_issuer=ISSUER, token_audience=AUDIENCE)
    with pytest.raises(ConfigError, match=hint) as error:
        ViewerTokens(config)
    assert told[30:60] not in str(error.value) or told.startswith("no/")


@pytest.mark.parametrize(
    ("environ", "hint"),
    [
        ({"RESONANCE_TOKEN_SECRET": "x" * 31}, "has 31 bytes"),
        ({"RESONANCE_TOKEN_PUBLIC_KEY": "k", "RESONANCE_TOKEN_ISSUER": "i"}, "AUDIENCE"),
        ({"RESONANCE_TOKEN_PUBLIC_KEY": "k", "RESONANCE_TOKEN_AUDIENCE": "a"}, "ISSUER"),
    ],
)
def test_settings_that_would_let_strangers_in_are_refused(
    environ: dict[str, str], hint: str
) -> None:
    with pytest.raises(ConfigError, match=hint) as error:
        WebConfig.from_env(environ)
    assert "x" * 31 not in str(error.value)


def test_settings_do_not_show_their_secrets() -> None:
    shown = repr(WebConfig(token_secret=SECRET))
    assert SECRET not in shown
