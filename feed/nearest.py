"""A trained model in the feed: vectors of viewers and posts, and the posts nearest to a viewer."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from feed.hits import Hits, Places
from feed.numbers import Numbers
from feed.vector_index import Vector, VectorIndex, index_of, inner_products
from gnn.embeddings import PRODUCTS, EmbeddingTable, PostSide, UserSide
from gnn.features import PARTS
from gnn.inductive import Around, InductiveEncoder
from gnn.known import Encoded
from gnn.likelihood import Decoder
from graph.errors import ModelMismatch

NEAREST = 200
"""As many posts as any other source may bring."""
NEAREST_LOOKED_AT = 2_000
"""At most; a viewer's own history lies nearest to them and is left out of what is found."""
SESSIONS = 256
"""Of so many looks what was found is kept: whoever goes on to the next page, or comes again, is the
same until they act."""
LEARNT_SECONDS = 600
"""For how long a later post's vector is used before it is learnt again."""


class LinkModel(Protocol):
    """What the feed needs of a trained model; `gnn.artifact.ServingModel` is one."""

    @property
    def embeddings(self) -> EmbeddingTable:
        """A vector for every user and post that the model was trained on."""

    @property
    def decoder(self) -> Decoder:
        """The weights of the parts."""

    @property
    def encoder(self) -> InductiveEncoder | None:
        """Makes vectors of who and what came later."""

    @property
    def name(self) -> str | None:
        """By which it is kept; None where it is not."""

    def without(
        self, user_ids: Collection[str], post_ids: Collection[str], *, here_alone: bool = False
    ) -> "LinkModel":
        """The model without what it learnt of these users and posts, here and where it is kept.

        With `here_alone` only here: another process has seen to the rest.
        """


class FeedModel:
    """A trained model with an index over its posts, built once when the model is loaded.

    Users' vectors are made of what they did until this moment; posts that came after training are
    learnt as feeds meet them. Safe to share between threads.
    """

    def __init__(self, model: LinkModel):
        """Index the posts' vectors.

        Raises:
            ModelMismatch: the model was trained on other parts than the feed computes.
        """
        if model.decoder.parts != PARTS:
            raise ModelMismatch(
                f"The model was trained on the parts {model.decoder.parts}, the feed computes"
                f" {PARTS}: run `resonance train` again."
            )
        self.decoder = model.decoder
        self._turn = threading.Lock()
        self._now = _Indexed(model)

    @property
    def name(self) -> str | None:
        """By which it is kept now; None where it is not."""
        return self._now.model.name

    @property
    def num_posts(self) -> int:
        """How many posts have a vector."""
        return len(self._now.post_ids)

    def forget(self, user_ids: Collection[str], post_ids: Collection[str]) -> None:
        """Know no more of these users and posts than of any that were never met."""
        with self._turn:
            before = self._now
            after = before.model.without(user_ids, post_ids)
            if before.knows_any(user_ids, post_ids):
                self._now = before.without(after)

    def let_go(self, ids: Collection[str]) -> None:
        """As `forget`, of users and posts that another process has taken out of what is kept."""
        with self._turn:
            before = self._now
            self._now = before.without(before.model.without(ids, ids, here_alone=True))

    def known(self, ids: Collection[str]) -> frozenset[str]:
        """Those of which anything is here."""
        now = self._now
        return frozenset(each for each in ids if now.knows_any((each,), (each,)))

    def embedding_of(self, user_id: str) -> list[float] | None:
        """The user's vector and factors, as of training, in a row; None: they were not there."""
        pos = self._now.user_pos.get(user_id)
        everybody = self._now.model.embeddings.users
        return None if pos is None else [float(each) for side in everybody for each in side[pos]]

    def vectors(self, around: Around) -> UserSide | None:
        """The user's vector and factors at this moment; None where nothing is known to make them.

        A model without an encoder knows the users that it was trained on, as they were then.
        """
        return self._now.vectors(around)

    def unlearnt(self, numbers: Numbers, places: Places, now: int) -> list[str]:
        """Those of the posts at these places that came after training, and not learnt lately."""
        return self._now.unlearnt(numbers, places, now)

    def learn(self, arounds: Iterable[Around], now: int) -> None:
        """Give these posts vectors, as far as anything is known of them.

        Args:
            arounds: what stands around posts that came after training.
            now: Unix seconds.
        """
        self._now.learn(arounds, now)

    def products(self, viewer: UserSide, numbers: Numbers, places: Places) -> Vector:
        """The parts `gnn.embeddings.PRODUCTS` of these posts; 0 for a post without a vector.

        Args:
            viewer: one row.
            numbers: whose places these are.
            places: the posts.

        Returns:
            Shape ``(len(places), len(PRODUCTS))``.
        """
        return self._now.products(viewer, numbers, places)

    def nearest(self, viewer: UserSide, numbers: Numbers, but: frozenset[str]) -> Hits:
        """The posts of the highest inner product, the highest first; ties go to the lower id.

        Args:
            viewer: one row.
            numbers: which has places for them.
            but: none of these.
        """
        return self._now.nearest(viewer, numbers, but)


