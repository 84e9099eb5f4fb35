"""Runs inside the board's own environment: serves the board and does what the tests ask, one JSON object a line.

Topics and comments go through the board's own forms and helpers, so that counters, times and pages come out as
they do when people write. Started by board.py with DJANGO_SETTINGS_MODULE set, in the folder of the project.
"""
# mypy: ignore-errors
# ruff: noqa: E402
# (Django is in the board's environment, not in ours.)

import json
import sys
import threading
from datetime import datetime

import django

django.setup()

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from spirit.category.models import Category
from spirit.comment.forms import CommentForm
from spirit.comment.models import Comment
from spirit.comment.utils import comment_posted, post_comment_update, pre_comment_update
from spirit.topic.forms import TopicForm
from spirit.topic.models import Topic


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *args):
        pass


def _valid(form):
    if not form.is_valid():
        raise ValueError(form.errors.as_text())
    return form


def user(name, password, admin=False, email=None):
    """Adds an account."""
    made = get_user_model().objects.create_user(
        username=name, password=password, email=email or f"{name}@example.com", is_superuser=admin, is_staff=admin
    )
    made.st.is_administrator = made.st.is_moderator = admin
    made.st.is_verified = True
    made.st.nickname = name
    made.st.save()
    return {"id": made.pk}


def category(title):
    """Adds a category."""
    return {"id": Category.objects.create(title=title).pk}


def topic(user, title, text, category, at=None):
    """Opens a topic with its first comment, as the form does."""
    author = get_user_model().objects.get(username=user)
    made = _valid(TopicForm(user=author, data={"title": title, "category": category})).save()
    first = comment(user, made.pk, text, at)
    if at:
        Topic.objects.filter(pk=made.pk).update(date=datetime.fromisoformat(at))
    return {"id": made.pk, "url": made.get_absolute_url(), "comment": first["id"]}


def comment(user, topic, text, at=None):
    """Adds a comment, as the form does. at: ISO 8601 with offset, now by default."""
    author = get_user_model().objects.get(username=user)
    form = _valid(CommentForm(user=author, topic=Topic.objects.get(pk=topic), data={"comment": text}))
    made = form.save()
    comment_posted(comment=made, mentions=form.mentions)
    if at:
        Comment.objects.filter(pk=made.pk).update(date=datetime.fromisoformat(at))
        Topic.objects.filter(pk=topic).update(last_active=datetime.fromisoformat(at))
    return {"id": made.pk, "at": Comment.objects.get(pk=made.pk).date.isoformat(), "url": made.get_absolute_url()}


def edit(comment, text):
    """Changes a comment, as the form does."""
    made = Comment.objects.get(pk=comment)
    form = _valid(CommentForm(data={"comment": text}, instance=made))
    pre_comment_update(comment=Comment.objects.get(pk=comment))
    post_comment_update(comment=form.save())
    return {}


def remove(comment, removed=True):
    """Takes a comment down, or puts it back."""
    Comment.objects.filter(pk=comment).update(is_removed=removed)
    return {}


def close(topic, closed=True):
    """Closes a topic to new comments, or opens it."""
    Topic.objects.filter(pk=topic).update(is_closed=closed)
    return {}


def remove_topic(topic, removed=True):
    """Takes a whole topic down."""
    Topic.objects.filter(pk=topic).update(is_removed=removed)
    return {}


def move(topic, to, comments):
    """Moves comments to another topic."""
    Comment.objects.filter(pk__in=comments).update(topic=to)
    for _ in comments:
        Topic.objects.get(pk=topic).decrease_comment_count()
        Topic.objects.get(pk=to).increase_comment_count()
    return {}


def calm():
    """Forgets the flood control and the double-post memory, so that the next form post is taken."""
    for cache in caches.all(initialized_only=False):
        cache.clear()
    for one in get_user_model().objects.all():
        one.st.last_post_hash = ""
        one.st.save()
    return {}


def log_everybody_out():
    """Ends every session."""
    Session.objects.all().delete()
    return {}


def comments(topic):
    """The truth: every comment of a topic, oldest first."""
    rows = Comment.objects.filter(topic=topic).order_by("date", "pk").select_related("user")
    return {
        "comments": [
            {
                "id": row.pk,
                "author": row.user.st.nickname,
                "at": row.date.isoformat(),
                "text": row.comment,
                "html": row.comment_html,
                "removed": row.is_removed,
                "action": row.action,
            }
            for row in rows
        ]
    }


OPS = {
    f.__name__: f
    for f in (
        user, category, topic, comment, edit, remove, close, remove_topic, move, calm, log_everybody_out, comments,
    )
}  # fmt: skip


def _answer(line):
    order = json.loads(line)
    try:
        return OPS[order.pop("op")](**order)
    except Exception as error:  # noqa: BLE001  # told to the test, which raises it
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    """Serves until standard input ends."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say = lambda answer: print(json.dumps(answer), flush=True)  # noqa: E731
    say({"port": server.server_address[1]})
    for line in sys.stdin:
        say(_answer(line))
    server.shutdown()


main()
