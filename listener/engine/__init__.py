"""The engines: what makes the use cases run by themselves."""
