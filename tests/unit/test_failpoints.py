"""A failpoint kills at the hit that it is told to, and does nothing otherwise."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from listener import failpoints

SCRIPT = "from listener.failpoints import hit\nfor n in range(3):\n    hit('a.b')\n    print(n, flush=True)\n"


@pytest.mark.parametrize(
    ("named", "printed", "code"),
    [
        ("", "0 1 2", 0),
        ("other", "0 1 2", 0),
        ("a.b", "", -signal.SIGKILL),
        ("a.b:3", "0 1", -signal.SIGKILL),
        ("a.b:9", "0 1 2", 0),
    ],
)
def test_it_dies_where_it_is_told_to(named: str, printed: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-c", SCRIPT],
        capture_output=True,
        text=True,
        env={"LISTENER_FAILPOINT": named},
        check=False,
    )
    assert (" ".join(done.stdout.split()), done.returncode) == (printed, code), done.stderr


def test_names_are_unique() -> None:
    assert len(set(failpoints.NAMES)) == len(failpoints.NAMES)


def test_the_tables_name_every_point_of_the_code() -> None:
    code = Path(failpoints.__file__).parent.rglob("*.py")
    hit = {name for file in code for name in re.findall(r'failpoints\.hit\("([^"]+)"\)', file.read_text("utf-8"))}
    assert hit == {*failpoints.NAMES, *failpoints.ARRIVALS, *failpoints.CLICKS}