Found = tuple[npt.NDArray[np.int64], Vector]
"""Positions of posts and their scores, the highest first."""
Look = Callable[[Vector, frozenset[str]], Found]
"""From a vector to the posts that were trained on and are nearest to it, but for these."""


def _look(index: VectorIndex, vectors: Vector, positions: Mapping[str, int]) -> Look:
    """What finds posts in an index, and keeps what it found lately.

    Args:
        index: of the vectors.
        vectors: shape ``(n, dim)``; by ascending id of the posts.
        positions: of the posts.
    """
    kept = OrderedDict[bytes, Found]()
    turn = threading.Lock()

    def look(vector: Vector, but: frozenset[str]) -> Found:
        # By a digest: what somebody did is not kept, and may be much.
        key = blake2b(vector.tobytes() + str(hash(but)).encode(), digest_size=16).digest()
        with turn:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        found = search(vector, but)
        with turn:
            kept[key] = found
            if len(kept) > SESSIONS:
                kept.popitem(last=False)
        return found

    def search(vector: Vector, but: frozenset[str]) -> Found:
        size = len(vectors)
        looked_at = min(NEAREST + len(but), NEAREST_LOOKED_AT, size)
        if not looked_at:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        found = index.nearest(vector, looked_at)
        if len(found) < looked_at:
            found = np.argsort(-(vectors @ vector), kind="stable")[:looked_at]
        new = np.ones(size, np.bool_)
        new[[at for each in but if (at := positions.get(each, size)) < size]] = False
        found = np.sort(found[new[found]])
        scores = inner_products(vector[None], vectors, found)[0]
        best = np.argsort(-scores, kind="stable")[:NEAREST]
        return found[best], scores[best]

    return look


