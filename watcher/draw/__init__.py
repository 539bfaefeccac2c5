"""A window of history -> PNG bytes; pure functions."""
