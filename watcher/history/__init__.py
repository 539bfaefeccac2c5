"""Bounded memory of every log."""
