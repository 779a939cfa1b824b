from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


class FriendList(models.Model):
    user = models.OneToOneField(USER, models.CASCADE, related_name="list")
    friends = models.ManyToManyField(USER, related_name="listed")


class FriendRequest(models.Model):
    sender = models.ForeignKey(USER, models.CASCADE, related_name="sent")
    receiver = models.ForeignKey(USER, models.CASCADE, related_name="got")
    is_active = models.BooleanField(default=True)
    timestamp = models.DateTimeField()
