"""`listener demo`: a small living world on loopback, and the whole service listening to it. No credentials needed.

content reads config/demo; world says what is there at a moment; board, reviews and page are its three sites; slack
stands in for Slack; run puts all of it beside the service.
"""
