"""All that derived edges rest on, in memory, kept up around the nodes that are written to.

So that a node's list can be made without looking at nodes around it in the graph: degrees, scores
and who engaged with what are known. Some ten bytes an engagement, beside the ids.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from graph.derive.around import Around
from graph.derive.champions import DEBUTS, POPULAR, PROJECT, RECENT, SOURCES
from graph.derive.clock import Clock
from graph.derive.popularity import decayed, freshness
from graph.derive.rebuild import Rests, public_people
from graph.derive.ties import Floats, Ids, Ints, Ties
from graph.model import Tables

LABELS = {file: label for label, file in SOURCES.items()}


class Source(NamedTuple):
    """A node that a derived list starts from."""

    edge: str
    """``TOP``, ``SIMILAR`` or ``NEAR``."""
    label: str
    id: str


Ranked = Sequence[tuple[str, float]]
"""A derived list: where it leads, each with its score, the best first."""


@dataclass(slots=True)
class Touched:
    """What follows from what was seen around some nodes."""

    sources: set[Source] = field(default_factory=set)
    """Whose lists may be other ones now."""
    popular: dict[str, float] = field(default_factory=dict)
    """The popularity of posts that have another one now."""
    hidden_posts: set[str] = field(default_factory=set)
    """That everybody could see until now: they must be in no list."""
    hidden_people: set[str] = field(default_factory=set)
    """Likewise."""
    posts: set[str] = field(default_factory=set)
    """That must be looked at, too."""


class _Post(NamedTuple):
    """What of a post decides which lists it is in, and where."""

    score: float | None
    """What champions are ranked by; None: not everybody may see it."""
    popular: float
    created_at: float | None
    author: int
    bears: Mapping[tuple[str, int], float]
    """By a kind of edge and where it leads: what it weighs."""


class Held:
    """The graph, as far as derived edges rest on it; for one thread."""

    def __init__(self, tables: Tables, clock: Clock | None = None):
        """Hold it as whole tables tell it.

        Args:
            tables: `graph.derive.around.read_whole`.
            clock: what is derived is as of; None: the latest in the tables.
        """
        rests = Rests.of(tables, clock)
        self.clock, posts = rests.clock, tables["posts"]
        self.posts, self.users = Ids(posts["id"]), Ids(tables["users"]["id"])
        self.latest = rests.latest
        """Of what is held, and of what was."""
        self.popular = _floats(rests.popular.reindex(posts["id"]).fillna(0.0))
        self.lasting = _floats(rests.lasting.reindex(posts["id"]).fillna(0.0))
        """How much of it does not fade."""
        self.score = _floats(rests.scores.reindex(posts["id"]))
        """Not a number where not everybody may see the post."""
        self.created_at = _floats(posts["created_at"])
        first = tables["authored"].drop_duplicates("target")
        self.author = np.full(len(posts), -1, np.int64)
        self.author[self.posts.all_at(first["target"])] = self.users.all_at(first["source"])
        self.authored = self._ties(tables["authored"], self.users, turned=True)
        self.names = {file: Ids(sorted(set(tables[file]["target"]))) for file in LABELS}
        self.bears = {file: self._ties(tables[file], self.names[file]) for file in LABELS}
        pairs = rests.pairs.rename(columns={"user_id": "target", "post_id": "source"})
        public = pairs["source"].isin(rests.scores.index)
        self.engaged = self._ties(pairs[public], self.users)
        """From a public post to who engaged with it."""
        self.unshown = self._ties(pairs[~public], self.users)
        """From any other."""
        picked = tables["interested_in"]
        self.tags = Ids(sorted(set(picked["target"])))
        places = self.users.all_at(picked["source"]), self.tags.all_at(picked["target"])
        self.interests = _distinct(*places)
        self.shown = np.zeros(len(self.users), bool)
        self.shown[[self.users.add(each) for each in public_people(tables)]] = True
        codes = tables["topics"].dropna(subset=["project_code"])
        self.codes = dict(zip(codes["id"], codes["project_code"], strict=True))

    @property
    def public_since(self) -> Floats:
        """When each post was made that everybody may see; else not a number."""
        return np.where(np.isnan(self.score), np.nan, self.created_at)

    @property
    def public_popular(self) -> Floats:
        """The popularity of each post that everybody may see; else 0."""
        return np.where(np.isnan(self.score), 0.0, self.popular)

    def take(self, around: Around) -> Touched:
        """Learn what is so around some nodes, and tell what follows from it."""
        touched = Touched()
        self._take_people(around, touched)
        topics = around.tables["topics"].dropna(subset=["project_code"])
        self.codes |= dict(zip(topics["id"], topics["project_code"], strict=True))
        seen = _Seen.of(around.tables, self.clock)
        self.latest = self.latest.or_later(seen.latest)
        for post_id in around.post_ids:
            if post_id in seen.created_at or self.posts.at(post_id) is not None:
                self._take_post(post_id, seen, post_id in around.crowded, touched)
        return touched

    def count_from(self, clock: Clock) -> tuple[set[Source], Ints]:
        """Take ages from another moment.

        Returns:
            Whose lists are ranked by scores, which are other ones now; and the positions of the
            posts that have another popularity.
        """
        passed = 0.0
        if clock.engaged_at is not None and self.clock.engaged_at is not None:
            passed = float(clock.engaged_at - self.clock.engaged_at)
        before, self.clock = self.popular, clock
        self.popular = self.lasting + (before - self.lasting) * decayed(np.array([passed]))
        fresh = freshness(pd.Series(self.created_at), clock.created_at).to_numpy()
        self.score = np.where(np.isnan(self.score), np.nan, self.popular + fresh)
        sources = {
            Source("TOP", label, name)
            for label, file in SOURCES.items()
            for name in self.names[file].names
        }
        charts = (POPULAR, DEBUTS, *(f"{PROJECT}{code}" for code in self.codes.values()))
        sources.update(Source("TOP", "Chart", each) for each in charts)
        return sources, np.flatnonzero(self.popular != before)

    def popularity_of(self, post_ids: Iterable[str]) -> dict[str, float]:
        """Of these posts, as far as they are known."""
        places = {each: self.posts.at(each) for each in post_ids}
        return {each: float(self.popular[at]) for each, at in places.items() if at is not None}

    def all_lists(self, post_ids: Collection[str], user_ids: Collection[str]) -> Touched:
        """What would follow if these, which are known, were new; or newly hidden."""
        touched, nothing = Touched(), _Post(None, 0.0, None, -1, {})
        for post_id in post_ids:
            post = self._post(self._place(post_id))
            if post.score is None:
                touched.hidden_posts.add(post_id)
            before = post._replace(score=-1.0) if post.score is None else nothing
            touched.sources.update(self._champions(before, post))
            touched.sources.add(Source("SIMILAR", "Post", post_id))
            touched.popular[post_id] = post.popular
        touched.sources.update(Source("NEAR", "User", each) for each in user_ids)
        return touched

    def _take_people(self, around: Around, touched: Touched) -> None:
        there, shown = set(around.tables["users"]["id"]), set(public_people(around.tables))
        picked: dict[str, dict[int, float]] = defaultdict(dict)
        told = around.tables["interested_in"]
        for user_id, tag in zip(told["source"], told["target"], strict=True):
            picked[user_id][self.tags.add(tag)] = 1.0
        for user_id in around.user_ids:
            known = self.users.at(user_id)
            if known is None and user_id not in there:
                continue
            user = self._user(user_id)
            if self.interests.put(user, picked[user_id]) or known is None:
                touched.sources.add(Source("NEAR", "User", user_id))
            theirs = [self.engaged, self.unshown] if user_id not in there else []
            if bool(self.shown[user]) != (user_id in shown):
                self.shown[user] = user_id in shown
                theirs.append(self.authored)
                if user_id not in shown:
                    touched.hidden_people.add(user_id)
            for ties in theirs:
                touched.posts.update(self.posts.some(ties.to(user)[0]))

    def _take_post(self, post_id: str, seen: "_Seen", crowded: bool, touched: Touched) -> None:
        post = self._place(post_id)
        before = self._post(post)
        popular = before.popular if crowded else seen.popular.get(post_id, 0.0)
        if not crowded:
            self.lasting[post] = seen.lasting.get(post_id, 0.0)
        score = seen.scores.get(post_id, np.nan)
        self.popular[post] = popular
        self.score[post] = score + popular if crowded else score
        self.created_at[post] = seen.created_at.get(post_id, np.nan)
        authors = {self._user(each): 1.0 for each in seen.authors.get(post_id, ())}
        self.author[post] = min(authors, default=-1)
        self.authored.put(post, authors)
        for file, bears in self.bears.items():
            told = seen.bears[file].get(post_id, {})
            bears.put(post, {self.names[file].add(each): told[each] for each in told})
        people = {self._user(each): 1.0 for each in seen.engaged.get(post_id, ())}
        if crowded:
            held = (*self.engaged.of(post)[0].tolist(), *self.unshown.of(post)[0].tolist())
            people = dict.fromkeys(held, 1.0)
        differ = self.engaged.put(post, {} if np.isnan(score) else people)
        self.unshown.put(post, people if np.isnan(score) else {})
        after = self._post(post)
        flipped = (before.score is None) != (after.score is None)
        if differ or flipped:
            touched.sources.add(Source("SIMILAR", "Post", post_id))
        if differ and not flipped:
            people_ids = self.users.some(np.array(differ))
            touched.sources.update(Source("NEAR", "User", each) for each in people_ids)
        if flipped and after.score is None:
            touched.hidden_posts.add(post_id)
        if before.popular != after.popular:
            touched.popular[post_id] = after.popular
        touched.sources.update(self._champions(before, after))

    def _champions(self, before: _Post, after: _Post) -> set[Source]:
        """The lists of champions that a post may have another place in."""
        found: set[Source] = set()
        if before == after:
            return found
        for key in before.bears.keys() | after.bears.keys():
            if before.score != after.score or before.bears.get(key) != after.bears.get(key):
                file, place = key
                id = self.names[file].names[place]
                found.add(Source("TOP", LABELS[file], id))
                if file == "about" and (code := self.codes.get(id)) is not None:
                    found.add(Source("TOP", "Chart", f"{PROJECT}{code}"))
        if before.score != after.score:
            found.add(Source("TOP", "Chart", POPULAR))
        hidden = (before.score is None) != (after.score is None)
        if hidden or before.created_at != after.created_at:
            found.add(Source("TOP", "Chart", RECENT))
        if hidden or before[1:4] != after[1:4]:
            found.add(Source("TOP", "Chart", DEBUTS))
        return found

    def _post(self, post: int) -> _Post:
        score, created_at = float(self.score[post]), float(self.created_at[post])
        return _Post(
            None if np.isnan(score) else score,
            float(self.popular[post]),
            None if np.isnan(created_at) else created_at,
            int(self.author[post]),
            {
                (file, place): weight
                for file, bears in self.bears.items()
                for place, weight in zip(*(each.tolist() for each in bears.of(post)), strict=True)
            },
        )

    def _place(self, post_id: str) -> int:
        post = self.posts.add(post_id)
        self.popular = _with_room(self.popular, post, 0.0)
        self.lasting = _with_room(self.lasting, post, 0.0)
        self.score = _with_room(self.score, post, np.nan)
        self.created_at = _with_room(self.created_at, post, np.nan)
        self.author = _with_room(self.author, post, -1)
        return post

    def _user(self, user_id: str) -> int:
        user = self.users.add(user_id)
        self.shown = _with_room(self.shown, user, False)
        return user

    def _ties(self, edges: pd.DataFrame, others: Ids, turned: bool = False) -> Ties:
        """Edges of posts; `turned`: they lead to the posts."""
        ends = ("target", "source") if turned else ("source", "target")
        posts, places = self.posts.all_at(edges[ends[0]]), others.all_at(edges[ends[1]])
        weights = edges["weight"].fillna(1.0).to_numpy(float) if "weight" in edges else None
        return _distinct(posts, places, weights)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Tables around some posts, by post id."""

    created_at: Mapping[str, float]
    """Of all that are there; not a number where one has no time."""
    popular: Mapping[str, float]
    lasting: Mapping[str, float]
    scores: Mapping[str, float]
    """Of the public ones."""
    engaged: Mapping[str, Collection[str]]
    """Who engaged with them."""
    authors: Mapping[str, Collection[str]]
    bears: Mapping[str, Mapping[str, Mapping[str, float]]]
    """By the kind of edge: where it leads, and what it weighs."""
    latest: Clock

    @classmethod
    def of(cls, tables: Tables, clock: Clock) -> "_Seen":
        rests, posts = Rests.of(tables, clock), tables["posts"]
        bears: dict[str, dict[str, dict[str, float]]] = {}
        for file in LABELS:
            edges, bears[file] = tables[file], defaultdict(dict)
            weights = edges["weight"].fillna(1.0) if "weight" in edges else [1.0] * len(edges)
            for post, name, weight in zip(edges["source"], edges["target"], weights, strict=True):
                bears[file][post][name] = float(weight)
        pairs, authored = rests.pairs, tables["authored"]
        return cls(
            dict(zip(posts["id"], _floats(posts["created_at"]).tolist(), strict=True)),
            dict(zip(rests.popular.index, rests.popular.tolist(), strict=True)),
            dict(zip(rests.lasting.index, rests.lasting.tolist(), strict=True)),
            dict(zip(rests.scores.index, rests.scores.tolist(), strict=True)),
            _gathered(pairs["post_id"], pairs["user_id"]),
            _gathered(authored["target"], authored["source"]),
            bears,
            rests.latest,
        )


def _gathered(keys: pd.Series, values: pd.Series) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in zip(keys, values, strict=True):
        found[key].append(value)
    return found


def _distinct(lefts: Ints, rights: Ints, weights: Floats | None = None) -> Ties:
    """Each pair once: an edge that two writers made at once is there twice."""
    there = (lefts >= 0) & (rights >= 0)
    frame = pd.DataFrame({"left": lefts[there], "right": rights[there]})
    frame["weight"] = 1.0 if weights is None else weights[there]
    frame = frame.drop_duplicates(["left", "right"])
    ends = frame["left"].to_numpy(np.int64), frame["right"].to_numpy(np.int64)
    return Ties(*ends, frame["weight"].to_numpy(float))


def _floats(values: pd.Series) -> Floats:
    return np.asarray(values.astype("Float64").to_numpy(float, na_value=np.nan), np.float64)


def _with_room(values: np.ndarray, place: int, fill: float) -> np.ndarray:
    """The values, and place for more, so that there is one at `place`."""
    if place < len(values):
        return values
    more = np.full(max(place + 1 - len(values), len(values) // 2), fill, values.dtype)
    return np.concatenate([values, more])
