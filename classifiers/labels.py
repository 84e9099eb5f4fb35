"""The labels that are considered, in the order in which arrays keep them. Meaning: docs/model/guidelines.md."""

from listener.model import Intent, Sentiment, Topic, Urgency

INTENTS = tuple(intent.value for intent in Intent)
SENTIMENTS = tuple(sentiment.value for sentiment in Sentiment)
URGENCIES = tuple(urgency.value for urgency in Urgency)
TOPICS = tuple(topic.value for topic in Topic)

FLAGS = INTENTS + TOPICS
"""Labels that stand or fall each by itself."""

ALL = INTENTS + SENTIMENTS + URGENCIES + TOPICS
"""Every key of Classification.confidence."""
