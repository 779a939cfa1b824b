"""Five people: 1 and 2 are friends, 2 asked 3, 3 turned 1 down, 4 has left, 5 is new."""

from datetime import UTC, datetime, timedelta

T = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def at(seconds, micro=0):
    return T + timedelta(seconds=seconds, microseconds=micro)


def fill():
    from django.contrib.auth.models import Group as AuthGroup
    from django.contrib.auth.models import User

    from social import models as m

    AuthGroup.objects.create(name="editors")
    people = [
        User.objects.create_user(
            f"person{n}",
            f"person{n}@secret.example",
            "password-never-read",
            first_name="First",
            last_name="Last",
            date_joined=T,
            is_active=n != 4,
        )
        for n in range(1, 6)
    ]
    one, two, three, four, five = people
    for person, privacy in zip(people[:4], ["public", "friends", "private", "public"], strict=True):
        m.Profile.objects.create(user=person, privacy=privacy, phone="+10000")
    m.Profile.objects.create(user=five)

    music, music2, film = (m.Tag.objects.create(name=name) for name in ("music", "Music", "Film "))
    walkers = m.Group.objects.create(name="Walkers", admin=one)
    walkers.members.set([one, two])

    def post(user, seconds, **fields):
        return m.Post.objects.create(user=user, created_at=at(seconds), **fields)

    p1 = post(one, 0, text="for all", image="posts/a.jpg")
    p2 = post(one, 10, text="for friends", privacy="friends", video="posts/b.mp4")
    p3 = post(two, 20, text="for me", privacy="private")
    p4 = post(two, 30, text="for walkers", group=walkers)
    p5 = post(three, 40, text="look", shared_post=p1)
    p6 = post(one, 50, text="for friends", shared_post=p2)  # a copy that repeats a closed one
    post(four, 60, text=None)
    p1.tags.set([music, music2])
    p2.tags.set([film])
    m.UserInterest.objects.create(user=one).tags.set([music2, film])
    m.UserInterest.objects.create(user=two).tags.set([music])
    m.UserInterest.objects.create(user=three)

    for user, liked, seconds in [(two, p1, 100), (two, p1, 110), (three, p1, 120), (one, p3, 5)]:
        m.Like.objects.create(user=user, post=liked, created_at=at(seconds, 250_000))
    for user, told, seconds in [(two, p1, 200), (two, p1, 210), (one, p4, 220)]:
        m.Comment.objects.create(user=user, post=told, created_at=at(seconds), content="never read")
    m.Share.objects.create(user=two, post=p1, created_at=at(300))
    for sender, receiver, status, seconds in [
        (two, one, "accepted", 400),
        (one, two, "accepted", 410),
        (two, three, "pending", 420),
        (one, three, "rejected", 430),
        (four, one, "ACCEPTED", 440),
        (five, five, "accepted", 450),
        (five, one, "maybe", 460),
    ]:
        m.Friendship.objects.create(
            sender=sender, receiver=receiver, status=status, created_at=at(seconds)
        )
    m.Event.objects.create(name="Walk", admin=one).members.set([one])
    m.Notification.objects.create(user=one, text="never read")
    m.Message.objects.create(sender=one, receiver=two, content="never read")
    assert p5.pk == 5 and p6.pk == 6
