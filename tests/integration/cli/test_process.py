"""What only a process of its own shows: signals, pipes, locales, what is imported."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

LISTENER = [sys.executable, "-c", "from listener.cli import main; main()"]


def test_help_imports_no_command() -> None:
    script = (
        "import sys\nfrom listener.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('pydantic', 'sqlalchemy', 'numpy', 'httpx', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_leaves_early_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text('{"text": "Play"}\n' * 1_500)
    with subprocess.Popen(
        [*LISTENER, "match", "--query", "Play", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_an_interruption_is_130(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*LISTENER, "match", "--query", "Play"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"{}")  # no line end: it waits for more
        process.stdin.flush()
        _wait_until_reading(process.pid)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert (process.returncode, err) == (130, b"listener: interrupted\n")


def _wait_until_reading(pid: int) -> None:
    """Until the process sleeps in a read of its standard input, with everything imported."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        maps = Path(f"/proc/{pid}/maps").read_text()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
        if state == "S" and "ahocorasick" in maps:
            return
        time.sleep(0.02)


def test_output_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    environ = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "iso8859-2", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [*LISTENER, "match", "--query", "żółw"],
        input='{"text": "żółw €"}'.encode(),
        capture_output=True,
        env=environ,
        check=True,
    )
    assert "żółw €" in done.stdout.decode()
