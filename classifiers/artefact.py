"""The trained model on disk: one folder with arrays (no pickle), a vocabulary and metadata that vouches for both.

    weights.npz      numpy arrays, read with allow_pickle=False
    vocabulary.txt   one word or n-gram a line, UTF-8
    metadata.json    format version, sha256 of the files beside it, data hashes, library versions, figures, and a seal:
                     the sha256 of all the rest of it

A folder is written beside its place and moved there when it is whole, so a reader never sees half of one.
"""

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listener.errors import ModelError

FORMAT = 3
WEIGHTS, VOCABULARY, METADATA = "weights.npz", "vocabulary.txt", "metadata.json"
MEND = "run `make model`, or install the package again"

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """What a model folder holds. metadata: the JSON object, without the list of files and the seal."""

    arrays: Arrays
    vocabulary: tuple[str, ...]
    metadata: Mapping[str, Any]


def default_path() -> Path:
    """The model that is shipped with the package."""
    return Path(__file__).with_name("artefact")


def _bytes_of(artefact: Artefact) -> dict[str, bytes]:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dict(artefact.arrays))
    return {WEIGHTS: _without_times(buffer.getvalue()), VOCABULARY: "\n".join(artefact.vocabulary).encode()}


def _without_times(archive: bytes) -> bytes:
    """The same zip with fixed dates, so that the same model is the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def write(artefact: Artefact, folder: Path) -> None:
    """Writes a whole folder, then puts it in the place of the former one. ModelError where the disk refuses."""
    contents = _bytes_of(artefact)
    listed = {name: {"sha256": _sha256(data), "bytes": len(data)} for name, data in contents.items()}
    metadata = {"format": FORMAT, "files": listed, **artefact.metadata}
    contents[METADATA] = (_json({**metadata, "seal": _seal(metadata)}) + "\n").encode()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        for name, data in contents.items():
            (fresh / name).write_bytes(data)
        fresh.chmod(0o755)
        replace(fresh, folder)
    except OSError as e:
        raise ModelError(f"cannot write the model: {e.strerror}", where=str(folder), mend="check the folder") from e


def replace(fresh: Path, folder: Path) -> None:
    """Puts a folder in the place of another; the former is gone only when the new one stands there."""
    former = folder.with_name(f".{folder.name}-former")
    shutil.rmtree(former, ignore_errors=True)
    if folder.exists():
        folder.replace(former)
    fresh.replace(folder)
    shutil.rmtree(former, ignore_errors=True)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _json(metadata: Mapping[str, Any]) -> str:
    return json.dumps(metadata, indent=1, ensure_ascii=False, sort_keys=True)


def _seal(metadata: Mapping[str, Any]) -> str:
    """What vouches for metadata: any value that is changed, added or lost changes it."""
    # without indentation json has a fast way, and this is done at every start
    return _sha256(json.dumps(metadata, ensure_ascii=False, sort_keys=True).encode())


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise ModelError(f"cannot read the model: {e.strerror}", where=str(path), mend=MEND) from e


def _read_metadata(path: Path) -> dict[str, Any]:
    try:
        metadata = json.loads(_read_file(path))
    except ValueError as e:
        raise ModelError("the model's metadata is not JSON", where=str(path), mend=MEND) from e
    found = metadata.get("format") if isinstance(metadata, dict) else None
    if found != FORMAT:
        raise ModelError(f"model format {found!r}, this program reads {FORMAT}", where=str(path), mend=MEND)
    if metadata.pop("seal", None) != _seal(metadata):
        raise ModelError("the metadata is not what was written (sha256)", where=str(path), mend=MEND)
    return dict(metadata)


def _checked(folder: Path, name: str, files: Any) -> bytes:
    data = _read_file(folder / name)
    told = files.get(name, {}).get("sha256") if isinstance(files, dict) else None
    if _sha256(data) != told:
        raise ModelError("the file is not the one that was trained (sha256)", where=str(folder / name), mend=MEND)
    return data


def read(folder: Path) -> Artefact:
    """A model folder, checked. ModelError names the file that is missing, damaged or of another format."""
    metadata = _read_metadata(folder / METADATA)
    files = metadata.pop("files", None)
    weights = _checked(folder, WEIGHTS, files)
    vocabulary = _checked(folder, VOCABULARY, files)
    try:
        with np.load(io.BytesIO(weights), allow_pickle=False) as loaded:
            arrays = {name: loaded[name] for name in loaded.files}
        return Artefact(arrays=arrays, vocabulary=tuple(vocabulary.decode().split("\n")), metadata=metadata)
    except (ValueError, OSError, zipfile.BadZipFile) as e:
        raise ModelError(f"the model's files cannot be read: {e}", where=str(folder), mend=MEND) from e
