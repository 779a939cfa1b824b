"""Three people whose profiles have other numbers than they (11 to 13)."""

from datetime import UTC, datetime, timedelta

T = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def at(seconds):
    return T + timedelta(seconds=seconds)


def fill():
    from django.contrib.auth.models import User
    from django.contrib.contenttypes.models import ContentType
    from network import models as m
    from taggit.models import Tag, TaggedItem

    people = [User.objects.create(username=f"p{n}", date_joined=T) for n in (1, 2, 3)]
    profiles = [m.Profile.objects.create(id=10 + p.pk, user=p) for p in people]
    for n, (author, fields) in enumerate(
        [
            (0, {}),
            (0, {"is_public": False}),
            (1, {"status": "draft"}),
            (1, {"status": "deleted"}),
            (1, {"status": "??", "image": "https://cdn.example/x.jpg"}),
        ],
        start=1,
    ):
        m.Post.objects.create(
            author=profiles[author], title=f"t{n}", content=f"c{n}", date_posted=at(n), **fields
        )
    m.Article.objects.create(id=1, author=profiles[0], text="x")
    kinds = {k: ContentType.objects.get_for_model(k) for k in (m.Post, m.Article)}
    for user, model, seconds in [(1, m.Post, 10), (2, m.Post, 11), (2, m.Article, 12)]:
        m.Like.objects.create(
            user=people[user], content_type=kinds[model], object_id=1, timestamp=at(seconds)
        )
    for kind, seconds in [("Love", 20), ("haha", 21)]:
        m.Reaction.objects.create(user=people[1], post_id=1, type=kind, created_at=at(seconds))
    for name, model in [("Jazz", m.Post), ("Folk", m.Article)]:
        tag = Tag.objects.create(name=name, slug=name)
        TaggedItem.objects.create(content_type=kinds[model], object_id=1, tag=tag)
    m.Share.objects.create(shared_by=people[1], original_post_id=1, created_at=at(30))
    m.Share.objects.create(
        shared_by=people[2], original_post_id=1, shared_with=people[0], created_at=at(31)
    )
    for source, target, accepted in [(0, 1, True), (0, 2, False), (1, 2, None)]:
        m.Friendship.objects.create(
            from_user=profiles[source],
            to_user=profiles[target],
            is_accepted=accepted,
            created_at=at(40),
        )
