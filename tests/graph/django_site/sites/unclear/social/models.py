from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


class Post(models.Model):
    user = models.ForeignKey(USER, models.CASCADE)
    text = models.TextField()
    content = models.TextField()
    privacy = models.IntegerField()
    only_followers_may_see = models.BooleanField(default=False)


class Like(models.Model):
    user = models.ForeignKey(USER, models.CASCADE)
    post = models.ForeignKey(Post, models.CASCADE)


class Friendship(models.Model):
    user = models.ForeignKey(USER, models.CASCADE, related_name="mine")
    friend = models.ForeignKey(USER, models.CASCADE, related_name="theirs")
    status = models.IntegerField()
