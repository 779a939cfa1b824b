"""The planted world: repeatable, sane, and true to what it says it knows."""

import numpy as np
import pandas as pd
import pytest

from graph.errors import ConfigError
from graph.model import KINDS, SIGNALS, EdgeKind, key_columns
from graph.moods import mood_terms
from village.world import World, plant

SIGNAL_FILES = [edge.file for edge in SIGNALS]


def pairs_of(world: World) -> pd.DataFrame:
    """One row a (user, post) pair of any signal."""
    frames = [world.tables[file] for file in SIGNAL_FILES if file in world.tables]
    return pd.concat(frames).drop_duplicates(["source", "target"], ignore_index=True)


def test_the_same_seed_makes_the_same_world() -> None:
    one, other = (plant(seed=3, users=60, posts=90, communities=3) for _ in range(2))
    assert one.favourites == other.favourites
    assert one.tables.keys() == other.tables.keys()
    for file in one.tables:
        pd.testing.assert_frame_equal(one.tables[file], other.tables[file])


def test_another_seed_makes_another_world() -> None:
    one, other = (plant(seed=seed, users=60, posts=90, communities=3) for seed in (0, 1))
    assert not one.tables["viewed"].equals(other.tables["viewed"])


def test_every_table_has_its_kinds_columns_and_unique_keys(village: World) -> None:
    for file, frame in village.tables.items():
        kind = KINDS[file]
        keys = list(key_columns(kind))
        assert set(frame.columns) <= {*keys, *(column.name for column in kind.columns)}, file
        assert not frame.duplicated(keys).any(), file
        assert frame.notna().all(axis=None), file


def test_every_edge_joins_two_nodes_that_exist(village: World) -> None:
    ids = {
        "User": set(village.tables["users"]["id"]),
        "Post": set(village.tables["posts"]["id"]),
        "Tag": set(village.tables["tags"]["id"]),
        "Category": set(village.tables["categories"]["id"]),
        "Mood": set(village.tables["moods"]["id"]),
        "Topic": set(village.tables["topics"]["id"]),
    }
    edges = [(file, frame) for file, frame in village.tables.items() if "source" in frame]
    assert len(edges) == 11
    for file, frame in edges:
        kind = KINDS[file]
        assert isinstance(kind, EdgeKind)
        assert set(frame["source"]) <= ids[kind.source], file
        assert set(frame["target"]) <= ids[kind.target], file


def test_people_mostly_engage_within_their_community(village: World) -> None:
    pairs = pairs_of(village)
    home = pairs["source"].map(village.community_of_user)
    there = pairs["target"].map(village.community_of_post)
    assert 0.8 < (home == there).mean() < 0.97


def test_friends_mostly_live_in_one_community(village: World) -> None:
    friends = village.tables["friend"]
    one = friends["source"].map(village.community_of_user)
    other = friends["target"].map(village.community_of_user)
    assert 0.75 < (one == other).mean() < 0.97


def test_a_friendship_is_stored_once_from_the_smaller_id(village: World) -> None:
    friends = village.tables["friend"]
    assert (friends["source"] < friends["target"]).all()


def test_nobody_acts_before_they_joined_or_before_the_post_exists(village: World) -> None:
    joined = village.tables["users"].set_index("id")["joined_at"]
    created = village.tables["posts"].set_index("id")["created_at"]
    pairs = pairs_of(village)
    assert (pairs["at"] >= pairs["target"].map(created)).all()
    assert (pairs["at"] >= pairs["source"].map(joined)).all()
    assert pairs["at"].max() <= village.now
    authored = village.tables["authored"]
    assert (authored["target"].map(created) > authored["source"].map(joined)).all()
    friends = village.tables["friend"]
    assert (friends["since"] <= village.now).all()


def test_nobody_engages_with_what_they_may_not_see(village: World) -> None:
    posts = village.tables["posts"].set_index("id")
    author = village.tables["authored"].set_index("target")["source"]
    own_privacy = village.tables["users"].set_index("id")["privacy"]
    friends = village.tables["friend"]
    known = set(zip(friends["source"], friends["target"], strict=True))
    for user, post in pairs_of(village)[["source", "target"]].itertuples(index=False):
        writer = author[post]
        privacies = {posts.at[post, "privacy"], own_privacy[writer]}
        befriended = (user, writer) in known or (writer, user) in known
        assert user == writer or "private" not in privacies
        assert user == writer or befriended or privacies == {"public"}


