"""The tables of the reference, exactly."""

from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL
PRIVACY = [("public", "Public"), ("friends", "Friends Only"), ("private", "Private")]


def by(**options):
    return models.ForeignKey(USER, models.CASCADE, **options)


class Tag(models.Model):
    name = models.CharField(max_length=50, unique=True)


class Group(models.Model):
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    admin = by(related_name="administered")
    members = models.ManyToManyField(USER, related_name="joined")


class Post(models.Model):
    user = by()
    text = models.TextField(null=True, blank=True)
    image = models.ImageField(upload_to="posts/", null=True, blank=True)
    video = models.FileField(upload_to="posts/", null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)
    privacy = models.CharField(max_length=10, choices=PRIVACY, default="public")
    group = models.ForeignKey(Group, models.CASCADE, null=True)
    shared_post = models.ForeignKey("self", models.SET_NULL, null=True)
    tags = models.ManyToManyField(Tag)


class UserInterest(models.Model):
    user = models.OneToOneField(USER, models.CASCADE)
    tags = models.ManyToManyField(Tag)


class Like(models.Model):
    user, post = by(), models.ForeignKey(Post, models.CASCADE)
    created_at = models.DateTimeField()


class Comment(models.Model):
    user, post = by(), models.ForeignKey(Post, models.CASCADE)
    content = models.TextField()
    parent = models.ForeignKey("self", models.CASCADE, null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)


class Share(models.Model):
    user, post = by(), models.ForeignKey(Post, models.CASCADE)
    created_at = models.DateTimeField()


class Friendship(models.Model):
    sender, receiver = by(related_name="asked"), by(related_name="asked_by")
    status = models.CharField(max_length=10, default="pending")
    created_at = models.DateTimeField()


class Event(models.Model):
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    admin = by(related_name="events_run")
    members = models.ManyToManyField(USER, related_name="events")


class Notification(models.Model):
    user = by()
    text = models.TextField()


class Message(models.Model):
    sender, receiver = by(related_name="wrote"), by(related_name="got")
    content = models.TextField()


class Profile(models.Model):
    user = models.OneToOneField(USER, models.CASCADE)
    bio = models.TextField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    privacy = models.CharField(max_length=10, choices=PRIVACY, default="public")
