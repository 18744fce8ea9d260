"""Which parts of a perceptual hash find all that are near-same, among however many (几乎相同). Pure.

The 64 bits are cut into bands of 20, 20 and 24. Two hashes that differ in at most six bits differ in at most one bit of
the first band, or one of the second, or two of the third; else it were 2 + 2 + 3 bits. So whatever is near-same has,
in some band, one of few values (21, 21 or 301), each of which an index finds: multi-index hashing (Norouzi, Punjani and
Fleet, “Fast Search in Hamming Space with Multi-Index Hashing”, CVPR 2012).
"""

from dataclasses import dataclass
from itertools import combinations

NEAR_SAME_BITS = 6
"""[D] Perceptual hashes that differ in at most so many of 64 bits are of near-same pictures."""
DIGIT_BITS = 4


@dataclass(frozen=True)
class Band:
    """Some of a hash's hexadecimal digits, and in how many bits a near-same one may differ there."""

    start: int
    digits: int
    slack: int

    def of(self, phash: str) -> str:
        """This part of a hash."""
        return phash[self.start : self.start + self.digits]

    def around(self, phash: str) -> list[str]:
        """All values of this part that differ from the hash's own in at most ``slack`` bits, its own among them."""
        own, places = int(self.of(phash), 16), range(self.digits * DIGIT_BITS)
        changed = (flips for bits in range(self.slack + 1) for flips in combinations(places, bits))
        return [f"{own ^ sum(1 << place for place in flips):0{self.digits}x}" for flips in changed]


BANDS = (Band(0, 5, slack=1), Band(5, 5, slack=1), Band(10, 6, slack=2))
