"""What two people may be to each other after what both did, whatever the order was.

The rules are those of docs/reference.md ("Friendships"), written a second time. Each of the two
acts one after the other; between the two only the clock orders: an act that was answered before
another was asked for came first. A history is right if some order explains every answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Between:
    """What is between two people; the names in a set are of who does it."""

    friends: bool = False
    asks: frozenset[str] = NOBODY
    blocks: frozenset[str] = NOBODY
    mutes: frozenset[str] = NOBODY


@dataclass(frozen=True, slots=True)
class Act:
    """What one of the two did about the other, and what they were answered."""

    who: str
    what: str
    status: int
    state: str | None
    """How the two stood, as the answer has it; None: it does not say."""
    began: float
    ended: float


def ends(before: Between, ones: Sequence[Act], others: Sequence[Act]) -> frozenset[Between]:
    """All that may be between two people now; nothing where no order explains the answers."""
    here: dict[tuple[int, int], set[Between]] = {(0, 0): {before}}
    for i in range(len(ones) + 1):
        for j in range(len(others) + 1):
            for now in here.get((i, j), ()):
                one = ones[i] if i < len(ones) else None
                other = others[j] if j < len(others) else None
                for act, rival, place in ((one, other, (i + 1, j)), (other, one, (i, j + 1))):
                    if act is None or (rival is not None and rival.ended < act.began):
                        continue
                    if (after := _after(now, act)) is not None:
                        here.setdefault(place, set()).add(after)
    return frozenset(here.get((len(ones), len(others)), ()))


def _after(now: Between, act: Act) -> Between | None:
    """What is between them by that act; None if its answer cannot be that of this moment."""
    blocked = bool(now.blocks - {act.who})
    tied = now.friends or bool(now.asks) or act.who in now.blocks | now.mutes
    undoes = act.what in _UNDO
    if act.status == 404:
        return now if blocked and not (undoes and tied) else None
    if blocked and act.what in ("ask", "accept"):
        return None
    if act.status == 409:
        return now if _contradicts(now, act) else None
    if _contradicts(now, act):
        return None
    # Whoever was let in at the door acts, also where the other blocks them meanwhile.
    after = _ACTS[act.what](now, act.who)
    return after if act.state in (None, _standing(after, act.who)) else None


def _contradicts(now: Between, act: Act) -> bool:
    if act.what not in ("ask", "accept"):
        return False
    if act.who in now.blocks:
        return True
    return act.what == "accept" and not now.friends and not now.asks - {act.who}


def _standing(now: Between, who: str) -> str:
    states = {
        "blocked": who in now.blocks,
        "friends": now.friends,
        "asked": who in now.asks,
        "asks_you": bool(now.asks - {who}),
    }
    return next((name for name, so in states.items() if so), "none")


def _ask(now: Between, who: str) -> Between:
    if now.friends:
        return now
    if now.asks - {who}:
        return replace(now, friends=True, asks=NOBODY)
    return replace(now, asks=frozenset({who}))


_UNDO: Mapping[str, Callable[[Between, str], Between]] = {
    "decline": lambda now, who: replace(now, asks=now.asks & {who}),
    "withdraw": lambda now, who: replace(now, asks=now.asks - {who}),
    "unfriend": lambda now, who: replace(now, friends=False),
    "unblock": lambda now, who: replace(now, blocks=now.blocks - {who}),
    "unmute": lambda now, who: replace(now, mutes=now.mutes - {who}),
}
_ACTS: Mapping[str, Callable[[Between, str], Between]] = {
    **_UNDO,
    "ask": _ask,
    "accept": lambda now, who: replace(now, friends=True, asks=NOBODY),
    "block": lambda now, who: Between(False, NOBODY, now.blocks | {who}, now.mutes),
    "mute": lambda now, who: replace(now, mutes=now.mutes | {who}),
}
WHATS = tuple(_ACTS)
