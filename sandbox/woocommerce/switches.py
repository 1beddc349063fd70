"""What a test or a bench can make one WooCommerce store do differently: slow, failing, few workers, careless."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Fault = str
"""`500`, `503`, `429`, `301`, `html`, `cut_after_act` or `timeout_after_act`; "POST coupons/batch:fault" waits for that
request ("POST /coupons" for a route of the plugin).
"""


class WooSwitches(BaseModel):
    model_config = ConfigDict(extra="forbid")

    latency_ms: float = Field(default=20.0, ge=0)
    """Of each REST request."""
    create_ms: float = Field(default=5.0, ge=0)
    """Of each coupon made by WooCommerce's own classes. A real store took 7 to 50 ms."""
    update_ms: float = Field(default=2.0, ge=0)
    delete_ms: float = Field(default=3.0, ge=0)
    plugin_ms: float = Field(default=0.1, ge=0)
    """Of each coupon that the companion plugin makes."""
    workers: int = Field(default=6, ge=1)
    """PHP workers: requests beyond them wait."""
    fail_next: list[Fault] = []
    stall_seconds: float = Field(default=20.0, ge=0)
    """How long `timeout_after_act` keeps the caller waiting."""
    skew: dict[str, Any] = {}
    """Fields that the store keeps otherwise than asked, as other plugins make it do."""
    race_seconds: float = Field(default=0.0, ge=0)
    """How long a request waits between its check of a code and the insert for another one to come to the same place:
    then both have found the code free.
    """
    tls: bool = True
    """Off: WordPress does not know that it is on TLS, and refuses keys by Basic."""
    safe_ports: bool = False
    """On: WordPress' rule for addresses holds on this machine too (a public host; port 80, 443 or 8080)."""
    cron_seconds: float | None = Field(default=2.0, ge=0)
    """Wait before the queue of webhooks runs; None: nobody visits, so it never does (until it is run by hand)."""
    webhook_seconds: float = Field(default=60.0, gt=0)
    """How long a receiver may take."""
    push_retry_seconds: float = Field(default=2.0, gt=0)
    """Wait before a push of the plugin is tried again; each further wait is twice as long. Its own is a minute."""

    def changed(self, body: dict[str, Any]) -> "WooSwitches":
        """These switches with the given ones turned. Raises pydantic's ValidationError."""
        return WooSwitches.model_validate({**self.model_dump(), **body})

    def take_fault(self, request: str) -> Fault | None:
        """The next fault planned for this request ("POST coupons/batch"), used up by asking."""
        for index, entry in enumerate(self.fail_next):
            wanted, _, fault = entry.rpartition(":")
            if wanted in ("", request):
                del self.fail_next[index]
                return fault
        return None
