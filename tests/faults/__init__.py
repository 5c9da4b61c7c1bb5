"""Faults of clusters, each with the cause that the smoke test has to name: `python -m tests.faults` prints them."""
