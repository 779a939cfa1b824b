"""Three people: 1 and 2 follow each other, 3 follows 1; the second post waits for its time."""

from datetime import UTC, datetime, timedelta

T = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def at(seconds):
    return T + timedelta(seconds=seconds)


def fill():
    from core import models as m
    from django.contrib.auth.models import User

    one, two, three = (User.objects.create(username=f"p{n}", date_joined=T) for n in (1, 2, 3))
    m.UserProfile.objects.create(user=one).interests.set([m.Interest.objects.create(name="Chess")])
    m.UserProfile.objects.create(user=two, is_public=False)
    makers = m.Community.objects.create(title="Makers", creator=one, is_private=True)
    for user, role, status in [
        (two, "Admin", "approved"),
        (three, "member", "pending"),
        (one, "member", "approved"),
    ]:
        m.Membership.objects.create(community=makers, user=user, role=role, status=status)
    posts = [
        m.Post.objects.create(user=one, body="b", timestamp=at(0), **fields)
        for fields in [
            {"tags": "Jazz, folk,, jazz", "published_at": T},
            {"tags": "#a_b #c", "published_at": datetime(2999, 1, 1, tzinfo=UTC)},
            {"published_at": None},
            {"community": makers, "published_at": T},
        ]
    ]
    m.Like.objects.create(user=two, post=posts[0])
    first = m.Share.objects.create(user=two, original_post=posts[0])
    m.Share.objects.create(user=two, original_post=posts[0], text="again", parent_share=first)
    for follower, followee, seconds in [(one, two, 5), (two, one, 9), (three, one, 1)]:
        m.Follow.objects.create(follower=follower, followee=followee, created_at=at(seconds))
