"""How fast a store may be asked: Shopify's leaky bucket, kept in step by all workers through the queue's server.

The bucket is a forecast that saves refused requests; Shopify's own THROTTLED answer stays the truth. While the shared
memory is away each process keeps its own.
"""

from __future__ import annotations

import random
import threading
import time
from typing import Any

from app.platforms.port import Failure, PlatformError
from app.queue import run_shared

UNKNOWN_COST = 20.0
"""Points reserved for an operation whose price Shopify has not told yet."""
_LOOK_AGAIN = 5.0

# KEYS[1] the bucket {left, at, rate, most}; ARGV: now, cost. Answers the seconds to wait, "0" when the cost was taken.
_RESERVE = """
local bucket = redis.call('HMGET', KEYS[1], 'left', 'at', 'rate', 'most')
if not bucket[1] then return '0' end
local now, cost = tonumber(ARGV[1]), tonumber(ARGV[2])
local rate, most = tonumber(bucket[3]), tonumber(bucket[4])
local left = math.min(most, tonumber(bucket[1]) + math.max(0, now - tonumber(bucket[2])) * rate)
if cost > most then cost = most end
if left < cost then return tostring((cost - left) / rate) end
redis.call('HSET', KEYS[1], 'left', tostring(left - cost), 'at', tostring(math.max(now, tonumber(bucket[2]))))
return '0'
"""
# KEYS[1] the bucket; ARGV: now, left, rate, most as Shopify has just told.
_LEARN = """
redis.call('HSET', KEYS[1], 'left', ARGV[2], 'at', ARGV[1], 'rate', ARGV[3], 'most', ARGV[4])
redis.call('EXPIRE', KEYS[1], 600)
return '0'
"""

_costs: dict[str, float] = {}
_lock = threading.Lock()
_own: dict[str, dict[str, float]] = {}
_shared_again_at = 0.0


class Pace:
    """The pace of one store; `shop` names it among all workers."""

    def __init__(self, shop: str) -> None:
        self._key = f"shoutcode:pace:{shop}"

    def reserve(self, operation: str, give_up_at: float) -> None:
        """Waits until the store has points left for this operation. Raises THROTTLED where that takes too long."""
        cost = _costs.get(operation, UNKNOWN_COST)
        while (seconds := self._reserve(cost)) > 0:
            if time.monotonic() + seconds > give_up_at:
                raise PlatformError(
                    Failure.THROTTLED, "Shopify asks us to slow down.", can_retry=True, retry_after=seconds
                )
            # A little more, so that those who wait do not all come back in one instant.
            time.sleep(min(seconds, 5.0) + random.uniform(0, 0.02))

    def learn(self, operation: str, cost: dict[str, Any]) -> None:
        """From `extensions.cost` of an answer."""
        status = cost.get("throttleStatus") or {}
        try:
            left, rate = float(status["currentlyAvailable"]), float(status["restoreRate"])
            most = float(status["maximumAvailable"])
            if cost.get("requestedQueryCost") is not None:
                _costs[operation] = float(cost["requestedQueryCost"])
        except (KeyError, TypeError, ValueError):
            return
        if rate <= 0:
            return
        now = time.time()
        if _shared(_LEARN, self._key, now, left, rate, most) is None:
            with _lock:
                _own[self._key] = {"left": left, "at": now, "rate": rate, "most": most}

    @staticmethod
    def wait_for(cost: dict[str, Any]) -> float:
        """Seconds until a THROTTLED call can go through, by what the refusal says."""
        status = cost.get("throttleStatus") or {}
        try:
            short = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
            seconds = short / float(status["restoreRate"])
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            seconds = 1.0
        return max(0.2, seconds) + random.uniform(0, 0.1)

    def _reserve(self, cost: float) -> float:
        answer = _shared(_RESERVE, self._key, time.time(), cost)
        return float(answer) if answer is not None else self._reserve_alone(cost)

    def _reserve_alone(self, cost: float) -> float:
        with _lock:
            bucket = _own.get(self._key)
            if bucket is None:
                return 0.0
            now = time.time()
            left = min(bucket["most"], bucket["left"] + max(0.0, now - bucket["at"]) * bucket["rate"])
            cost = min(cost, bucket["most"])
            if left < cost:
                return (cost - left) / bucket["rate"]
            bucket["left"], bucket["at"] = left - cost, now
            return 0.0


def _shared(script: str, key: str, *arguments: float) -> bytes | None:
    """None while the shared memory is away; it is asked again after some seconds, not for every call."""
    global _shared_again_at
    if time.monotonic() < _shared_again_at:
        return None
    answer = run_shared(script, key, *arguments)
    if answer is None:
        _shared_again_at = time.monotonic() + _LOOK_AGAIN
    return answer
