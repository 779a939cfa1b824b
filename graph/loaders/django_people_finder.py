"""Discovery of friendships, blocks and groups."""

from graph.loaders import django_names as names
from graph.loaders.django_columns import Found
from graph.loaders.django_finder import Finder
from graph.loaders.django_schema import TableInfo


class PeopleFinder(Finder):
    """Finds who is whose friend and who is in which group, users and posts being known."""

    def _people(self) -> None:
        friends = self._pick("friends", self._pairs(names.FRIENDS))
        requests = self._pick("friend_requests", self._pairs(names.REQUESTS))
        follows = self._pick("follows", self._pairs(names.FOLLOWS))
        if friends is None and requests and self._tells_accepted(requests):
            friends, requests = requests, None
        if friends:
            self._between("friends", friends)
        elif follows:
            self._between("follows", follows)
        if requests:
            self._between("friend_requests", requests)
        for role, spelled in (("blocks", names.BLOCKS), ("mutes", names.MUTES)):
            if info := self._pick(role, self._pairs(spelled)):
                self._between(role, info)

    def _tells_accepted(self, requests: TableInfo) -> bool:
        """Whether a table of requests also says which were accepted, and so holds friendships."""
        statuses = self.columns.statuses("friend_requests", requests)
        return bool(statuses["status"] or statuses["accepted"])

    def _between(self, role: str, info: TableInfo) -> None:
        ends = self.columns.pair(info) or ("", "")
        found: Found = {
            "source": self.columns.one(role, "source", [ends[0]] if ends[0] else []),
            "target": self.columns.one(role, "target", [ends[1]] if ends[1] else []),
            "at": self.columns.at(role, info),
        }
        if role not in ("blocks", "mutes"):
            found |= self.columns.statuses(role, info)
        self._add(role, info, found)
        self._guard(role, info, names.WAITS)

    def _groups(self) -> None:
        column = self.mapping["posts"].columns.get("group", ("",))[0]
        target = self.schema[self.columns.posts].refers.get(column)
        found = [i for i in self._named(names.GROUPS) if _is_titled(i) and i.name != "auth_group"]
        if info := self._pick("groups", [self.schema[target]] if target else found):
            self._group(info)
        events = [i for i in self._named(names.EVENTS) if _is_titled(i)]
        if event := self._pick("events", events):
            self._event(event)

    def _group(self, info: TableInfo) -> None:
        columns = self.columns
        self._titled("groups", info)
        posts = [i for i in self.schema.values() if i.is_link and self._points(i, info.name)]
        if link := self._pick("group_posts", [i for i in posts if self.columns.post(i)]):
            group = self._column_to(link, info.name)
            self._add("group_posts", link, {**self.columns.post(link), "group": group})
        linked = self._with_people(info)
        if link := self._pick("members", [i for i in linked if i.ends_with(names.MEMBERS)]):
            self._belonging("members", "group", link, info)
        if link := self._pick("group_admins", [i for i in linked if i.ends_with(names.ADMINS)]):
            user, group = (
                columns.person("group_admins", "user", link),
                self._column_to(link, info.name),
            )
            self._add("group_admins", link, {"user": user, "group": group})
            self._guard("group_admins", link, names.WAITS)

    def _event(self, info: TableInfo) -> None:
        self._titled("events", info)
        linked = [i for i in self._with_people(info) if i.ends_with(names.ATTENDEES)]
        if link := self._pick("attendees", linked):
            self._belonging("attendees", "event", link, info)

    def _titled(self, role: str, info: TableInfo) -> None:
        columns = self.columns
        admins = (("admin", "owner"), ("creator", "created_by", "leader", "founder", "organizer"))
        found: Found = {
            "id": info.primary,
            "name": columns.by_tier(role, "name", info, (("name",), ("title",)), ("text",)),
            "admin": columns.by_tier(role, "admin", info, admins),
            **columns.gates(role, info),
        }
        self._add(role, info, found)
        self._guard(role, info, "priv|visib")

    def _with_people(self, info: TableInfo) -> list[TableInfo]:
        tables = [i for i in self.schema.values() if self._points(i, info.name)]
        return [i for i in tables if self.columns.has_person(i)]

    def _belonging(self, role: str, of: str, link: TableInfo, info: TableInfo) -> None:
        columns = self.columns
        statuses = columns.statuses(role, link)
        found: Found = {key: statuses[key] for key in ("status", "accepted", "pending")}
        found["role"] = columns.one(role, "role", link.named(("role",), ("text",)))
        found["admin"] = link.named(("is_admin", "is_moderator"), ("bool",))
        found["user"] = columns.person(role, "user", link)
        found[of] = self._column_to(link, info.name)
        self._add(role, link, found)
        self._guard(role, link, names.WAITS)


def _is_titled(info: TableInfo) -> bool:
    return not info.is_link and bool(info.named(("name", "title")))
