"""Makes one of the sites beside it with Django itself: makemigrations, migrate, rows by the ORM.

``python make_site.py SITE DATABASE_URL FOLDER``; the migrations are written to FOLDER. A site is a
folder of apps and ``fill.py``, whose ``fill`` saves the rows.
"""

import importlib
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

HERE = Path(__file__).parent
DJANGO_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes"]
DJANGO_APPS += ["django.contrib.sessions", "django.contrib.messages"]


def database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.path[1:]}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": parts.username,
        "PASSWORD": parts.password,
        "HOST": parts.hostname,
        "PORT": parts.port,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def main(site: str, url: str, folder: str) -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    home = HERE / "sites" / site
    sys.path[:0] = [str(home), folder]
    apps = sorted(path.parent.name for path in home.glob("*/models.py"))
    for app in apps:
        (Path(folder) / "made" / app).mkdir(parents=True)
        (Path(folder) / "made" / app / "__init__.py").touch()
    fill = importlib.import_module("fill")
    settings.configure(
        INSTALLED_APPS=[*DJANGO_APPS, *apps],
        DATABASES={"default": database(url)},
        MIGRATION_MODULES={app: f"made.{app}" for app in apps},
        AUTH_USER_MODEL=getattr(fill, "AUTH_USER_MODEL", "auth.User"),
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SECRET_KEY="only for this test",
        USE_TZ=True,
        TIME_ZONE="Asia/Kolkata",
    )
    django.setup()
    call_command("makemigrations", *apps, verbosity=0)
    call_command("migrate", verbosity=0)
    fill.fill()


if __name__ == "__main__":
    main(*sys.argv[1:])