def test_there_are_new_users_and_new_posts_that_nobody_met(village: World) -> None:
    pairs = pairs_of(village)
    quiet = set(village.tables["users"]["id"]) - set(pairs["source"])
    unmet = set(village.tables["posts"]["id"]) - set(pairs["target"])
    newest = set(village.tables["posts"]["id"].tail(24))
    assert quiet
    assert unmet & newest


def test_the_last_months_are_the_busiest(village: World) -> None:
    age_days = (village.now - pairs_of(village)["at"]) / 86_400
    assert (age_days < 120).mean() > 0.4


def test_favourites_are_public_unmet_and_by_somebody_else_at_home(village: World) -> None:
    met = set(pairs_of(village)[["source", "target"]].itertuples(index=False, name=None))
    wrote = set(village.tables["authored"].itertuples(index=False, name=None))
    posts = village.tables["posts"].set_index("id")
    hidden = set(village.tables["users"].query("privacy != 'public'")["id"])
    author = village.tables["authored"].set_index("target")["source"]
    assert list(village.favourites) == village.tables["users"]["id"].tolist()
    for user, favourites in village.favourites.items():
        assert len(set(favourites)) == len(favourites) == 10
        for post in favourites:
            assert (user, post) not in met | wrote
            assert village.community_of_post[post] == village.community_of_user[user]
            assert posts.at[post, "privacy"] == "public" and posts.at[post, "available"]
            assert author[post] not in hidden


def test_tastes_can_be_learned_from_the_engagements_of_others(village: World) -> None:
    """Favourites share more engaged users with what one engaged with than other home posts do."""
    pairs = pairs_of(village)
    users = {id: pos for pos, id in enumerate(village.tables["users"]["id"])}
    posts = {id: pos for pos, id in enumerate(village.tables["posts"]["id"])}
    engaged = np.zeros((len(users), len(posts)))
    engaged[pairs["source"].map(users), pairs["target"].map(posts)] = 1
    degree = np.maximum(engaged.sum(axis=0), 1)
    together = (engaged.T @ engaged) / np.sqrt(np.outer(degree, degree))
    score = np.where(engaged > 0, np.nan, engaged @ together)
    home = np.array(
        [[village.community_of_user[u] == village.community_of_post[p] for p in posts]
         for u in users]
    )  # fmt: skip
    best = np.zeros_like(home)
    for user, favourites in village.favourites.items():
        best[users[user], [posts[post] for post in favourites]] = True
    assert np.nanmean(score[best]) > 1.2 * np.nanmean(score[home & ~best])


def test_interests_and_tags_come_from_the_community_first(village: World) -> None:
    tags = village.tables["tags"]["id"].tolist()
    community = {tag: place // 8 for place, tag in enumerate(tags)}
    interests = village.tables["interested_in"]
    at_home = interests["target"].map(community) == interests["source"].map(
        village.community_of_user
    )
    assert at_home.mean() > 0.85


def test_moods_are_words_that_people_say_and_their_shares_add_up(village: World) -> None:
    evokes = village.tables["evokes"]
    assert set(evokes["target"]) <= set(mood_terms())
    assert evokes.groupby("source")["weight"].sum().eq(1).all()


def test_usernames_have_the_dirt_of_real_ones(village: World) -> None:
    names = village.tables["users"]["username"]
    folded = names.str.casefold()
    assert names.is_unique
    assert folded.duplicated().sum() == 1
    assert names.str.isdigit().sum() == 1
    assert (~names.map(str.isascii)).sum() == 1
    assert names.str.contains("[.-]").any()


def test_the_clock_can_be_given() -> None:
    world = plant(users=30, posts=60, communities=2, now=1_900_000_000)
    assert 1_899_000_000 < pairs_of(world)["at"].max() <= 1_900_000_000


@pytest.mark.parametrize(
    "sizes", [{"users": 5}, {"posts": 5}, {"communities": 0}, {"engagements_per_user": 0}]
)
def test_a_village_too_small_is_refused_with_what_to_do(sizes: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="^village: .+; (plant|correct) "):
        plant(**sizes)


def test_more_communities_than_themes_still_have_their_own_names() -> None:
    world = plant(users=120, posts=120, communities=12)
    for table in ("tags", "categories", "topics"):
        assert world.tables[table]["id"].is_unique
        assert world.tables[table]["name"].is_unique
