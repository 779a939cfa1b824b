"""The demo's check: it passes feeds as planted, and says which ones are not."""

import pytest

from village.demo import DemoFailed, check_own, common
from village.world import World, plant

Feeds = dict[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def world() -> World:
    return plant(users=120, posts=600, communities=4, engagements_per_user=8.0)


def feeds_of(world: World, own: int, apart: int = 1) -> Feeds:
    """Ten posts for each of eight people: so many of their own community, the others of the next.

    Args:
        world: the village.
        own: how many of the ten are of one's own.
        apart: whose community comes after one's own, where not all are of one's own.
    """
    by_home: dict[int, list[str]] = {}
    for post, home in world.community_of_post.items():
        by_home.setdefault(home, []).append(post.removeprefix("sv:post:"))
    users = world.tables["users"].head(8)
    feeds: Feeds = {}
    for place, (user, name) in enumerate(zip(users["id"], users["username"], strict=True)):
        home = world.community_of_user[user]
        there = sorted(by_home)[(sorted(by_home).index(home) + apart) % len(by_home)]
        ids = by_home[home][:own] + by_home[there][20 + 10 * place :][: 10 - own]
        feeds[name] = [{"id": post} for post in ids]
    return feeds


def test_feeds_of_ones_own_community_pass(world: World) -> None:
    feeds = feeds_of(world, 7)
    check_own(world, feeds)
    assert set(common(world, feeds)) == {0}


def test_feeds_of_other_communities_are_told(world: World) -> None:
    with pytest.raises(DemoFailed, match=r"only 5\.0 of people's 10 posts are of their own"):
        check_own(world, feeds_of(world, 5))


def test_one_feed_for_everyone_is_told(world: World) -> None:
    first, *_ = feeds_of(world, 10).values()
    home = world.community_of_post[f"sv:post:{first[0]['id']}"]
    users = world.tables["users"]
    there = users["id"].map(world.community_of_user) == home
    # Nine of that community and one of another: by the mean alone, all of them are served well.
    names = [*users[there]["username"][:9], *users[~there]["username"][:1]]
    with pytest.raises(DemoFailed, match=r"people of different communities get 10\.0 of 10"):
        check_own(world, dict.fromkeys(names, first))


def test_two_people_with_one_feed_are_told_where_the_others_have_their_own(world: World) -> None:
    feeds = feeds_of(world, 9)
    users = world.tables["users"].set_index("username")["id"]
    first, *others = feeds
    home = world.community_of_user[users[first]]
    other = next(name for name in others if world.community_of_user[users[name]] != home)
    feeds[other] = feeds[first]
    with pytest.raises(DemoFailed, match="10 at most"):
        check_own(world, feeds)


def test_only_people_of_different_communities_are_compared(world: World) -> None:
    feeds = feeds_of(world, 9)
    users = world.tables["users"].set_index("username")["id"]
    homes = [world.community_of_user[users[name]] for name in feeds]
    apart = sum(a != b for i, a in enumerate(homes) for b in homes[i + 1 :])
    assert len(common(world, feeds)) == apart
