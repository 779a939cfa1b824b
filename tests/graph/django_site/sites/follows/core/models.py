from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


def by(name):
    return models.ForeignKey(USER, models.CASCADE, related_name=name)


class Interest(models.Model):
    name = models.CharField(max_length=50)


class UserProfile(models.Model):
    user = models.OneToOneField(USER, models.CASCADE, primary_key=True)
    interests = models.ManyToManyField(Interest)
    is_public = models.BooleanField(default=True)


class Community(models.Model):
    title = models.CharField(max_length=50)
    creator = by("made")
    is_private = models.BooleanField(default=False)


class Membership(models.Model):
    community = models.ForeignKey(Community, models.CASCADE)
    user = by("memberships")
    role = models.CharField(max_length=10)
    status = models.CharField(max_length=20)


class Post(models.Model):
    user = by("posts")
    body = models.TextField()
    tags = models.CharField(max_length=200, blank=True)
    community = models.ForeignKey(Community, models.CASCADE, null=True)
    published_at = models.DateTimeField(null=True)
    timestamp = models.DateTimeField()
    reply_to = models.ForeignKey("self", models.CASCADE, null=True)


class Like(models.Model):
    user, post = by("likes"), models.ForeignKey(Post, models.CASCADE)
    reaction = models.CharField(max_length=10, default="like")


class Share(models.Model):
    user = by("shares")
    original_post = models.ForeignKey(Post, models.CASCADE)
    text = models.TextField(blank=True)
    parent_share = models.ForeignKey("self", models.CASCADE, null=True)


class Follow(models.Model):
    follower, followee = by("following"), by("followers")
    created_at = models.DateTimeField()
