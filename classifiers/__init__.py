"""What a text says: language, sentiment, intents, urgency, topics; and how that is learned and measured."""
