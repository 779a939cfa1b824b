"""The settings of who may ask and how often, other origins, streams, the log, and the desk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from graph.errors import ConfigError
from web.cors import origins_of
from web.records import Records

OFF = "off"
RATE = re.compile(r"[1-9][0-9]{0,6}/(second|minute|hour)")
SECONDS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")
SECRET_BYTES = 32
"""The fewest bytes of a token secret: as long as HS256's digest (RFC 7518, 3.2)."""


@dataclass(frozen=True)
class WebConfig:
    """Where keys are kept, how viewers' tokens are signed and verified, and how much is open."""

    keys: str = ".data/keys.db"
    """The file of keys (`RESONANCE_KEYS`)."""
    token_secret: str = field(default="", repr=False)
    """Signs the tokens that are minted here (`RESONANCE_TOKEN_SECRET`); empty: none are."""
    token_public_key: str = field(default="", repr=False)
    """Verifies an identity provider's tokens (`RESONANCE_TOKEN_PUBLIC_KEY`): PEM text, or a file
    of it; empty: there is no such provider."""
    token_issuer: str = ""
    """What the provider's tokens must have as ``iss`` (`RESONANCE_TOKEN_ISSUER`)."""
    token_audience: str = ""
    """What they must have as ``aud`` (`RESONANCE_TOKEN_AUDIENCE`)."""
    token_subject_prefix: str = ""
    """What is put before their ``sub`` to make it a user id (`RESONANCE_TOKEN_SUBJECT_PREFIX`)."""
    streams: str = "32"
    """Streams of notifications that one process holds open (`RESONANCE_STREAMS`)."""
    rate_keys: str = "200/second"
    """How often one key may ask (`RESONANCE_RATE_KEYS`), by the second, minute or hour; ``off``."""
    rate_viewers: str = "50/second"
    """How often a viewer with a token may (`RESONANCE_RATE_VIEWERS`)."""
    log: str = "json"
    """``json``: a line a request and a warning, on standard error; ``off``: warnings alone, as
    plain text (`RESONANCE_LOG`)."""

    fresh_seconds: str = "1"
    """Between two looks at what derived edges follow from (`RESONANCE_FRESH_SECONDS`); 0: none."""
    cors_origins: str = ""
    """The origins, with commas between, whose pages may read answers (`RESONANCE_CORS_ORIGINS`)."""
    evaluation: str = ".data/evaluation"
    """The folder of the evaluation that the desk shows (`RESONANCE_EVALUATION`)."""
    load_report: str = ".data/load.json"
    """Where loads write their report (`RESONANCE_LOAD_REPORT`)."""

    def __post_init__(self) -> None:
        origins_of(self.cors_origins)
        if not (self.streams.isascii() and self.streams.isdecimal() and len(self.streams) <= 4):
            raise ConfigError(
                f"{self.streams!r} is no number of streams; set RESONANCE_STREAMS to one (0: none)"
            )
        if not SECONDS.fullmatch(self.fresh_seconds):
            raise ConfigError(
                f"{self.fresh_seconds!r} is no number of seconds; set RESONANCE_FRESH_SECONDS to"
                " one, such as 1 or 0.5 (0: derived edges change by resonance derive alone)"
            )
        for setting, rate in (
            ("RESONANCE_RATE_KEYS", self.rate_keys),
            ("RESONANCE_RATE_VIEWERS", self.rate_viewers),
        ):
            if rate != OFF and not RATE.fullmatch(rate):
                raise ConfigError(
                    f"{rate!r} is no rate; set {setting} to off, or to such as 20/second"
                    " (or /minute, /hour)"
                )
        if self.log not in ("json", "off"):
            raise ConfigError(f"{self.log!r} is no kind of log; set RESONANCE_LOG to json or off")
        if self.token_secret and len(self.token_secret.encode()) < SECRET_BYTES:
            raise ConfigError(
                f"the token secret has {len(self.token_secret.encode())} bytes, and at least"
                f" {SECRET_BYTES} are wanted; set RESONANCE_TOKEN_SECRET to what"
                " python3 -c 'import secrets; print(secrets.token_urlsafe(32))' prints"
            )
        if self.token_public_key and not (self.token_issuer and self.token_audience):
            raise ConfigError(
                "a public key alone would let in every token of its owner, made for whatever app;"
                " set RESONANCE_TOKEN_ISSUER and RESONANCE_TOKEN_AUDIENCE too"
            )

    @property
    def keys_path(self) -> Path:
        """The file of keys."""
        return Path(self.keys)

    def records(self, models: Path) -> Records:
        """What an operator may look up beside the graph; `models` is the folder of trainings."""
        return Records(models, Path(self.evaluation), Path(self.load_report))

    @property
    def origins(self) -> frozenset[str]:
        """Those origins."""
        return origins_of(self.cors_origins)

    @property
    def most_streams(self) -> int:
        """How many streams."""
        return int(self.streams)

    @property
    def seconds_between_looks(self) -> float:
        """How many."""
        return float(self.fresh_seconds)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Settings from the environment."""
        return cls(
            keys=environ.get("RESONANCE_KEYS") or cls.keys,
            token_secret=environ.get("RESONANCE_TOKEN_SECRET", ""),
            token_public_key=environ.get("RESONANCE_TOKEN_PUBLIC_KEY", ""),
            token_issuer=environ.get("RESONANCE_TOKEN_ISSUER", ""),
            token_audience=environ.get("RESONANCE_TOKEN_AUDIENCE", ""),
            token_subject_prefix=environ.get("RESONANCE_TOKEN_SUBJECT_PREFIX", ""),
            streams=environ.get("RESONANCE_STREAMS") or cls.streams,
            rate_keys=environ.get("RESONANCE_RATE_KEYS") or cls.rate_keys,
            rate_viewers=environ.get("RESONANCE_RATE_VIEWERS") or cls.rate_viewers,
            log=environ.get("RESONANCE_LOG") or cls.log,
            fresh_seconds=environ.get("RESONANCE_FRESH_SECONDS") or cls.fresh_seconds,
            cors_origins=environ.get("RESONANCE_CORS_ORIGINS", ""),
            evaluation=environ.get("RESONANCE_EVALUATION") or cls.evaluation,
            load_report=environ.get("RESONANCE_LOAD_REPORT") or cls.load_report,
        )
