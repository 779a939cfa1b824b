from django.contrib.auth.models import AbstractUser
from django.db import models


class Member(AbstractUser):
    id = models.UUIDField(primary_key=True)
    is_private = models.BooleanField(default=False)
    is_deleted = models.BooleanField(default=False)
