"""Whether an edition is what was frozen."""

from __future__ import annotations

from hashlib import sha256


def checksum(content: str) -> str:
    return sha256(content.encode()).hexdigest()
