"""The core: words, decisions, storage, use cases, doors. See docs/architecture.md."""
