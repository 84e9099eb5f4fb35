"""A brand's corrections: they help that brand, and only where they do."""

import classifiers
from classifiers import adapt, labels
from classifiers.adapt import Lesson
from classifiers.model import TriageClassifier
from listener.model import Intent

DEFECTS = [f"rama kwilczy od {n} dni" for n in range(40)]
OTHERS = [f"rama stoi w sklepie numer {n} przy ulicy" for n in range(40)]


def lessons(model: TriageClassifier) -> list[Lesson]:
    texts = [text for pair in zip(DEFECTS, OTHERS, strict=True) for text in pair]
    return [
        Lesson(text=text, confidence=opinion.confidence, known={"complaint": text in DEFECTS})
        for text, opinion in zip(texts, model.classify(texts), strict=True)
    ]


def test_a_word_of_the_trade_is_learned() -> None:
    model = classifiers.load()
    learned = adapt.learn(lessons(model))
    new, old = "Ich rama kwilczy", "Rama stoi w magazynie"
    found = [learned.apply(o, t, model.thresholds) for t, o in zip((new, old), model.classify([new, old]), strict=True)]
    assert Intent.COMPLAINT in found[0].intents
    assert Intent.COMPLAINT not in found[1].intents
    assert found[0].model.endswith("+brand")
    assert abs(sum(found[0].confidence[name] for name in labels.SENTIMENTS) - 1) < 0.01


def test_no_lessons_change_nothing() -> None:
    model = classifiers.load()
    (opinion,) = model.classify(["Okna w porządku"])
    assert adapt.learn([]).apply(opinion, "Okna w porządku", model.thresholds) == opinion


def test_lessons_by_chance_are_not_believed() -> None:
    model = classifiers.load()
    texts = ["to samo zdanie"] * 40
    (opinion,) = model.classify(texts[:1])
    by_chance = [
        Lesson(text=text, confidence={"complaint": 0.5}, known={"complaint": at % 2 == 0})
        for at, text in enumerate(texts)
    ]
    assert adapt.learn(by_chance).apply(opinion, texts[0], model.thresholds).intents == opinion.intents


def test_few_lessons_teach_nothing() -> None:
    model = classifiers.load()
    assert not adapt.learn(lessons(model)[: adapt.ENOUGH - 1]).shifts
