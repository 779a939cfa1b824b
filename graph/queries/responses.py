"""What people did with a post; read live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from graph.model import Row
from graph.store import GraphStore, Runs

CROWD = 1_000
"""People of one kind of response that are read at most, to be counted."""

Responses = Literal["likers", "inspired", "reacters", "sharers"]
Listed = Literal["likers", "reacters"]


@dataclass(frozen=True, slots=True)
class Did:
    """What somebody did with a post; `liked`, `shared` and `hid` are times.

    Times are Unix seconds, 0 where nobody knows; None: they did not.
    """

    viewed: int = 0
    """How often."""
    liked: int | None = None
    inspired: int = 0
    """How often."""
    rated: int | None = None
    """Percent."""
    reacted: str | None = None
    """How: ``love``."""
    commented: int = 0
    """How often."""
    shared: int | None = None
    hid: int | None = None
    """0 also where the post alone was hidden, and nothing said of posts like it."""

    @property
    def openly(self) -> bool:
        """Whether they liked it, were inspired or reacted: others may know."""
        return self.liked is not None or self.inspired > 0 or self.reacted is not None


def did(runs: Runs, user_id: str, post_id: str) -> Did:
    """What the user did with the post."""
    rows = runs.run("did", user_id=user_id, post_id=post_id)
    return Did(**{row["edge"].lower(): _value(row) for row in rows})


def _value(row: Row) -> Any:
    """What is told of an edge: how often, how much, which kind, or since when."""
    edge: str = row["edge"]
    if edge in ("VIEWED", "INSPIRED", "COMMENTED"):
        return int(1 if row["times"] is None else row["times"])
    if edge == "RATED":
        return int(row["percent"] or 0)
    return str(row["kind"] or "") if edge == "REACTED" else int(row["at"])


def responses(store: GraphStore, post_id: str) -> Mapping[Responses, list[tuple[str, str]]]:
    """Who openly responded to the post, by kind: a user's id and, of a reaction, which.

    In no order; of more than `CROWD` some. Views and ratings are nobody else's business.
    """
    kinds: tuple[Responses, ...] = ("likers", "inspired", "reacters", "sharers")
    told: dict[Responses, list[tuple[str, str]]] = {kind: [] for kind in kinds}
    for row in store.run("responses", post_id=post_id):
        told[row["kind"]].append((row["user_id"], row["word"]))
    return told


@dataclass(frozen=True, slots=True)
class Response:
    """Who responded to a post, when (Unix seconds; 0 where nobody knows), and how they reacted."""

    id: str
    at: int
    word: str


def responses_after(
    store: GraphStore, kind: Listed, post_id: str, at: int, id: str
) -> Sequence[Response]:
    """The next 100 responses after the place (`at`, `id`): the latest first, ties by user id."""
    rows = store.run(f"{kind}_after", post_id=post_id, at=at, id=id)
    return [Response(**row) for row in rows]


def shares_by(runs: Runs, user_id: str, post_id: str) -> frozenset[str]:
    """The posts by which the user shares the post with everybody."""
    rows = runs.run("shares_by", user_id=user_id, post_id=post_id)
    return frozenset(row["post_id"] for row in rows)
