"""Reproducible randomness that survives a longer horizon.

Each named draw has a generator of its own and is used for one array. A longer array begins with
the values of a shorter one, so a company that lives on keeps its past.
"""

import zlib

import numpy as np


class Draws:
    """Random arrays by name for one chunk of one company."""

    def __init__(self, seed: int, chunk: int) -> None:
        self.seed = seed
        self.chunk = chunk

    def generator(self, name: str, *numbers: int) -> np.random.Generator:
        key = [self.seed, self.chunk + 2, zlib.crc32(name.encode()), *numbers]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))

    def uniform(self, name: str, count: int, *numbers: int) -> np.ndarray:
        """Numbers in [0, 1)."""
        return self.generator(name, *numbers).random(count)

    def normal(self, name: str, count: int, *numbers: int) -> np.ndarray:
        return self.generator(name, *numbers).standard_normal(count)

    def gamma(self, name: str, shape: float, count: int, *numbers: int) -> np.ndarray:
        """Gamma with mean 1."""
        return self.generator(name, *numbers).standard_gamma(shape, count) / shape

    def whole(self, name: str, low: int, high: int, count: int, *numbers: int) -> np.ndarray:
        """Whole numbers low..high, both included."""
        return low + (self.uniform(name, count, *numbers) * (high - low + 1)).astype(np.int64)

    def chance(self, name: str, probability: np.ndarray | float, count: int, *numbers: int) -> np.ndarray:
        return self.uniform(name, count, *numbers) < probability

    def choice(self, name: str, weights: list[float], count: int, *numbers: int) -> np.ndarray:
        """Positions 0..k-1 with these weights."""
        edges = np.cumsum(np.array(weights, dtype=float) / sum(weights))
        return np.minimum(np.searchsorted(edges, self.uniform(name, count, *numbers), side="right"), len(weights) - 1)
