"""docs/model/reliability.md, made from the figures that the shipped model keeps of itself.

python -m benchmarks.reliability > docs/model/reliability.md
"""

from classifiers import artefact, labels

HEAD = """# Reliability

Per label and bin of probability: rows, mean probability, share of rows where the label holds. Labelled rows of both
kinds, each judged by models that had not seen its writer or text (classifiers/artefact/metadata.json, `reliability`).
Made by `python -m benchmarks.reliability`."""
FEWEST = 40
"""Rows where a label holds, for it to be shown: of fewer a curve says nothing."""


def main() -> None:
    """Prints the document."""
    print(HEAD)
    curves = artefact.read(artefact.default_path()).metadata["reliability"]
    for label in labels.ALL:
        bins = curves[label]
        if sum(rows * true for rows, _, true in bins) < FEWEST:
            continue
        print(f"\n## {label}\n\n| rows | said | true |\n|---|---|---|")
        for rows, said, true in bins:
            print(f"| {rows} | {said:.2f} | {true:.2f} |")


if __name__ == "__main__":
    main()
