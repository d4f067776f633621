"""Finders for equations."""
