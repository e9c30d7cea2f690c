"""How fast, measured beside the limit or the peer in one run, with CPU seconds and peak memory."""
