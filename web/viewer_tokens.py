"""Viewers' tokens: short-lived JWTs, minted here or by the app's identity provider.

The algorithm follows from the key that verifies, never from the token: a token names one, and is
refused unless a key of ours is for exactly that. Whatever else its header says (``kid``, ``jku``,
``jwk``) is not looked at.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from graph.errors import ConfigError, CredentialRefused
from web.config import WebConfig

OURS = "resonance"
"""Issuer and audience of the tokens that are minted here."""
LEEWAY = 30
"""Seconds by which two machines' clocks may differ."""
MINUTES, MOST_MINUTES = 15, 24 * 60
"""How long a minted token lasts, and the longest that any token may still have to live."""
TOKEN_LENGTH, SUBJECT_LENGTH = 8_000, 200
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", re.ASCII)
_RSA_BITS = 2048

UNVERIFIED = "The token cannot be verified: it is signed, or meant, for somewhere else."


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token, and when it ends (Unix seconds)."""

    token: str = field(repr=False)
    expires_at: int


@dataclass(frozen=True, slots=True)
class _Verifier:
    key: Any = field(repr=False)
    issuer: str
    audience: str
    prefix: str


class ViewerTokens:
    """Mints and verifies tokens by what is configured."""

    def __init__(self, config: WebConfig):
        """Take the secret and the public key of `config`, as far as they are there.

        Raises:
            ConfigError: the public key cannot be read, or is of a kind that is not taken.
        """
        self._secret = config.token_secret
        self._verifiers: dict[str, _Verifier] = {}
        if config.token_secret:
            self._verifiers["HS256"] = _Verifier(config.token_secret, OURS, OURS, "")
        if config.token_public_key:
            key, algorithm = _public_key(config.token_public_key)
            self._verifiers[algorithm] = _Verifier(
                key, config.token_issuer, config.token_audience, config.token_subject_prefix
            )

    @property
    def configured(self) -> bool:
        """Whether any token can be verified."""
        return bool(self._verifiers)

    @property
    def mints(self) -> bool:
        """Whether tokens are minted here."""
        return bool(self._secret)

    def mint(self, user_id: str, minutes: int = MINUTES) -> Minted:
        """A token of that user, for so long.

        Raises:
            ConfigError: there is no secret, or it is to last longer than any token may.
        """
        if not self._secret:
            raise ConfigError(
                "there is no secret to sign tokens with; set RESONANCE_TOKEN_SECRET to what"
                " python3 -c 'import secrets; print(secrets.token_urlsafe(32))' prints"
            )
        if not 1 <= minutes <= MOST_MINUTES:
            raise ConfigError(f"a token lasts from 1 to {MOST_MINUTES:,} minutes, not {minutes}")
        now = int(time.time())
        expires_at = now + minutes * 60
        claims = {"iss": OURS, "aud": OURS, "sub": user_id, "iat": now, "exp": expires_at}
        return Minted(jwt.encode(claims, self._secret, algorithm="HS256"), expires_at)

    def user_id(self, token: str) -> str:
        """Whose token it is.

        Raises:
            CredentialRefused: it is malformed, forged, expired, or made for somewhere else.
        """
        if len(token) > TOKEN_LENGTH or not _TOKEN.fullmatch(token):
            raise CredentialRefused("The token is malformed.")
        try:
            return self._verified(token)
        except jwt.ExpiredSignatureError as error:
            raise CredentialRefused("The token has expired; get a new one.") from error
        except jwt.ImmatureSignatureError as error:
            raise CredentialRefused("The token is not valid yet.") from error
        except jwt.MissingRequiredClaimError as error:
            raise CredentialRefused("The token lacks one of exp, sub, iss and aud.") from error
        except (jwt.PyJWTError, RecursionError, OverflowError, TypeError) as error:
            # JSON of absurd depth, or an absurd time, passes PyJWT 2.15 as these.
            raise CredentialRefused(UNVERIFIED) from error

    def _verified(self, token: str) -> str:
        algorithm = jwt.get_unverified_header(token).get("alg")
        verifier = self._verifiers.get(algorithm) if isinstance(algorithm, str) else None
        if verifier is None or not isinstance(algorithm, str):
            raise CredentialRefused(UNVERIFIED)
        claims = jwt.decode(
            token,
            verifier.key,
            algorithms=[algorithm],
            issuer=verifier.issuer,
            audience=verifier.audience,
            leeway=LEEWAY,
            options={"require": ["exp", "sub", "iss", "aud"]},
        )
        return verifier.prefix + _subject(claims)


def _subject(claims: Mapping[str, Any]) -> str:
    if int(claims["exp"]) > time.time() + MOST_MINUTES * 60 + LEEWAY:
        raise CredentialRefused(f"The token lasts longer than {MOST_MINUTES // 60} hours.")
    subject = claims["sub"]
    plain = isinstance(subject, str) and subject.isprintable()
    if not plain or not 1 <= len(subject) <= SUBJECT_LENGTH:
        raise CredentialRefused(UNVERIFIED)
    return str(subject)


def _public_key(told: str) -> tuple[Any, str]:
    """The key, and the one algorithm that it verifies."""
    try:
        pem = told.replace("\\n", "\n") if "-----BEGIN" in told else Path(told).read_text()
        key = load_pem_public_key(pem.encode())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise ConfigError(
            f"RESONANCE_TOKEN_PUBLIC_KEY is no public key ({type(error).__name__}): set it to PEM"
            " text that begins with BEGIN PUBLIC KEY, or to the file of one"
        ) from error
    if isinstance(key, RSAPublicKey) and key.key_size >= _RSA_BITS:
        return key, "RS256"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key, "ES256"
    if isinstance(key, Ed25519PublicKey):
        return key, "EdDSA"
    raise ConfigError(
        "RESONANCE_TOKEN_PUBLIC_KEY is of a kind that is not taken: give one of RSA with"
        f" {_RSA_BITS} bits or more (RS256), of P-256 (ES256) or of Ed25519 (EdDSA)"
    )
