"""A forum that lives in memory and misbehaves as forums do, with pages for the kinds that read it."""
