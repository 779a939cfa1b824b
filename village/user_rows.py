"""The 36 keys of ``/users/get_all``, with invented personal data for a loader to drop."""

import unicodedata

import numpy as np

from village.themes import SYLLABLES
from village.world import World

Row = dict[str, object]


def given_name(number: int) -> str:
    """A synthetic first name, another for each number."""
    return _syllables(number, "n")


def family_name(number: int) -> str:
    """A synthetic last name, another for each number."""
    return _syllables(number, "sk")


def portrait(number: int) -> str:
    """The address of a user's picture."""
    return f"https://assets.example/portraits/{number}.png"


def _syllables(number: int, end: str) -> str:
    word = ""
    while number or not word:
        number, place = divmod(number, len(SYLLABLES))
        word += SYLLABLES[place]
    return word.capitalize() + end


def user_rows(world: World) -> list[Row]:
    """One row a user, ascending by id."""
    users = world.tables["users"]
    numbers = users["id"].str.rpartition(":")[2].astype("int64").tolist()
    usernames = users["username"].tolist()
    rng = np.random.default_rng((world.seed, 2))
    posts = world.tables["authored"]["source"].value_counts()
    login = (world.now - rng.integers(0, 90 * 86_400, len(users))).astype("datetime64[s]")
    rows = [
        _row(number, username, int(posts.get(id, 0)), str(at).replace("T", " "))
        for number, username, id, at in zip(numbers, usernames, users["id"], login, strict=True)
    ]
    rows[1]["email"] = rows[0]["email"]
    rows[2]["email"] = str(rows[2]["email"]).replace("@", "#")
    rows[3]["daily_login_streak"] = 10351
    return rows


def _row(number: int, username: str, post_count: int, last_login: str) -> Row:
    """A user's row; the username comes decomposed (NFD), as some clients send it."""
    return {
        "id": number,
        "first_name": given_name(number),
        "last_name": family_name(number),
        "username": unicodedata.normalize("NFD", username),
        "email": f"mail{number}@people.example",
        "role": "A" if number == 1 else "U",
        "profile_url": portrait(number),
        "bio": f"Biography {number}" if number % 50 == 0 else "",
        "website_url": f"https://homepage{number}.example" if number % 90 == 0 else "",
        "instagram-url": f"https://photos.example/{username}" if number % 17 == 0 else None,
        "youtube_url": None,
        "tictok_url": None,
        "isVerified": False,
        "referral_code": f"REFER{number}" if number % 4 == 0 else "",
        "has_wallet": number % 9 == 0,
        "last_login": "" if number % 4 == 1 else last_login,
        "share_count": 0,
        "post_count": post_count,
        "following_count": number % 5,
        "follower_count": number % 3,
        "is_verified": False,
        "is_online": False,
        "latitude": "",
        "longitude": "",
        "twitter_url": "",
        "twitter_username": "",
        "twitter_profile_url": "",
        "gender": "",
        "user_type": "hirer" if number % 500 == 7 else None,
        "hourly_rate": 0,
        "currency": "USD",
        "total_reward_points": 0,
        "referral_point": 0,
        "referral_count": 0,
        "total_inspired_user_count": number % 6,
        "daily_login_streak": 0,
    }
