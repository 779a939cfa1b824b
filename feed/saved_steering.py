"""What viewers steer by, kept for them from one visit to the next."""

from collections.abc import Mapping

from feed.memory import ViewerMemory
from feed.slate import viewer_key
from feed.steering import NEUTRAL, Steering, merged
from feed.viewer import viewer_named
from graph.errors import MemoryUnavailable, NoSuchViewer
from graph.queries.people import stays
from graph.store import GraphStore


class SavedSteering:
    """The steering of users whom the graph knows, by name, or by user id where they proved it."""

    def __init__(self, store: GraphStore, memory: ViewerMemory | None):
        """Keep steering in `memory`; None: nothing can be kept."""
        self._store, self._memory = store, memory

    def of(self, username: str, user_id: str | None = None) -> Steering:
        """What the viewer of that name steers by.

        Raises:
            NoSuchViewer: nobody is of that name.
            MemoryUnavailable: the memory cannot be read, or there is none.
        """
        memory, key, _ = self._kept(username, user_id)
        return memory.steering(key) or NEUTRAL

    def save(
        self, username: str, asked: Mapping[str, object], user_id: str | None = None
    ) -> Steering:
        """Put fields of a steering in the place of the viewer's old ones; all of it, as saved.

        Raises:
            NoSuchViewer, MemoryUnavailable: as for `of`.
            SteeringRefused: the fields contradict each other.
        """
        memory, key, viewer_id = self._kept(username, user_id)
        steering = merged(memory.steering(key), asked)
        memory.steer(key, steering)
        if not stays(self._store, viewer_id):
            memory.forget(key)
            raise NoSuchViewer(f"{username!r} left just now")
        return steering

    def reset(self, username: str, user_id: str | None = None) -> None:
        """Forget what the viewer steers by.

        Raises:
            NoSuchViewer, MemoryUnavailable: as for `of`.
        """
        memory, key, _ = self._kept(username, user_id)
        memory.reset(key)

    def _kept(self, username: str, user_id: str | None) -> tuple[ViewerMemory, str, str]:
        """The memory, and the viewer as it and as the graph names them."""
        viewer = viewer_named(self._store, username, user_id)
        if viewer.user_id is None:
            raise NoSuchViewer(f"nobody is named {username!r}; steering is kept for users alone")
        if self._memory is None:
            raise MemoryUnavailable("this service keeps no steering: it was made without a memory")
        return self._memory, viewer_key(viewer.user_id, viewer.username), viewer.user_id
