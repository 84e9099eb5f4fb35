"""Servers that stand in for places on the net: built from public facts, for tests and the demo. No product code here;
each says what it was built from, and what of it nobody could check against the real thing."""
