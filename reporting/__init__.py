"""WHAT people look at: the certificate of a run."""
