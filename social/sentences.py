"""What a viewer is told, as a sentence."""

from collections.abc import Mapping, Sequence

from graph.queries.notices import Kind
from social.notices import Told

LONGEST = 80
"""Characters of a title in a sentence."""

_SAID: Mapping[Kind, str] = {
    "friend_request": "{who} would like to be your friend.",
    "friend_accepted": "{who} is your friend now.",
    "reaction": "{who} reacted to your post{title}.",
    "comment": "{who} commented on your post{title}.",
    "reply": "{who} replied to your comment on the post{title}.",
    "mention": "{who} mentioned you in the post{title}.",
    "share": "{who} shared your post.",
    "group_request": "{who} would like to join your group{group}.",
    "group_accepted": "{who} let you into the group{group}.",
    "group_invitation": "{who} invited you to the group{group}.",
    "group_post": "{who} posted in the group{group}.",
}
_IN_COMMENT = "{who} mentioned you in a comment on the post{title}."


def sentence(told: Told) -> str:
    """Who did what, in English; it names those alone whom the viewer may see."""
    entry = told.entry
    commented = entry.kind == "mention" and entry.comment_id
    names = [each.person.card.username or each.person.card.user_id for each in told.named]
    return (_IN_COMMENT if commented else _SAID[entry.kind]).format(
        who=_who(names, told.others),
        title=_quoted(told.content.title if told.content else None),
        group=_quoted(entry.group_name),
    )


def _who(names: Sequence[str], others: int) -> str:
    """ana; ana and ben; ana, ben and cat; ana and 3 others."""
    count = len(names) + others
    if count > 3:
        return f"{names[0]} and {count - 1} others"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _quoted(name: str | None) -> str:
    words = " ".join((name or "").split())
    short = words if len(words) <= LONGEST else words[: LONGEST - 1] + "\u2026"
    return f" “{short}”" if short else ""
