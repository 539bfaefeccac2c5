"""One path = one endless run of complete lines."""
