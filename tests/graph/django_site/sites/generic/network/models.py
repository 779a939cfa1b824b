from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

USER = settings.AUTH_USER_MODEL


class Profile(models.Model):
    user = models.OneToOneField(USER, models.CASCADE)
    birthday = models.DateField(null=True)


class Post(models.Model):
    author = models.ForeignKey(Profile, models.CASCADE)
    title = models.CharField(max_length=100)
    content = models.TextField()
    image = models.CharField(max_length=200, blank=True)
    is_public = models.BooleanField(default=True)
    status = models.CharField(max_length=10, default="published")
    date_posted = models.DateTimeField()


class Article(models.Model):
    author = models.ForeignKey(Profile, models.CASCADE)
    text = models.TextField()


class Like(models.Model):
    user = models.ForeignKey(USER, models.CASCADE)
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveIntegerField()
    timestamp = models.DateTimeField()


class Reaction(models.Model):
    user = models.ForeignKey(USER, models.CASCADE)
    post = models.ForeignKey(Post, models.CASCADE)
    type = models.CharField(max_length=10)
    created_at = models.DateTimeField()


class Share(models.Model):
    shared_by = models.ForeignKey(USER, models.CASCADE, related_name="shares")
    original_post = models.ForeignKey(Post, models.CASCADE)
    shared_with = models.ForeignKey(USER, models.CASCADE, null=True, related_name="shared_to_me")
    created_at = models.DateTimeField()


class Friendship(models.Model):
    from_user = models.ForeignKey(Profile, models.CASCADE, related_name="a")
    to_user = models.ForeignKey(Profile, models.CASCADE, related_name="b")
    is_accepted = models.BooleanField(null=True)
    created_at = models.DateTimeField()
