"""A text file of any encoding, zipped or not, as UTF-8 a piece at a time."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ingestion.readers.bad_file import BadFileError
from ingestion.source_models import FileOptions

CHUNK = 4 << 20


def open_binary(path: Path) -> BinaryIO:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def utf8_chunks(
    path: Path, options: FileOptions, size: int = CHUNK, errors: str = "strict"
) -> Iterator[tuple[bytes, bool]]:
    """(UTF-8, whether it is the last) of the file, without byte order mark.

    Raises BadFileError at the first byte that is no text of the encoding, with its line.
    """
    decoder, lines, first, after_cr = codecs.getincrementaldecoder(options.encoding)(errors), 1, True, False
    try:
        with open_binary(path) as stream:
            final = False
            while not final:
                chunk = stream.read(size)
                final = not chunk
                text = decoder.decode(chunk, final)
                if first and text:
                    text, first = text.removeprefix("\ufeff"), False
                lines += _line_ends(text) - (after_cr and text.startswith("\n"))
                after_cr = text.endswith("\r") if text else after_cr
                yield text.encode(), final
    except UnicodeDecodeError as error:
        before = codecs.getincrementaldecoder(options.encoding)("replace").decode(error.object[: error.start])
        raise BadFileError(
            f"{path.name} line {lines + _line_ends(before)} is not {options.encoding} text; "
            f"set encoding to what the file was saved in, such as {likely_encoding(path)}"
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise BadFileError(f"{path.name} cannot be unpacked or read: {error}") from None


def _line_ends(text: str) -> int:
    """How many lines end in the text: with a line feed, a carriage return, or both."""
    returns = text.count("\r")
    return text.count("\n") + (returns - text.count("\r\n") if returns else 0)


def likely_encoding(path: Path) -> str:
    """What the file's first bytes say; else what Excel writes in China."""
    with open_binary(path) as stream:
        return "utf-16" if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "gb18030"
