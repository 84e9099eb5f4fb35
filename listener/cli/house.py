"""What commands over storage share: the database of a configuration, or the whole house on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from listener.errors import DatabaseUnreachable
from listener.settings import Settings
from listener.storage import Storage

if TYPE_CHECKING:
    from listener.app import Listener

_SQLITE = "sqlite:///"


@contextmanager
def existing_storage(settings: Settings) -> Iterator[Storage]:
    """The database, which must be there already: asking for what is stored makes no empty one."""
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        mend = "start the service once, or import posts; or correct [listener] database"
        raise DatabaseUnreachable("there is no database yet", where=str(file), mend=mend)
    storage = Storage.open(settings.database)
    try:
        yield storage
    finally:
        storage.close()


def sqlite_file(settings: Settings) -> Path | None:
    """The file of the database, None where it is a server."""
    if not settings.database.startswith(_SQLITE):
        return None
    return Path(settings.database.removeprefix(_SQLITE).partition("?")[0])


@contextmanager
def house_of(settings: Settings) -> Iterator["Listener"]:
    """The whole house; the database is made where there is none."""
    from listener.app import make_listener

    house = make_listener(settings)
    try:
        yield house
    finally:
        house.close()
