"""WHAT comes in: the contract, the source files, the readers, the change log."""
