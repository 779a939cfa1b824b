"""What people do, and what the oracle makes of the answer."""

from collections.abc import Callable
from urllib.parse import quote

from bench.crowd.client import Client, Does
from bench.crowd.ledger import WrittenComment, WrittenPost
from bench.crowd.pairs import Act

REACTIONS = ("like", "love", "haha", "wow", "sad", "angry")
MOODS = ("happy", "calm", "sad")
PEOPLE = {
    "ask": ("POST", "/friendships/requests"),
    "accept": ("PUT", "/friendships/{}"),
    "decline": ("DELETE", "/friendships/requests/incoming/{}"),
    "withdraw": ("DELETE", "/friendships/requests/outgoing/{}"),
    "unfriend": ("DELETE", "/friendships/{}"),
    "block": ("PUT", "/blocks/{}"),
    "unblock": ("DELETE", "/blocks/{}"),
    "mute": ("PUT", "/mutes/people/{}"),
    "unmute": ("DELETE", "/mutes/people/{}"),
}
"""What one does about another."""


def _about(what: str) -> Does:
    method, path = PEOPLE[what]

    def does(client: Client, who: str) -> None:
        other = client.other(who)
        client.ledger.begins(what, who, other)
        body = {"user": other} if what == "ask" else None
        heard = client.write(what, who, method, path.format(quote(other)), body)
        state = heard.told.get("friendship", {}).get("state")
        if heard.status < 500:
            act = Act(who, what, heard.status, state, heard.began, heard.ended)
            client.ledger.acted(act, other)

    return does


def _signal(kind: str, noun: str, value: Callable[[Client], tuple[object, object]]) -> Does:
    """A state: put, with what it is and the body that says so."""

    def does(client: Client, who: str) -> None:
        post = client.post()
        so, body = value(client)
        path = f"/posts/{quote(post)}/{noun}/me"
        heard = client.write(kind, who, "PUT", path, body)
        hidden = client.ledger.hides_post(who, post)
        if not client.refused(heard, {404: hidden}, f"{who} {kind} {post}"):
            client.ledger.own[kind, who, post] = so
            _mine(client, who, post, heard.told["mine"])

    return does


def _signal_back(kind: str, noun: str) -> Does:
    def does(client: Client, who: str) -> None:
        own = [post for post in client.square.posts if (kind, who, post) in client.ledger.own]
        post = client.some(own) if own else client.post()
        heard = client.write(f"un{kind}", who, "DELETE", f"/posts/{quote(post)}/{noun}/me")
        allowed = {404: not own and client.ledger.hides_post(who, post)}
        if not client.refused(heard, allowed, f"{who} un{kind} {post}"):
            client.ledger.own.pop((kind, who, post), None)
            _mine(client, who, post, heard.told["mine"])

    return does


def _counted(kind: str, noun: str) -> Does:
    def does(client: Client, who: str) -> None:
        post = client.post()
        heard = client.write(kind, who, "POST", f"/posts/{quote(post)}/{noun}")
        hidden = client.ledger.hides_post(who, post)
        if not client.refused(heard, {404: hidden}, f"{who} {kind} {post}"):
            times = client.ledger.own.get((kind, who, post), 0)
            client.ledger.own[kind, who, post] = int(str(times)) + 1
            _mine(client, who, post, heard.told["mine"])

    return does


def _mine(client: Client, who: str, post: str, told: dict[str, object]) -> None:
    """What the answer says that somebody did must be what they did."""
    must = client.ledger.mine(who, post)
    differ = {name: (told[name], so) for name, so in must.items() if told[name] != so}
    if differ:
        client.ledger.fault(f"{who} of {post} is answered (told, true): {differ}")