class _Indexed:
    """A model, an index over its posts, and what was learnt since."""

    def __init__(self, model: LinkModel, index: VectorIndex | None = None):
        """Have the model's posts found by `index`; None: by one that is made of them."""
        table = model.embeddings
        self.model, self.encoder = model, model.encoder
        self.user_pos = {str(user_id): pos for pos, user_id in enumerate(table.user_ids)}
        self.post_ids = [str(post_id) for post_id in table.post_ids]
        self.post_pos = {post_id: pos for pos, post_id in enumerate(self.post_ids)}
        self.trained, self.trained_posts = len(self.post_ids), table.posts
        self.later_posts = PostSide(*(each[:0] for each in table.posts))
        # Nothing is added to the index: faiss gives no promise to those who search while it grows.
        self.index = index_of(table.post_vectors) if index is None else index
        self._look = _look(self.index, self.trained_posts.vectors, self.post_pos)
        self.learning = threading.Lock()
        self.places = WeakKeyDictionary[Numbers, tuple[Places, Places]]()
        self.learnt_at: dict[str, int] = {}

    def without(self, model: LinkModel) -> "_Indexed":
        """Of the model after some left it."""
        # The index holds where none of them is a post.
        same = len(model.embeddings.post_ids) == self.trained
        return _Indexed(model, self.index if same else None)

    def knows_any(self, user_ids: Collection[str], post_ids: Collection[str]) -> bool:
        """Whether anything of them is here."""
        later = {} if self.encoder is None else self.encoder.known["User"].row
        users = any(each in self.user_pos or each in later for each in user_ids)
        return users or any(each in self.post_pos or each in self.learnt_at for each in post_ids)

    def vectors(self, around: Around) -> UserSide | None:
        """See `FeedModel.vectors`."""
        if self.encoder is None:
            pos, everybody = self.user_pos.get(around.node_id), self.model.embeddings.users
            return None if pos is None else UserSide(*(each[[pos]] for each in everybody))
        encoded = self.encoder.user(around)
        if encoded is None:
            return None
        with self.learning:
            self.encoder.known["User"].keep(around.node_id, encoded)
        return UserSide(encoded.vector[None], encoded.factors[None])

    def unlearnt(self, numbers: Numbers, places: Places, now: int) -> list[str]:
        """See `FeedModel.unlearnt`."""
        if self.encoder is None:
            return []
        later = places[self._trained_at(numbers)[0][places] < 0]
        return [each for each in numbers.ids(later) if not self._learnt_lately(each, now)]

    def _trained_at(self, numbers: Numbers) -> tuple[Places, Places]:
        """By place: the position of each post that was trained on, which never changes; else -1.

        And by position: its place, -1 where it has none yet.
        """
        none = np.empty(0, np.int64)
        held, placed = self.places.get(numbers, (none, none))
        if len(held) < numbers.posts or len(placed) < self.trained:
            new = numbers.ids(np.arange(len(held), numbers.posts))
            found = np.array([self.post_pos.get(each, -1) for each in new], np.int64)
            held = np.append(held, np.where(found < self.trained, found, -1))
            placed = np.full(self.trained, -1)
            there = np.flatnonzero(held >= 0)
            placed[held[there]] = there
            self.places[numbers] = held, placed
        return held, placed

    def _learnt_lately(self, post_id: str, now: int) -> bool:
        at = self.learnt_at.get(post_id)
        # What lies ahead was learnt before the clock was set back, nobody knows how long ago.
        return at is not None and 0 <= now - at < LEARNT_SECONDS

    def learn(self, arounds: Iterable[Around], now: int) -> None:
        """See `FeedModel.learn`."""
        for around in arounds:
            encoded = None if self.encoder is None else self.encoder.post(around)
            with self.learning:
                if self.encoder is not None and encoded is not None:
                    self.encoder.known["Post"].keep(around.node_id, encoded)
                    self._keep(around.node_id, encoded)
                self.learnt_at[around.node_id] = now

    def _keep(self, post_id: str, encoded: Encoded) -> None:
        later = self.post_pos.get(post_id, len(self.post_ids)) - self.trained
        if later == len(self.later_posts.vectors):
            room = ((0, max(later, 64)), (0, 0))
            self.later_posts = PostSide(*(np.pad(each, room) for each in self.later_posts))
        made = PostSide(encoded.vector, encoded.spreads, encoded.factors)
        for all_of_it, own in zip(self.later_posts, made, strict=True):
            all_of_it[later] = own
        if post_id not in self.post_pos:
            self.post_ids.append(post_id)
            # Last: who finds it here finds its vector.
            self.post_pos[post_id] = self.trained + later

    def products(self, viewer: UserSide, numbers: Numbers, places: Places) -> Vector:
        """See `FeedModel.products`."""
        table = self.model.embeddings
        found = np.zeros((len(places), len(PRODUCTS)), dtype=np.float32)
        pos = self._trained_at(numbers)[0][places]
        if self.learnt_at and len(unknown := np.flatnonzero(pos < 0)):
            pos[unknown] = [self.post_pos.get(each, -1) for each in numbers.ids(places[unknown])]
        asked = table.asked(viewer)
        trained, later = (pos >= 0) & (pos < self.trained), pos >= self.trained
        for here, at, posts in (
            (trained, pos[trained], self.trained_posts),
            (later, pos[later] - self.trained, self.later_posts),
        ):
            answered = inner_products(asked, posts.vectors, at)
            factors = inner_products(viewer.factors, posts.factors, at)[0]
            found[here] = table.told(answered, posts.spreads.take(at, axis=0), factors).T
        return found

    def nearest(self, viewer: UserSide, numbers: Numbers, but: frozenset[str]) -> Hits:
        """See `FeedModel.nearest`."""
        (vector,) = viewer.vectors
        found, scores = self._look(vector, but)
        places = self._trained_at(numbers)[1][found]
        for at in np.flatnonzero(places < 0).tolist():
            places[at] = numbers.places([self.post_ids[found[at]]])[0]
        hits = Hits(places, scores.astype(np.float64))
        later = [each for each in self._later(vector) if each[0] not in but]
        return _merged(hits, later, numbers) if later else hits

    def _later(self, vector: Vector) -> Iterable[tuple[str, float]]:
        """The posts that came after training."""
        ids = self.post_ids[self.trained :]
        vectors = self.later_posts.vectors[: len(ids)]
        return zip(ids, (vectors @ vector).tolist(), strict=True)


def _merged(hits: Hits, later: Sequence[tuple[str, float]], numbers: Numbers) -> Hits:
    """The best of both, the highest first; ties go to the lower id."""
    trained = zip(numbers.ids(hits.places), hits.scores.tolist(), strict=True)
    best = sorted((*later, *trained), key=lambda each: (-each[1], each[0]))[:NEAREST]
    places = numbers.places([post_id for post_id, _ in best])
    return Hits(places, np.array([score for _, score in best], np.float64))
