"""Memory while much is read: large blocks go back to the system when they are freed, and garbage is looked for rarely.

Batches of some megabytes are made in one thread and freed in another. glibc then raises the size from which it maps
a block by itself, keeps what was freed in its heaps, and the process grows: reading 1.6 GB peaked at 530 to 710 MB,
and peaks at 330 to 440 MB with a fixed size (docs/decisions/0010-reading-sources.md).
"""

import ctypes
import gc
import sys

M_MMAP_THRESHOLD = -3  # mallopt(3)
MAPPED_BYTES = 1 << 20


def return_large_blocks() -> None:
    """Fixes the size from which blocks are mapped. Other systems than Linux with glibc are left as they are."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES)


def collect_rarely() -> None:
    """A driver makes a tuple per row, and none of them is garbage in a circle: looking for such costs a tenth."""
    gc.set_threshold(100_000, 20, 100)