def _state(kind: str, path: str, method: str, target: Callable[[Client], str]) -> Does:
    """An edge of one's own that nothing can refuse, put or taken away."""

    def does(client: Client, who: str) -> None:
        whom = target(client)
        heard = client.write(f"{method} {kind}", who, method, path.format(quote(whom, safe="")))
        if client.refused(heard, {}, f"{who} {method} {kind} {whom}"):
            return
        if method == "PUT":
            client.ledger.own[kind, who, whom] = "member" if kind == "member_of" else True
        else:
            client.ledger.own.pop((kind, who, whom), None)

    return does


def _feel(client: Client, who: str) -> None:
    mood = client.some(MOODS)
    heard = client.write("feel", who, "PUT", "/profiles/me/mood", {"mood": mood})
    if not client.refused(heard, {}, f"{who} feels {mood}"):
        for other in [key for key in list(client.ledger.own) if key[:2] == ("feels", who)]:
            client.ledger.own.pop(other)
        client.ledger.own["feels", who, heard.told["mood"]["mood"]] = True


def _write_post(client: Client, who: str) -> None:
    title, text = client.some(client.square.words), f"Written by {who}"
    heard = client.write("post", who, "POST", "/posts", {"title": title, "text": text})
    if not client.refused(heard, {}, f"{who} writes"):
        post = heard.told["post"]["post_id"]
        client.ledger.posts[post] = WrittenPost(who, title, text)
        client.square.posts.append(post)


def _own_post(client: Client, who: str) -> str | None:
    """One of their posts of this run, also one that is deleted."""
    known = list(client.ledger.posts.items())
    own = [key for key, each in known if each.author_id == who and not key.startswith("sv:")]
    return client.some(own) if own else None


def _edit_post(client: Client, who: str) -> None:
    if (post := _own_post(client, who)) is None:
        return _write_post(client, who)
    told = client.ledger.posts[post]
    text = f"Changed {client.rng.integers(1_000_000)}"
    heard = client.write("edit_post", who, "PATCH", f"/posts/{quote(post)}", {"text": text})
    if not client.refused(heard, {404: told.deleted}, f"{who} edits {post}"):
        told.text = text


def _delete_post(client: Client, who: str) -> None:
    if (post := _own_post(client, who)) is None:
        return _write_post(client, who)
    told, ledger = client.ledger.posts[post], client.ledger
    ledger.ending[post].add(who)
    heard = client.write("delete_post", who, "DELETE", f"/posts/{quote(post)}")
    if not client.refused(heard, {404: told.deleted}, f"{who} deletes {post}"):
        told.deleted, told.title, told.text = True, "", ""
        ledger.ended.setdefault(post, heard.ended)


def _share(client: Client, who: str) -> None:
    post = client.post()
    body = {"text": "Look at this."}
    heard = client.write("share", who, "POST", f"/posts/{quote(post)}/shares", body)
    hidden = client.ledger.hides_post(who, post)
    if not client.refused(heard, {404: hidden}, f"{who} shares {post}"):
        made = heard.told["post"]["post_id"]
        client.ledger.posts[made] = WrittenPost(who, "", body["text"], shares_id=post)


def _comment(client: Client, who: str) -> None:
    post, text = client.post(), f"Said {client.rng.integers(1_000_000)}"
    path = f"/posts/{quote(post)}/comments"
    heard = client.write("comment", who, "POST", path, {"text": text})
    hidden = client.ledger.hides_post(who, post)
    if not client.refused(heard, {404: hidden}, f"{who} comments on {post}"):
        _said(client, heard.told["comment"]["comment_id"], WrittenComment(who, post, None, text))


def _answer(client: Client, who: str) -> None:
    if not (known := list(client.square.comments)):
        return _comment(client, who)
    above, text = client.some(known), f"Answered {client.rng.integers(1_000_000)}"
    path = f"/comments/{quote(above)}/answers"
    heard = client.write("answer", who, "POST", path, {"text": text})
    allowed = {404: client.ledger.hides_comment(who, above), 409: True}  # they go 8 deep
    if not client.refused(heard, allowed, f"{who} answers {above}"):
        post = client.ledger.comments[above].post_id
        _said(client, heard.told["comment"]["comment_id"], WrittenComment(who, post, above, text))


