from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


class Post(models.Model):
    id = models.UUIDField(primary_key=True)
    author = models.ForeignKey(USER, models.CASCADE)
    caption = models.TextField(blank=True)
    created = models.DateTimeField()
    visibility = models.CharField(max_length=3, choices=[("ME", "Me"), ("FND", "F"), ("ALL", "A")])
    is_deleted = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True)
    is_hidden = models.BooleanField(default=False)
    liked_by = models.ManyToManyField(USER, related_name="likes")


class Hashtag(models.Model):
    name = models.CharField(max_length=50)
    posts = models.ManyToManyField(Post, related_name="hashtags")
    followers = models.ManyToManyField(USER, related_name="interests")


class Comment(models.Model):
    post = models.ForeignKey(Post, models.CASCADE)
    author = models.ForeignKey(USER, models.CASCADE)
    body = models.TextField()
    created = models.DateTimeField()
    is_deleted = models.BooleanField(default=False)
