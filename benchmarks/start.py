"""How long the program takes to start, and how much memory the demo needs. Run: .venv/bin/python -m benchmarks.start

`--help` and `run` are measured as whole processes, several times, median; beside each stands the start of the bare
interpreter on the same machine in the same run, since absolute figures move with the machine.
"""

import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

LISTENER = Path(sys.executable).with_name("listener")
RUNS = 7
DEMO_SECONDS = 60
CONFIG = """
[listener]
database = "sqlite:///bench.db"

[web]
port = 0

[[brand]]
name = "Wintermann"
queries = ["Wintermann"]
"""


def seconds(work: Callable[[], None]) -> float:
    """Median over RUNS, after one run that does not count."""
    work()
    took = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def command(*words: str | Path) -> Callable[[], None]:
    """Runs a command to its end, quietly."""
    return lambda: void(subprocess.run(words, check=True, capture_output=True))


def void(_: object) -> None:
    """Nothing."""


def until_ready(config: Path) -> None:
    """Starts the service and stops it when it says that it is ready."""
    with subprocess.Popen([LISTENER, "run", "--config", config], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert any("ready" in line for line in process.stderr)
        process.send_signal(signal.SIGKILL)


def demo_peak_mib() -> float:
    """Highest resident memory of `listener demo --fast` in its first minute."""
    words: list[str | Path] = [LISTENER, "demo", "--fast", "--port", "0"]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            process.wait(DEMO_SECONDS)
        except subprocess.TimeoutExpired:
            status = Path(f"/proc/{process.pid}/status").read_text()
            process.send_signal(signal.SIGTERM)
            found = re.search(r"VmHWM:\s+(\d+) kB", status)
            assert found
            return int(found[1]) / 1024
    raise SystemExit("the demo ended by itself")


def main() -> None:
    """Prints a line a figure."""
    bare = seconds(command(sys.executable, "-c", "pass"))
    asked = seconds(command(LISTENER, "--help"))
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "listener.toml")
        config.write_text(CONFIG)
        os.environ.pop("LISTENER_FAILPOINT", None)
        ready = seconds(lambda: until_ready(config))
    print(f"bare interpreter      {bare:6.3f} s")
    print(f"listener --help       {asked:6.3f} s   {asked / bare:5.1f} times the bare interpreter")
    print(f"listener run to ready {ready:6.3f} s   {ready / bare:5.1f} times the bare interpreter")
    print(f"demo, peak memory     {demo_peak_mib():6.0f} MiB (first {DEMO_SECONDS} s of --fast)")


if __name__ == "__main__":
    main()
