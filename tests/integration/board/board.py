"""Installs, starts, fills and stops a real django-spirit board. The environment is kept in .venvs/ between runs."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

VERSION = "0.14.3"
ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / ".venvs" / f"spirit-{VERSION}-py{sys.version_info.major}{sys.version_info.minor}"
DRIVER = Path(__file__).with_name("driver.py")
SETTINGS = """
from board.settings.dev import *
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DEBUG = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES["default"]["NAME"] = os.path.join(BASE_DIR, "db.sqlite3")
DATABASES["default"]["OPTIONS"] = {"timeout": 20}
ST_UPLOAD_IMAGE_ENABLED = False
ST_TASK_MANAGER = None
# tests log in often: what makes guessing passwords slow makes them slow too
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""
MEMBERS_ONLY = """
from django.contrib.auth.views import redirect_to_login


def members_only(get_response):
    def answer(request):
        if request.user.is_authenticated or request.path.startswith("/user/login/"):
            return get_response(request)
        return redirect_to_login(request.get_full_path(), "/user/login/")

    return answer
"""


@dataclass(frozen=True)
class Account:
    """Somebody who may write on the board."""

    name: str
    password: str


@dataclass(frozen=True)
class Comment:
    """A comment's id, as its page carries it, and the moment it was written."""

    id: int
    at: datetime


@dataclass(frozen=True)
class Topic:
    """A topic's id, the address of its first page, and the id of its first comment."""

    id: int
    url: str
    comment: int


def _run(*command: str | Path, folder: Path | None = None) -> None:
    env = {**os.environ, "PATH": f"{HOME / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [str(one) for one in command], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def install() -> Path:
    """The folder of a board that was never written to, made on the first call (about half a minute)."""
    HOME.parent.mkdir(exist_ok=True)
    with HOME.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        project = HOME / "project"
        if not (HOME / "ready").exists():
            shutil.rmtree(HOME, ignore_errors=True)
            venv.create(HOME, with_pip=True)
            _run(HOME / "bin" / "pip", "install", "--quiet", f"django-spirit=={VERSION}")
            project.mkdir()
            _run(HOME / "bin" / "spirit", "startproject", "board", folder=project)
            _run(HOME / "bin" / "python", "manage.py", "spiritinstall", folder=project / "board")
            (HOME / "ready").touch()
        return project / "board"


class Board:
    """`with Board(folder) as board:` folder: where its database and files live; url: its front page. members_only:
    whoever is not logged in is sent to the log-in page, wherever they go."""

    admin = Account("wintermann", "tajne-haslo-9")

    def __init__(self, folder: Path, *, members_only: bool = False) -> None:
        self._folder = folder / "board"
        self._settings = SETTINGS + ('MIDDLEWARE += ["members.members_only"]\n' if members_only else "")

    def __enter__(self) -> Self:
        shutil.copytree(install(), self._folder)
        (self._folder / "ours.py").write_text(self._settings, encoding="utf-8")
        (self._folder / "members.py").write_text(MEMBERS_ONLY, encoding="utf-8")
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "ours",
            "PYTHONPATH": str(self._folder),
            "PYTHONWARNINGS": "ignore",
        }
        self._log = (self._folder / "board.log").open("w")
        self._process = subprocess.Popen(
            [str(HOME / "bin" / "python"), "-P", str(DRIVER)],  # -P: board.py beside it is not the board's package
            cwd=self._folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.url = f"http://127.0.0.1:{self._read()['port']}/"
        self.add_user(self.admin, admin=True)
        self.category = int(self._do("category", title="Pogaduszki")["id"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the board died:\n{(self._folder / 'board.log').read_text()[-3000:]}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"the board refused: {answer['error']}")
        return answer

    def _do(self, op: str, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"op": op, **order}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def add_user(self, account: Account, *, admin: bool = False) -> Account:
        """Adds an account that may log in at once."""
        self._do("user", name=account.name, password=account.password, admin=admin)
        return account

    def add_topic(self, author: Account, title: str, text: str, *, at: datetime | None = None) -> Topic:
        """Opens a topic. text: Markdown, as written into the form; at: its time, now by default."""
        made = self._do(
            "topic", user=author.name, title=title, text=text, category=self.category, at=at.isoformat() if at else None
        )
        return Topic(made["id"], self.url.rstrip("/") + made["url"], made["comment"])

    def add_comment(self, topic: Topic, author: Account, text: str, *, at: datetime | None = None) -> Comment:
        """Adds a comment to a topic."""
        made = self._do("comment", user=author.name, topic=topic.id, text=text, at=at.isoformat() if at else None)
        return Comment(made["id"], datetime.fromisoformat(made["at"]))

    def edit(self, comment: int, text: str) -> None:
        """Changes a comment's text; the board shows that it was edited and keeps its place and time."""
        self._do("edit", comment=comment, text=text)

    def remove(self, comment: int, *, removed: bool = True) -> None:
        """Takes a comment down as a moderator does, or puts it back."""
        self._do("remove", comment=comment, removed=removed)

    def close(self, topic: Topic, *, closed: bool = True) -> None:
        """Closes a topic to new comments, or opens it again."""
        self._do("close", topic=topic.id, closed=closed)

    def remove_topic(self, topic: Topic, *, removed: bool = True) -> None:
        """Takes a topic down, or puts it back."""
        self._do("remove_topic", topic=topic.id, removed=removed)

    def move(self, comments: list[int], topic: Topic, to: Topic) -> None:
        """Moves comments to another topic."""
        self._do("move", comments=comments, topic=topic.id, to=to.id)

    def calm(self) -> None:
        """Forgets flood control (one comment in ten seconds) and the memory of the last post."""
        self._do("calm")

    def log_everybody_out(self) -> None:
        """Ends every session, as a board does after a while."""
        self._do("log_everybody_out")

    def comments(self, topic: Topic) -> list[dict[str, Any]]:
        """The truth: id, author, at, text (Markdown), html, removed, action of every comment, oldest first."""
        rows: list[dict[str, Any]] = self._do("comments", topic=topic.id)["comments"]
        return rows
