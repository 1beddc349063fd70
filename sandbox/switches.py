"""What a test or a bench can make the stand-in do differently: slow, throttled, failing, forgetful."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Fault = str
"""`500`, `429`, `timeout_after_act` or `cut_after_act`; `OperationName:fault` waits for that operation."""


class DeliverySwitches(BaseModel):
    """How webhooks go wrong. The shares are chances from 0 to 1 for each delivery (`true` counts as 1)."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = True
    """Off: nothing is sent and nothing is lost; all waits for `enabled` or for a flush."""
    duplicate: float = Field(default=0.0, ge=0, le=1)
    delay_seconds: float = Field(default=0.0, ge=0)
    reorder: bool = False
    """Deliveries are held back by a random part of two seconds each, so they overtake one another."""
    lose: float = Field(default=0.0, ge=0, le=1)
    wrong_signature: float = Field(default=0.0, ge=0, le=1)
    retry_seconds: float = Field(default=2.0, gt=0)
    """Wait before the first of the eight repeats; each further wait is twice as long. Shopify's own span is four
    hours.
    """


class Switches(BaseModel):
    model_config = ConfigDict(extra="forbid")

    latency_ms: float = Field(default=100.0, ge=0)
    """Added to each Admin API answer."""
    bulk_seconds: float = Field(default=0.3, ge=0)
    """Time that the store takes to create 250 codes."""
    bulk_parallel: int = Field(default=2, ge=1)
    restore_rate: float | None = Field(default=None, gt=0)
    """Cost points a second; None leaves it to each store's plan."""
    bucket: float | None = Field(default=None, gt=0)
    """Size of the cost bucket; None is twenty seconds of the restore rate."""
    access_token_seconds: int = Field(default=3600, ge=1)
    refresh_token_seconds: int = Field(default=90 * 24 * 3600, ge=1)
    token_stall_seconds: float = Field(default=0.0, ge=0)
    """The token endpoint acts, then waits this long before it answers."""
    graphql_stall_seconds: float = Field(default=20.0, ge=0)
    """How long `timeout_after_act` keeps the caller waiting."""
    graphql_fail_next: list[Fault] = []
    keep_otherwise: dict[str, Any] = {}
    """Fields of a discount's input that the store keeps so, whatever was asked, for example {"usageLimit": null}."""
    combining: Literal["enforced", "ignored"] = "enforced"
    """Whether checkout refuses several codes that their discounts do not allow together."""
    deliveries: DeliverySwitches = DeliverySwitches()

    def changed(self, body: dict[str, Any]) -> "Switches":
        """These switches with the given ones turned. Raises pydantic's ValidationError on an unknown or impossible
        one.
        """
        merged = self.model_dump()
        merged["deliveries"].update(body.get("deliveries", {}))
        merged.update({name: value for name, value in body.items() if name != "deliveries"})
        return Switches.model_validate(merged)

    def take_fault(self, operation: str) -> str | None:
        """The next fault planned for this operation, used up by asking."""
        for index, entry in enumerate(self.graphql_fail_next):
            wanted, _, fault = entry.rpartition(":")
            if wanted in ("", operation):
                del self.graphql_fail_next[index]
                return fault
        return None
