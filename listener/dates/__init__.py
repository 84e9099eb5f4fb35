"""Dates as boards print them: absolute and relative, with and without zone, year or clock.

read() never guesses: an order of day and month that cannot be told, a clock time that happens twice or never on that
day, or a year outside what a post can have gives None. The caller keeps the raw text. read_thread() knows more than
read(), because the posts of a page show how their board writes dates and stand in the order of time.
"""

from listener.dates.finding import find_date
from listener.dates.reading import exactly, parse_date, read
from listener.dates.terms import LONGEST, Order, When
from listener.dates.threads import learn_order, read_thread, told_order

__all__ = [
    "LONGEST", "Order", "When", "exactly", "find_date", "learn_order", "parse_date", "read", "read_thread",
    "told_order",
]  # fmt: skip
