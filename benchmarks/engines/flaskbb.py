"""Installs, starts, fills and stops a real FlaskBB board. The environment is kept in .venvs/ between runs."""

import json
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

VERSION = "3.0.0rc5"
ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("flaskbb_driver.py")


class Missing(Exception):
    """Something that this machine lacks."""


def newer_python() -> str:
    """A Python of 3.12 or newer that can make environments; Missing where there is none."""
    for name in ("python3.12", "python3.13", "python3.14"):
        for found in _interpreters(name):
            done = subprocess.run([found, "-c", "import ensurepip, venv"], capture_output=True, check=False)
            if done.returncode == 0:
                return found
    raise Missing("needs Python 3.12 or newer, and there is none here")


def _interpreters(name: str) -> list[str]:
    """By that name on the PATH, and among pyenv's."""
    on_path = shutil.which(name)
    number = name.removeprefix("python")
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{number}.*/bin/{name}"))
    return [*map(str, kept), *([on_path] if on_path else [])]


def environment(name: str, python: str, *packages: str) -> Path:
    """The interpreter of an environment with the packages, made once."""
    home = ROOT / ".venvs" / name
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([python, "-m", "venv", str(home)], check=True, capture_output=True)
        done = subprocess.run(
            [str(home / "bin" / "pip"), "install", "--quiet", *packages], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Missing(f"cannot be installed: {done.stderr.strip().splitlines()[-1][:300]}")
        (home / "ready").touch()
    return home / "bin" / "python"


class FlaskBoard:
    """`with FlaskBoard(folder) as board:` folder: where its database lives; url: its front page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "flaskbb"

    def __enter__(self) -> Self:
        python = environment(f"flaskbb-{VERSION}", newer_python(), f"flaskbb=={VERSION}")
        self._folder.mkdir(parents=True)
        self._log = (self._folder / "board.log").open("w")
        self._process = subprocess.Popen(
            [str(python), "-P", str(DRIVER), str(self._folder)],  # -P: flaskbb.py beside it is not the package
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.url = f"http://127.0.0.1:{self._read()['port']}/"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the board died:\n{(self._folder / 'board.log').read_text()[-3000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def do(self, op: str, **order: Any) -> dict[str, Any]:
        """One order of the driver."""
        assert self._process.stdin
        told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in order.items()}
        self._process.stdin.write(json.dumps({"op": op, **told}) + "\n")
        self._process.stdin.flush()
        return self._read()
