"""The leaky bucket of cost points, one for each store (the sandbox has one app)."""

import time
from dataclasses import dataclass, field


@dataclass
class Bucket:
    """Level is kept as "spent points still to flow off", so a change of size or rate counts from now on."""

    spent: float = 0.0
    at: float = field(default_factory=time.monotonic)

    def available(self, size: float, rate: float) -> float:
        now = time.monotonic()
        self.spent = max(0.0, self.spent - (now - self.at) * rate)
        self.at = now
        return size - self.spent

    def take(self, points: float) -> None:
        """Points may be negative: what was reserved too much comes back."""
        self.spent = max(0.0, self.spent + points)
