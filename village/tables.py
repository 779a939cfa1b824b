"""The village as the tables of `graph.model`."""

import numpy as np
import pandas as pd

from graph.moods import mood_terms
from village.engagements import Engagements
from village.people import PRIVACIES, Bools, Ints, People, community_name
from village.posts import TOPICS_PER_COMMUNITY, Posts, theme_moods

CATEGORY_NUMBERS = (2, 4, 6, 20, 25, 8, 22, 21, 13, 3)
"""Sparse and out of order, as the source's are; later communities go on from 31."""
TOPIC_NAMES = ("weekly", "first steps")


def tables_of(people: People, posts: Posts, engaged: Engagements) -> dict[str, pd.DataFrame]:
    """Nodes and edges of the whole village, keyed as `graph.model.Tables`."""
    return (
        _nodes(posts.people, posts)
        | _content(posts)
        | _people(people)
        | _signals(people, posts, engaged)
    )


def category_id(community: int) -> str:
    """The id of the community's category."""
    known = CATEGORY_NUMBERS
    number = known[community] if community < len(known) else 31 + 2 * (community - len(known))
    return f"sv:category:{number}"


def topic_id(topic: int) -> str:
    """The id of a topic; numbers have holes."""
    return f"sv:topic:{4 + 3 * topic}"


def _nodes(people: People, posts: Posts) -> dict[str, pd.DataFrame]:
    communities = range(len(people.centres))
    names = [community_name(number) for number in communities]
    topics = [(c, k) for c in communities for k in range(TOPICS_PER_COMMUNITY)]
    return {
        "users": pd.DataFrame(
            {
                "id": people.ids,
                "username": people.usernames,
                "joined_at": people.joined_at,
                "privacy": PRIVACIES[people.privacy],
                "active": True,
            }
        ),
        "posts": _post_frame(people, posts),
        "tags": pd.DataFrame({"id": people.tags, "name": people.tags}),
        "moods": pd.DataFrame({"id": list(mood_terms()), "name": list(mood_terms())}),
        "categories": pd.DataFrame({"id": [category_id(c) for c in communities], "name": names}),
        "topics": pd.DataFrame(
            {
                "id": [topic_id(position) for position in range(len(topics))],
                "name": [f"{names[c]} {TOPIC_NAMES[k]}" for c, k in topics],
                "project_code": [names[c].lower().replace(" ", "-") for c, _ in topics],
            }
        ),
    }


def _post_frame(people: People, posts: Posts) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": posts.ids,
            "title": posts.titles,
            "text": posts.texts,
            "url": [
                f"https://video.example/{people.usernames[author]}_{number}.mp4"
                for author, number in zip(posts.author, posts.numbers, strict=True)
            ],
            "created_at": posts.created_at,
            "privacy": PRIVACIES[posts.privacy],
            "available": posts.available,
            "deleted": False,
        }
    )


def _content(posts: Posts) -> dict[str, pd.DataFrame]:
    ids = posts.ids.to_numpy()
    tags = np.array(posts.people.tags)
    post, mood = posts.evokes.T
    moods = np.array([theme_moods(c) for c in range(len(posts.people.centres))])
    categories = np.array([category_id(c) for c in range(len(posts.people.centres))])
    about = np.flatnonzero(posts.topic >= 0)
    return {
        "authored": _edges(posts.people.ids.to_numpy()[posts.author], ids),
        "tagged": _edges(
            ids[posts.tagged[:, 0]], tags[posts.tagged[:, 1]], weight=posts.tag_weight
        ),
        "in_category": _edges(ids, categories[posts.category]),
        "evokes": _edges(ids[post], moods[posts.community[post], mood], weight=posts.mood_weight),
        "about": _edges(ids[about], [topic_id(int(topic)) for topic in posts.topic[about]]),
    }


def _people(people: People) -> dict[str, pd.DataFrame]:
    ids, tags = people.ids.to_numpy(), np.array(people.tags)
    return {
        "interested_in": _edges(ids[people.interests[:, 0]], tags[people.interests[:, 1]]),
        "friend": _edges(ids[people.friends[:, 0]], ids[people.friends[:, 1]], since=people.since),
    }


def _signals(people: People, posts: Posts, engaged: Engagements) -> dict[str, pd.DataFrame]:
    pairs = _edges(
        people.ids.to_numpy()[engaged.user], posts.ids.to_numpy()[engaged.post], at=engaged.at
    )

    def those(mask: Bools, **more: Ints | int) -> pd.DataFrame:
        return pairs.assign(**more)[mask].reset_index(drop=True)

    return {
        "viewed": those(engaged.viewed, times=1),
        "liked": those(engaged.liked),
        "inspired": those(engaged.inspired, times=engaged.times),
        "rated": those(engaged.rated, percent=engaged.percent),
    }


def _edges(source: object, target: object, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"source": source, "target": target} | columns)
