"""Four people: 1 and 2 are friends, 1 and 3 were until 3 blocked 1, 4 waits for 1."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

AUTH_USER_MODEL = "accounts.Member"
T = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def at(seconds):
    return T + timedelta(seconds=seconds)


def fill():
    from accounts.models import Member
    from board.models import Comment, Hashtag, Post
    from friends.models import Block, FriendRequest, Friendship

    names = ["ann", "ben", "cat@secret.example", "dan"]
    one, two, three, four = (
        Member.objects.create(
            id=UUID(int=n),
            username=name,
            email=f"{n}@secret.example",
            date_joined=T,
            is_private=n == 2,
            is_deleted=n == 4,
        )
        for n, name in enumerate(names, start=1)
    )
    posts = [
        Post.objects.create(
            id=UUID(int=n), author=one, created=at(n), caption=word, visibility=word
        )
        for n, word in enumerate(["ALL", "FND", "ME"], start=11)
    ]
    Post.objects.create(
        id=UUID(int=14), author=two, created=at(14), caption="gone", visibility="ALL", deleted_at=T
    )
    Post.objects.create(
        id=UUID(int=15), author=two, created=at(15), caption="odd", visibility="XX", is_hidden=True
    )
    posts[0].liked_by.set([two, three])
    jazz = Hashtag.objects.create(name="#Jazz")
    jazz.posts.set(posts[:2])
    jazz.followers.set([two])
    Comment.objects.create(post=posts[0], author=two, body="x", created=at(20))
    Comment.objects.create(post=posts[0], author=two, body="x", created=at(21), is_deleted=True)
    Friendship.objects.create(user1=two, user2=one, created_at=at(30))
    Friendship.objects.create(user1=one, user2=three, created_at=at(31))
    for sender, receiver, status in [
        (two, one, "A"),
        (four, one, "P"),
        (four, two, "R"),
        (one, two, "P"),
    ]:
        FriendRequest.objects.create(
            from_user=sender, to_user=receiver, status=status, timestamp=at(40)
        )
    Block.objects.create(blocker=three, blocked=one)
