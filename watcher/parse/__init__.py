"""A block of lines -> a batch of samples."""
