"""Documents in, index out: the only writer of an index."""
