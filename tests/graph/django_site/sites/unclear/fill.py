"""Two people; 1 stands for "friends" in one table and for "accepted" in another."""


def fill():
    from blog.models import Like as BlogLike
    from blog.models import Post as BlogPost
    from django.contrib.auth.models import User

    from social.models import Friendship, Like, Post

    one, two = (User.objects.create(username=f"p{n}") for n in (1, 2))
    BlogLike.objects.create(user=one, post=BlogPost.objects.create(author=one, text="blog"))
    for level in (0, 1, 7):
        Post.objects.create(user=one, text="t", content=f"c{level}", privacy=level)
    Like.objects.create(user=two, post_id=1)
    Friendship.objects.create(user=one, friend=two, status=1)
