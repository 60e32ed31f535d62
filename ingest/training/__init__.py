"""Trains the files of `knowledge/model/` from open data: `python -m ingest.training`.

Needs SciPy, and for a good start a small English sentence encoder (the extra `training`). Nothing
here runs when the assistant does.
"""
