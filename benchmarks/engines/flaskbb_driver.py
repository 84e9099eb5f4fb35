"""Runs inside FlaskBB's own environment: serves a board and does what it is told, one JSON object a line.

Topics and posts go through the board's own models, as its forms do; then their times are set. Started by flaskbb.py.
"""
# mypy: ignore-errors
# (FlaskBB is in the board's environment, not in ours.)

import json
import logging
import re
import sys
import threading
from datetime import datetime
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flaskbb.app import create_app
from flaskbb.configs.default import DefaultConfig
from flaskbb.extensions import db
from flaskbb.forum.models import Category, Forum, Post, Topic
from flaskbb.user.models import User
from flaskbb.utils import helpers
from flaskbb.utils.populate import create_default_groups, create_default_settings, create_latest_db, create_user

FOLDER = sys.argv[1]
logging.disable(logging.WARNING)


class Config(DefaultConfig):
    """A board in a folder, silent."""

    SQLALCHEMY_DATABASE_URI = f"sqlite:///{FOLDER}/flaskbb.sqlite"
    LOG_DEFAULT_CONF = {"version": 1, "disable_existing_loggers": False, "handlers": {}, "loggers": {}}  # noqa: RUF012
    ALLOWED_HOSTS = TRUSTED_HOSTS = ["127.0.0.1", "localhost"]  # noqa: RUF012


class Server(ThreadingMixIn, WSGIServer):
    """Several connections at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *args):
        pass


def _user(name):
    return db.session.execute(db.select(User).filter_by(username=name)).scalar_one()


def user(name):
    """Adds an account."""
    create_user(name, "haslo-na-tablice-1", f"{re.sub('[^a-z0-9]', '', name.lower())}@example.com", "member")
    return {}


def topic(user, title, text, at):
    """Opens a topic with its first post."""
    made = Topic(title=title)
    post = Post(content=text)
    made.save(user=_user(user), forum=db.session.get(Forum, 1), post=post)
    made.date_created = datetime.fromisoformat(at)
    return {"id": made.id} | _at(post, made, at)


def post(user, topic, text, at):
    """Answers in a topic."""
    made, where = Post(content=text), db.session.get(Topic, topic)
    made.save(user=_user(user), topic=where)
    return _at(made, where, at)


def _at(post, topic, at):
    post.date_created = topic.last_updated = topic.forum.last_post_created = datetime.fromisoformat(at)
    db.session.commit()
    return {"post": post.id, "url": post.url}


def edit(post, text):
    """Changes a post."""
    made = db.session.get(Post, post)
    made.content = text
    made.save()
    return {}


def remove(post):
    """Takes a post down for good."""
    db.session.get(Post, post).delete()
    return {}


def clock(at):
    """Sets what the board takes for now: it prints how long ago things were."""
    helpers.time_utcnow = lambda: datetime.fromisoformat(at)
    return {}


OPS = {one.__name__: one for one in (user, topic, post, edit, remove, clock)}


def main():
    """Serves until standard input ends."""
    app = create_app(Config, instance_path=FOLDER)
    with app.test_request_context("/"):
        create_latest_db()
        create_default_settings()
        create_default_groups()
        category = Category(title="Rozmowy")
        category.save()
        Forum(title="Okna", category_id=category.id).save()
    server = make_server("127.0.0.1", 0, app, server_class=Server, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        with app.test_request_context("/"):
            answer = OPS[order.pop("op")](**order)
        print(json.dumps(answer), flush=True)
    server.shutdown()


main()
