"""The service with Slack in front of it, to be killed: a life for each line "failpoint TAB config" that it reads.

It says "ready PORT PID" when it answers, "ended CODE" when it is gone (minus the signal that killed it). The lives are
forked, which saves importing everything anew.
"""

import asyncio
import os
import sys
import traceback
from pathlib import Path

from listener import app, failpoints, serve, settings


def live(config: Path) -> int:
    """Until SIGTERM, or the failpoint."""
    house = app.make_listener(settings.load(config, os.environ))
    try:
        with house.storage.exclusive(), serve.bind("127.0.0.1", 0) as listening:
            port = listening.getsockname()[1]

            def ready() -> None:
                print(f"ready {port} {os.getpid()}", flush=True)

            return asyncio.run(serve.serve(house, listening, ready=ready))
    finally:
        house.close()


def main() -> None:
    """One life after the other."""
    for line in sys.stdin:
        failpoint, config = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            failpoints.arm(failpoint)
            code = 70
            try:
                code = live(Path(config))
            except Exception:  # noqa: BLE001 - a child must end here, whatever it met
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        print(f"ended {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}", flush=True)


if __name__ == "__main__":
    main()