def _said(client: Client, comment_id: str, told: WrittenComment) -> None:
    client.ledger.comments[comment_id] = told
    client.square.comments.append(comment_id)


def _edit_comment(client: Client, who: str) -> None:
    known = list(client.ledger.comments.items())
    if not (own := [key for key, each in known if each.author_id == who]):
        return _comment(client, who)
    comment, text = client.some(own), f"Changed {client.rng.integers(1_000_000)}"
    path = f"/comments/{quote(comment)}"
    heard = client.write("edit_comment", who, "PATCH", path, {"text": text})
    allowed = {404: client.ledger.hides_comment(who, comment)}
    if not client.refused(heard, allowed, f"{who} edits {comment}"):
        client.ledger.comments[comment].text = text


def _delete_comment(client: Client, who: str) -> None:
    """One's own, or one on a post of one's own: two may delete one comment at once."""
    ledger = client.ledger
    known = list(ledger.comments.items())
    owners = {key: {each.author_id, ledger.posts[each.post_id].author_id} for key, each in known}
    if not (may := [key for key, people in owners.items() if who in people]):
        return _comment(client, who)
    comment = client.some(may)
    hidden = ledger.hides_comment(who, comment)
    ledger.ending[comment].add(who)
    heard = client.write("delete_comment", who, "DELETE", f"/comments/{quote(comment)}")
    allowed = {404: hidden or ledger.hides_comment(who, comment, by_others=True)}
    if not client.refused(heard, allowed, f"{who} deletes {comment}"):
        ledger.comments[comment].deleted = True


def _percent(client: Client) -> tuple[object, object]:
    percent = int(client.rng.integers(101))
    return percent, {"percent": percent}


def _reaction(client: Client) -> tuple[object, object]:
    kind = client.some(REACTIONS)
    return kind, {"kind": kind}


def _tag(client: Client) -> str:
    return client.some(client.square.tags)


def _group(client: Client) -> str:
    return client.square.group_id


WRITES: dict[str, tuple[int, Does]] = {
    **{
        what: (weight, _about(what))
        for what, weight in zip(PEOPLE, (8, 5, 1, 1, 4, 3, 3, 2, 1), strict=True)
    },
    "liked": (18, _signal("liked", "likes", lambda client: (True, None))),
    "rated": (8, _signal("rated", "ratings", _percent)),
    "reacted": (8, _signal("reacted", "reactions", _reaction)),
    "hid": (4, _signal("hid", "hides", lambda client: (True, {"less": True}))),
    "unliked": (8, _signal_back("liked", "likes")),
    "unrated": (2, _signal_back("rated", "ratings")),
    "unreacted": (4, _signal_back("reacted", "reactions")),
    "unhid": (2, _signal_back("hid", "hides")),
    "viewed": (6, _counted("viewed", "views")),
    "inspired": (4, _counted("inspired", "inspirations")),
    "join": (3, _state("member_of", "/groups/{}/members/me", "PUT", _group)),
    "leave": (2, _state("member_of", "/groups/{}/members/me", "DELETE", _group)),
    "pick": (1, _state("interested_in", "/interests/{}", "PUT", _tag)),
    "drop": (1, _state("interested_in", "/interests/{}", "DELETE", _tag)),
    "mute_tag": (1, _state("mutes_tags", "/mutes/tags/{}", "PUT", _tag)),
    "unmute_tag": (1, _state("mutes_tags", "/mutes/tags/{}", "DELETE", _tag)),
    "feel": (1, _feel),
    "post": (4, _write_post),
    "edit_post": (3, _edit_post),
    "delete_post": (2, _delete_post),
    "share": (2, _share),
    "comment": (8, _comment),
    "answer": (4, _answer),
    "edit_comment": (3, _edit_comment),
    "delete_comment": (3, _delete_comment),
}
"""By name: how often of a hundred or so, and how."""
