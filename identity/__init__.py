"""WHO is who: normalisation, linking, stable keys."""
