from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


class Post(models.Model):
    user = models.ForeignKey(USER, models.CASCADE, db_constraint=False)
    content = models.TextField()
    created_on = models.DateTimeField()
    privacy = models.CharField(max_length=20)
    is_published = models.BooleanField(default=True)


class Tag(models.Model):
    name = models.CharField(max_length=50)
    users = models.ManyToManyField(USER, related_name="interests")


class Comment(models.Model):
    user = models.ForeignKey(USER, models.CASCADE, db_constraint=False)
    post = models.ForeignKey(Post, models.CASCADE, db_constraint=False)
    created_on = models.DateTimeField()


class PostLike(models.Model):
    user = models.ForeignKey(USER, models.SET_NULL, null=True)
    post = models.ForeignKey(Post, models.CASCADE)
