"""Real local servers that stand in for other people's services, kept apart from product code."""
