"""Retrieval: lemmas that may help with a goal, and steps that helped with similar ones."""
