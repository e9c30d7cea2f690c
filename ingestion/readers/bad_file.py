"""What a file is set aside for."""


class BadFileError(Exception):
    """A file that cannot be read as it is: set aside whole, while the others load."""
