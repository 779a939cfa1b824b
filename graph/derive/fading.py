"""What faded: lists and popularity that are as of an earlier moment than what is held."""

from collections.abc import Iterable

import numpy as np

from graph.derive.held import Source
from graph.derive.ties import Ints


class Fading:
    """What is to be stored as of the moment that is held, some at a time; for one thread."""

    def __init__(self, since: float = 0.0, untold: bool = False) -> None:
        """Nothing faded.

        Args:
            since: when that moment was taken, by whatever clock.
            untold: whether the graph is to be told it, once all that waited by then is done.
        """
        self._lists: dict[Source, None] = {}
        self._posts: Ints = np.empty(0, np.int64)
        self._since, self.untold = since, untold

    def __len__(self) -> int:
        """How many lists."""
        return len(self._lists)

    @property
    def waits(self) -> bool:
        """Whether anything is to be stored."""
        return bool(self._lists) or len(self._posts) > 0

    def add(self, sources: Iterable[Source], posts: Ints, since: float) -> None:
        """Have the lists of these wait, and the popularity of posts, by where they are held."""
        self._lists |= dict.fromkeys(sources)
        self._posts = np.union1d(self._posts, posts)
        self._since, self.untold = since, True

    def may_tell(self, first: float) -> bool:
        """Whether the graph may be told that moment: `first` is when the first came that waits."""
        return self.untold and not self.waits and first > self._since

    def pass_over(self, source: Source) -> None:
        """Leave a list out that is made anyway."""
        self._lists.pop(source, None)

    def lists(self, most: int) -> list[Source]:
        """Some of those that wait, which wait no more."""
        return [self._lists.popitem()[0] for _ in range(min(most, len(self._lists)))]

    def posts(self, most: int) -> Ints:
        """Where some of the posts are held that wait; they do until they are `stored`."""
        return self._posts[:most]

    def stored(self, posts: Ints) -> None:
        """Those wait no more; `posts` gave them."""
        self._posts = self._posts[len(posts) :]
