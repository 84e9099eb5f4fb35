"""What leaves the house: suggestions, Slack, published replies."""
