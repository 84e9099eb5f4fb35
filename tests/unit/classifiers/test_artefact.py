"""The model folder is whole, or the error says what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from classifiers import artefact
from listener.errors import ModelError


@pytest.fixture
def made() -> artefact.Artefact:
    arrays: dict[str, NDArray[Any]] = {
        "linear": np.arange(6, dtype=np.float16).reshape(3, 2),
        "squares": np.ones(1),
    }
    return artefact.Artefact(arrays=arrays, vocabulary=("nie", "nie ma", " ni"), metadata={"version": "t"})


@pytest.fixture
def folder(made: artefact.Artefact, tmp_path: Path) -> Path:
    artefact.write(made, tmp_path / "model")
    return tmp_path / "model"


def test_comes_back_as_it_was(made: artefact.Artefact, folder: Path) -> None:
    found = artefact.read(folder)
    assert found.vocabulary == made.vocabulary
    assert found.metadata["version"] == "t"
    assert (found.arrays["linear"] == made.arrays["linear"]).all()


def test_same_model_same_bytes(made: artefact.Artefact, folder: Path, tmp_path: Path) -> None:
    artefact.write(made, tmp_path / "second")
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


def test_takes_the_place_of_the_former(made: artefact.Artefact, folder: Path) -> None:
    (folder / "stray").write_text("old")
    artefact.write(made, folder)
    assert sorted(p.name for p in folder.parent.iterdir()) == ["model"]
    assert not (folder / "stray").exists()


@pytest.mark.parametrize("name", [artefact.WEIGHTS, artefact.VOCABULARY])
def test_a_changed_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b"x")
    with pytest.raises(ModelError, match=name):
        artefact.read(folder)


@pytest.mark.parametrize("name", [artefact.WEIGHTS, artefact.VOCABULARY, artefact.METADATA])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        artefact.read(folder)


@pytest.mark.parametrize("content", ["", "not json", "[]", '{"format": 99}', "{}"])
def test_metadata_of_another_format(folder: Path, content: str) -> None:
    (folder / artefact.METADATA).write_text(content)
    with pytest.raises(ModelError, match=r"make model"):
        artefact.read(folder)


@pytest.mark.parametrize("change", [{"version": "other"}, {"thresholds": {"complaint": 0.0}}, {"seal": "0"}])
def test_changed_metadata_is_told(folder: Path, change: dict[str, Any]) -> None:
    metadata = json.loads((folder / artefact.METADATA).read_text())
    (folder / artefact.METADATA).write_text(json.dumps(metadata | change))
    with pytest.raises(ModelError, match=r"not what was written"):
        artefact.read(folder)


def test_metadata_without_a_seal_is_told(folder: Path) -> None:
    metadata = json.loads((folder / artefact.METADATA).read_text())
    del metadata["seal"]
    (folder / artefact.METADATA).write_text(json.dumps(metadata))
    with pytest.raises(ModelError, match=r"not what was written"):
        artefact.read(folder)


def test_pickled_arrays_are_refused(folder: Path) -> None:
    path = folder / artefact.WEIGHTS
    with path.open("wb") as file:
        np.savez(file, linear=np.array([{"a": 1}], dtype=object))
    metadata = json.loads((folder / artefact.METADATA).read_text())
    metadata["files"][artefact.WEIGHTS]["sha256"] = artefact._sha256(path.read_bytes())
    del metadata["seal"]
    metadata["seal"] = artefact._seal(metadata)
    (folder / artefact.METADATA).write_text(json.dumps(metadata))
    with pytest.raises(ModelError, match="cannot be read"):
        artefact.read(folder)


def test_a_folder_that_cannot_be_written(made: artefact.Artefact, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match="cannot write"):
        artefact.write(made, tmp_path / "file" / "model")
