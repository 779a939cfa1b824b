"""The tables of django-taggit."""

from django.contrib.contenttypes.models import ContentType
from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(unique=True)


class TaggedItem(models.Model):
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.IntegerField(db_index=True)
    tag = models.ForeignKey(Tag, models.CASCADE)
