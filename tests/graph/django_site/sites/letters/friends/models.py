from django.conf import settings
from django.db import models


def by(name):
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name=name)


class Friendship(models.Model):
    user1, user2 = by("first"), by("second")
    created_at = models.DateTimeField()


class FriendRequest(models.Model):
    from_user, to_user = by("asks"), by("asked")
    status = models.CharField(max_length=1)
    timestamp = models.DateTimeField()


class Block(models.Model):
    blocker, blocked = by("blocks"), by("blocked_by")
