"""WHO must know: limits, failed checks and stale sources become one message per cause and owner."""
