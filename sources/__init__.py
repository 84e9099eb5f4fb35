"""One module per kind of place we crawl. Each knows layer 0 of the core and nothing else of ours."""
