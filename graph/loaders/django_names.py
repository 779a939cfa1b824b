"""What public Django sites call their tables and columns, and what their words mean."""

from collections.abc import Mapping, Sequence

Names = tuple[str, ...]

USERNAMES: Names = ("username", "user_name", "handle", "nickname", "screen_name", "display_name")
JOINED: Names = ("date_joined", "joined_at", "created_at", "created")
TIMES: Names = (
    *("created_at", "created", "created_on", "date_created", "timestamp", "created_date"),
    *("date_posted", "posted_at", "pub_date", "posted_on", "date", "time", "date_added"),
    *("shared_at", "liked_at", "viewed_at", "commented_at", "sent_at", "requested_at", "since"),
    *("added_at", "submit_date", "publish_date", "published_at", "updated_at"),
)
"""In the order of preference."""

POSTS: Sequence[Names] = (
    ("post", "posts"),
    ("feedpost", "userpost", "socialpost", "blogpost"),
    ("tweet", "status", "statusupdate", "article"),
)
"""The first line that finds a table counts."""
TAGS: Names = ("tag", "tags", "hashtag", "hashtags", "interest", "interests", "topic", "keyword")
LINKED_TAGS: Names = (*TAGS, "userinterest", "userinterests", "user_interest", "usertag")
LIKES: Names = (
    *("like", "likes", "postlike", "postlikes", "userlike", "userlikes", "liked", "likers"),
    *("liked_by", "liked_users", "liked_post", "liked_posts", "likedpost", "users_like"),
    *("users_liked", "user_likes", "likepost", "upvote", "upvotes"),
)
REACTIONS: Names = ("reaction", "reactions", "postreaction", "postreactions")
COMMENTS: Names = ("comment", "comments", "postcomment", "postcomments")
SHARES: Names = (
    *("share", "shares", "postshare", "postshares", "sharedpost", "sharepost", "shared_by"),
    *("shared_posts", "repost", "reposts", "retweet", "retweets"),
)
VIEWS: Names = ("view", "views", "postview", "postviews", "viewed_by", "viewers", "seen_by")
HIDES: Names = ("hide", "hiddenpost", "hidden_posts", "hidden_by")
FRIENDS: Names = (
    *("friend", "friends", "friendship", "friendships", "userfriend", "userfriends"),
    *("connection", "connections", "friend_list", "friendlist"),
)
REQUESTS: Names = (
    *("friendrequest", "friendrequests", "friendshiprequest", "friend_request"),
    *("friend_requests", "connectionrequest", "connection_requests"),
)
FOLLOWS: Names = (
    *("follow", "follows", "follower", "followers", "following", "followings", "userfollow"),
    *("userfollowing", "userfollower", "followed_by", "followed_users", "contact"),
)
BLOCKS: Names = (
    *("block", "blocks", "blocked", "userblock", "blockeduser", "blocked_users", "blocklist"),
)
MUTES: Names = ("mute", "mutes", "muted", "usermute", "muteduser", "muted_users")
GROUPS: Names = ("group", "groups", "community", "communities", "circle", "usergroup")
MEMBERS: Names = (
    *("members", "member", "membership", "memberships", "groupmember", "groupmembers"),
    *("groupmembership", "communitymember", "communitymembership", "users", "participants"),
)
ADMINS: Names = ("admins", "moderators", "administrators", "owners")
ATTENDEES: Names = ("members", "attendees", "participants", "guests", "rsvp", "attendance")
EVENTS: Names = ("event", "events")
PROFILES: Names = (
    *("profile", "profiles", "userprofile", "userprofiles", "account", "person", "author"),
    *("userinterest", "userinterests", "privacysettings", "privacysetting", "usersettings"),
)

PERSON: Sequence[Names] = (
    ("user", "author"),
    ("shared_by", "sharer", "commenter", "liker", "reactor", "viewer", "member", "owner"),
    ("creator", "created_by", "posted_by", "poster", "profile", "account", "publisher"),
)
POST: Names = ("post", "original_post", "shared_post", "original", "tweet", "article", "status")
PAIRS: Sequence[tuple[str, str]] = (
    *(("sender", "receiver"), ("sender", "recipient"), ("from_user", "to_user")),
    *(("user1", "user2"), ("user_1", "user_2"), ("user_one", "user_two"), ("user_a", "user_b")),
    *(("first_user", "second_user"), ("requester", "addressee"), ("requester", "receiver")),
    *(("initiator", "recipient"), ("inviter", "invitee"), ("creator", "friend")),
    *(("user", "friend"), ("friend1", "friend2"), ("user_from", "user_to")),
    *(("follower", "followee"), ("follower", "following"), ("follower", "followed")),
    *(("user", "following_user"), ("user", "follower"), ("follower", "user")),
    *(("blocker", "blocked"), ("user", "blocked_user"), ("blocked_by", "blocked_user")),
    *(("muter", "muted"), ("user", "muted_user"), ("from_profile", "to_profile")),
)
"""Who acts, and towards whom."""

