"""Somebody leaves: everything of theirs goes, wherever it is kept.

The graph marks them first, which hides them at once and lets nobody act as them or with them any
more. Then everything beside the graph forgets them, then the graph erases what they made and did,
and their node is the last to go. Whatever dies in between, the mark stands, and `finish` goes the
same way again: each step may be done twice. Nothing says afterwards that there was somebody.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass

from graph.actions import leaving as actions
from graph.actions.belongings import posts_of
from graph.queries.people import user_cards
from graph.store import GraphStore


@dataclass(frozen=True, slots=True)
class Leaver:
    """Whom everything is to forget."""

    user_id: str
    username: str
    """Empty where they have none."""
    post_ids: tuple[str, ...]
    """Of their posts."""


Forget = Callable[[Leaver], object]
"""Has something that is kept beside the graph forget somebody; safe to be called again."""


class Leaving:
    """Lets people leave, one after the other; safe to share between threads."""

    def __init__(
        self,
        store: GraphStore,
        beside: Sequence[Forget] = (),
        scrub: Callable[[], object] = lambda: None,
        alone: Callable[[], AbstractContextManager[object]] = nullcontext,
    ):
        """Let people leave `store`.

        Args:
            store: the graph.
            beside: all that is kept of people beside it.
            scrub: has what follows the graph by itself keep nothing of nodes that are gone.
            alone: what stands still while somebody leaves: whoever takes facts of people in
                without holding them.
        """
        self._store, self._beside, self._scrub, self._alone = store, beside, scrub, alone
        self._turn = threading.Lock()

    def leave(
        self,
        user_id: str,
        now: int,
        aside: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Erase the user; when it returns, no store has a trace of them.

        Args:
            user_id: who leaves.
            now: Unix seconds.
            aside: others may act meanwhile: where it waits for another who leaves, or for `alone`.

        Raises:
            NotThere: no such user.
            StoreError, MemoryUnavailable: it is not done to the end. They are gone for everybody,
                and `finish`, or whoever leaves next, does the rest.
        """
        with ExitStack() as turn:
            with aside():
                turn.enter_context(self._turn)
                turn.enter_context(self._alone())
            actions.mark(self._store, user_id)
            self._finish(now)

    def finish(self, now: int) -> int:
        """Erase whoever began to leave and is not gone; how many. To be called at a start."""
        with self._turn, self._alone():
            return self._finish(now)

    def _finish(self, now: int) -> int:
        begun = actions.leavers(self._store)
        for user_id in begun:
            self._erase(user_id, now)
        # Also where nobody was left: a process may have died between the two.
        self._scrub()
        return len(begun)

    def _erase(self, user_id: str, now: int) -> None:
        card = user_cards(self._store, [user_id]).get(user_id)
        name = "" if card is None else card.username or ""
        leaver = Leaver(user_id, name, tuple(posts_of(self._store, user_id)))
        self._forget(leaver)
        actions.erase(self._store, user_id, now)
        actions.remove(self._store, user_id, now)
        # Again, for what was read or answered meanwhile.
        self._forget(leaver)

    def _forget(self, leaver: Leaver) -> None:
        for forget in self._beside:
            forget(leaver)
