"""/metrics: requests by route, and how far behind each queue of ours is."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from app.clock import now
from app.db import reading
from app.events import EventPending
from app.roster.models import RosterPush
from webhooks.models import Delivery


class Backlog(Collector):
    """Asked of the database at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with reading() as session:
            waiting, oldest = session.execute(
                select(func.count(), func.min(Delivery.received_at)).where(Delivery.state == 0)
            ).one()
            events = session.scalar(select(func.count()).select_from(EventPending))
            pushes = dict(session.execute(select(RosterPush.state, func.count()).group_by(RosterPush.state)).all())
        age = (now() - oldest).total_seconds() if oldest else 0
        yield GaugeMetricFamily("shoutcode_inbox_waiting", "Deliveries not worked yet.", value=waiting)
        yield GaugeMetricFamily("shoutcode_inbox_oldest_seconds", "Age of the oldest of them.", value=age)
        yield GaugeMetricFamily("shoutcode_events_pending", "Events the relay has not looked at.", value=events or 0)
        for state in ("waiting", "stuck"):
            yield GaugeMetricFamily(
                f"shoutcode_roster_pushes_{state}", f"Events for the roster: {state}.", value=pushes.get(state, 0)
            )


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(Backlog())
        self.seconds = Histogram(
            "shoutcode_request_seconds", "Time to answer.", ["route", "method", "status"], registry=self.registry
        )
