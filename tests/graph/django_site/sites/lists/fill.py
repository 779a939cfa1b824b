"""Three people with lists of friends; words as forms show them."""

from datetime import UTC, datetime

T = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def fill():
    from django.contrib.auth.models import User
    from friend.models import FriendList, FriendRequest
    from wall.models import Comment, Post, PostLike, Tag

    one, two, three = (User.objects.create(username=f"p{n}", date_joined=T) for n in (1, 2, 3))
    FriendList.objects.create(id=21, user=one).friends.set([two])
    FriendList.objects.create(id=22, user=two).friends.set([one])
    FriendRequest.objects.create(sender=three, receiver=one, timestamp=T)
    FriendRequest.objects.create(sender=three, receiver=two, timestamp=T, is_active=False)
    for privacy in ("Public", "Friends Only", "Private", "Close Friends"):
        Post.objects.create(user=one, content=privacy, created_on=T, privacy=privacy)
    Post.objects.create(user=one, content="x", created_on=T, privacy="Public", is_published=False)
    Tag.objects.create(name="Jazz").users.set([one])
    for _ in range(2):
        Comment.objects.create(user=two, post_id=1, created_on=T)
    Comment.objects.create(user_id=99, post_id=1, created_on=T)  # no key forbids it
    PostLike.objects.create(user=two, post_id=1)
    PostLike.objects.create(user=None, post_id=1)
