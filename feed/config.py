"""The feed's settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from graph.errors import ConfigError

KEY_LENGTH = 32
"""The fewest characters of a cursor key."""
OFF = "off"


@dataclass(frozen=True)
class FeedConfig:
    """How cursors are sealed, and where what is kept of viewers is."""

    cursor_key: str = field(default="", repr=False)
    """Any text of `KEY_LENGTH` characters or more (`RESONANCE_CURSOR_KEY`), the same for every
    process that serves; empty: a random key, so that cursors end with the process."""
    memory: str = ".data/memory.db"
    """The memory's file (`RESONANCE_MEMORY`); ``off``: in this process alone."""

    def __post_init__(self) -> None:
        if self.cursor_key and len(self.cursor_key) < KEY_LENGTH:
            raise ConfigError(
                f"the cursor key has {len(self.cursor_key)} characters, and at least {KEY_LENGTH}"
                " are wanted; set RESONANCE_CURSOR_KEY to what"
                " python3 -c 'import secrets; print(secrets.token_urlsafe(32))' prints"
            )
        if not self.memory:
            raise ConfigError("the memory has no place; set RESONANCE_MEMORY to a file or to off")

    @property
    def memory_path(self) -> Path | None:
        """The memory's file, or None where it is off."""
        return None if self.memory == OFF else Path(self.memory)

    @property
    def answers_path(self) -> Path | None:
        """The file of answers to writes, beside the memory; None where that is off."""
        memory = self.memory_path
        return None if memory is None else memory.with_name(f"{memory.stem}-answers.db")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Settings from the environment."""
        return cls(
            cursor_key=environ.get("RESONANCE_CURSOR_KEY", ""),
            memory=environ.get("RESONANCE_MEMORY") or cls.memory,
        )
