"""Discovery: which of a site's tables are users, posts, likes, friendships, ...

It goes by what Django always does (a model's table is ``label_model``, a key points to its table)
and by what public sites call things. Where two tables or columns could be meant it does not
guess: the error names both, and the line of a mapping file that decides.
"""

from graph.errors import ConfigError, MalformedSource
from graph.loaders import django_names as names
from graph.loaders.django_columns import Found
from graph.loaders.django_finder import listed
from graph.loaders.django_mapping import ROLES, SiteMapping
from graph.loaders.django_people_finder import PeopleFinder
from graph.loaders.django_schema import TableInfo


class Discovery(PeopleFinder):
    """One site's whole mapping."""

    def run(self) -> SiteMapping:
        """The mapping, its roles in the order of `ROLES`.

        Raises:
            ConfigError: two tables or columns could be meant, or a column may restrict who sees a
                post and is not understood.
            MalformedSource: there are no users or no posts.
        """
        if self.app and not any(table.startswith(f"{self.app}_") for table in self.schema):
            labels = sorted({table.partition("_")[0] for table in self.schema})
            raise ConfigError(f"no table starts with {self.app}_; --app is one of {labels}")
        self._users()
        self._posts()
        self._tags()
        self._signals()
        self._people()
        self._groups()
        return {name: self.mapping[name] for name in ROLES if name in self.mapping}

    def _users(self) -> None:
        def is_user(info: TableInfo) -> bool:  # what every user model inherits
            return {"password", "last_login"} <= info.columns.keys()

        info = self._pick("users", filter(is_user, self.schema.values()))
        if info is None:
            raise MalformedSource(
                "the database has no Django users (a table with password and last_login); point"
                " DATABASE_URL at the site's database, or name its table in a mapping file"
            )
        columns = self.columns
        columns.know_users(info.name)
        banned = ("is_banned", "banned", "is_suspended", "suspended", "is_blocked")
        found: Found = {
            "id": info.primary,
            "username": columns.one("users", "username", info.named(names.USERNAMES)[:1]),
            "joined_at": columns.one("users", "joined_at", info.named(names.JOINED, ("time",))[:1]),
            "active": info.named(("is_active",), ("bool",)),
            "deleted": info.named(names.STATE_COLUMNS["deleted"], ("bool", "time")),
            "banned": info.named(banned, ("bool",)),
            **columns.gates("users", info),
        }
        self._add("users", info, found)
        self._guard("users", info, "priv|visib")
        gated = [
            self.schema[table]
            for table in columns.through
            if any(columns.gates("profiles", self.schema[table]).values())
        ]
        if profile := self._pick("profiles", gated):
            user = columns.through.get(profile.name)
            gates = columns.gates("profiles", profile)
            self._add("profiles", profile, {"user": user.user if user else None, **gates})

    def _posts(self) -> None:
        columns = self.columns
        tiers = [
            [i for i in self._named(tier) if not i.is_link and columns.has_person(i)]
            for tier in names.POSTS
        ]
        info = self._pick("posts", next((tier for tier in tiers if tier), []))
        if info is None:
            raise MalformedSource(
                "the database has users and no table of posts that is called so; name it in a"
                ' mapping file: [posts] table = "..."'
            )
        columns.posts = info.name
        models = [f"{app}.{model}" for _, app, model in self.models]
        model = next((name for name in models if name.replace(".", "_") == info.name), None)
        columns.generic = bool(model or self.hints.get("posts", {}).get("model"))
        shared = [
            column
            for column in info.named(names.POST_SHARES)
            if info.refers.get(column, info.name) == info.name
        ]
        groups = [
            column
            for column in info.named(names.POST_GROUPS)
            if info.refers.get(column) != "auth_group"
        ]
        found: Found = {
            "id": info.primary,
            "author": columns.person("posts", "author", info),
            **{
                key: columns.by_tier("posts", key, info, tiers, ("text", "list"))
                for key, tiers in names.POST_COLUMNS.items()
            },
            "created_at": columns.one(
                "posts", "created_at", info.named(names.TIMES, ("time",))[:1]
            ),
            "shared_post": columns.one("posts", "shared_post", shared),
            "group": columns.one("posts", "group", groups),
            **columns.gates("posts", info),
            **columns.states(info, "posts"),
            "model": model,
        }
        self._add("posts", info, found)
        self._guard("posts", info, names.RESTRICTS, info.named(names.POST_GROUPS))

    def _tags(self) -> None:
        infos = [
            i for i in self.schema.values() if self._tag_table(i) and i.name not in self._own()
        ]
        posts = [i for i in infos if self._points(i, self.columns.posts)]
        if info := self._pick("post_tags", posts):
            table = self._add_tags("tags", info)
            tag = self._column_to(info, table)
            self._add("post_tags", info, {**self.columns.post(info), "tag": tag})
        elif (info := self.schema.get("taggit_taggeditem")) and self.columns.generic:
            self._add_tags("tags", info)
            self._add("post_tags", info, {**self.columns.post(info), "tag": "tag_id"})
        owned = [i for i in infos if i not in posts and self.columns.has_person(i)]
        owned = [i for i in owned if i.ends_with(names.LINKED_TAGS) or i.is_link]
        if info := self._pick("interests", owned):
            known = "tags" in self.mapping and self._points(info, self.mapping["tags"].table)
            table = self.mapping["tags"].table if known else self._add_tags("interest_tags", info)
            user = self.columns.person("interests", "user", info)
            tag = self._column_to(info, table)
            self._add("interests", info, {"user": user, "tag": tag})

    def _signals(self) -> None:
        wanted = {
            "likes": names.LIKES,
            "reactions": names.REACTIONS,
            "comments": names.COMMENTS,
            "shares": names.SHARES,
            "views": names.VIEWS,
            "hides": names.HIDES,
        }
        kinds = ("type", "kind", "reaction_type", "reaction", "emoji", "like_type")
        for role, spelled in wanted.items():
            found = [i for i in self._named(spelled) if self._is_signal(i)]
            info = self._pick(role, found)
            if info is None:
                continue
            kind = info.named(kinds, ("text", "number"))
            told = "reactions" if role == "likes" and kind else role
            self._signal(told, info, {"kind": kind[:1]} if told == "reactions" else {})

    def _signal(self, role: str, info: TableInfo, more: Found) -> None:
        if role in self.mapping:
            tables = f"{self.mapping[role].table} and {info.name}"
            raise ConfigError(
                f"{tables} could each be {role}; say which in a mapping file:"
                f' [{role}] table = "..." and [likes] table = ""'
            )
        columns = self.columns
        states = columns.states(info, role)
        if role == "shares":
            recipients = info.named(("shared_with", "recipient", "receiver", "to_user"))
            more = {**more, "recipient": columns.one(role, "recipient", recipients)}
            more["privacy"] = columns.gates(role, info)["privacy"]
        found: Found = {
            "user": columns.person(role, "user", info),
            **columns.post(info),
            "at": columns.at(role, info),
            "deleted": [*listed(states["deleted"]), *listed(states["hidden"])],
            "active": states["active"],
            **more,
        }
        self._add(role, info, found)