POST_COLUMNS: Mapping[str, Sequence[Names]] = {
    "title": (("title", "headline", "subject"),),
    "text": (("text", "content", "caption", "body"), ("description", "message", "status_text")),
    "image": (("image", "photo", "picture", "img"), ("image_url", "photo_url", "media", "file")),
    "video": (("video", "video_file", "video_url"),),
    "tags": (("tags", "hashtags", "tag_list", "tag_names", "keywords", "topics"),),
}
POST_GROUPS: Names = ("group", "community", "circle", "posted_in")
POST_SHARES: Names = (
    *("shared_post", "original_post", "shared_from", "share_of", "repost_of", "reposted_from"),
    *("retweet_of", "original", "shared", "repost"),
)

GATE_COLUMNS: Mapping[str, Names] = {
    "privacy": (
        *("privacy", "visibility", "audience", "privacy_level", "privacy_setting"),
        *("post_privacy", "profile_privacy", "profile_visibility", "account_privacy"),
        *("privacy_type", "visible_to", "who_can_see"),
    ),
    "public": ("is_public", "public"),
    "private": ("is_private", "private", "only_me", "is_anonymous", "anonymous", "is_secret"),
    "friends_only": ("friends_only", "is_friends_only"),
}
STATE_COLUMNS: Mapping[str, Names] = {
    "state": ("state", "status", "moderation_status", "post_status"),
    "deleted": (
        *("is_deleted", "deleted", "deleted_at", "deleted_on", "is_removed", "removed"),
        *("removed_at", "is_archived", "archived", "archived_at", "is_trashed"),
    ),
    "hidden": ("is_hidden", "hidden", "hidden_at", "is_blocked"),
    "active": ("is_active", "active", "is_visible", "is_approved", "approved", "is_enabled"),
    "draft": ("is_draft", "draft"),
    "published": ("is_published", "published"),
    "published_at": ("published_at", "publish_at", "scheduled_at", "scheduled_for"),
}
STATUS_COLUMNS: Mapping[str, Names] = {
    "status": ("status", "state", "request_status", "friendship_status"),
    "accepted": ("accepted", "is_accepted", "confirmed", "is_confirmed", "approved", "is_approved"),
    "pending": ("is_pending", "pending"),
    "rejected": ("rejected", "is_rejected", "declined", "is_declined", "rejected_at"),
    "active": ("is_active", "active"),
}
RESTRICTS = (
    "priv|visib|audience|public|hidden|hide|delet|remov|draft|archiv|approv|moderat|publish|only"
    "|secret|permission|restrict|anonym"
)
"""Parts of a column's name that may mean: not for everyone."""
WAITS = "status|state|accept|confirm|approv|pend|reject|declin|active|invit|banned"
"""Parts of a column's name that may mean: not yet, or no longer."""

PRIVACY_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("public", "everyone", "all", "pub", "anyone", "world", "open"), "public"),
    **dict.fromkeys(("friends", "friend", "friends only", "fnd", "fri", "frd"), "friends"),
    **dict.fromkeys(("private", "only me", "me", "prv", "pri", "onlyme", "self"), "private"),
    **dict.fromkeys(("secret", "closed"), "private"),
}
STATE_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("published", "active", "approved", "publish", "public"), "public"),
    **dict.fromkeys(("draft", "pending", "private", "scheduled", "unpublished"), "private"),
    **dict.fromkeys(("deleted", "removed", "archived", "rejected", "banned"), "deleted"),
    "hidden": "hidden",
}
STATUS_WORDS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("accepted", "accept", "a", "approved", "confirmed", "friend", "friends", "active"),
            *("request accepted", "accepted request", "acc", "connected"),
        ),
        "friend",
    ),
    **dict.fromkeys(
        (
            *("pending", "p", "requested", "request", "sent", "send", "waiting", "request sent"),
            *("pending request", "request pending", "friend request", "pen", "invited"),
        ),
        "asked",
    ),
    **dict.fromkeys(
        (
            *("rejected", "reject", "r", "declined", "decline", "d", "cancelled", "canceled"),
            *("denied", "ignored", "removed", "unfriended", "rej", "request rejected"),
            *("request declined", "not friends", "none", "expired", "deleted"),
        ),
        "nothing",
    ),
    **dict.fromkeys(("blocked", "block"), "blocked"),
}
ROLE_WORDS: Mapping[str, str] = dict.fromkeys(("admin", "administrator", "owner"), "admin")


def word(value: object) -> str:
    """A stored value as one compares it: "Friends_Only" and "friends only" are one."""
    return " ".join(str(value).casefold().replace("_", " ").replace("-", " ").split())
