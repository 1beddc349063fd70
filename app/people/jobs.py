"""What is left to do after a merge or an erasure. Each step may be repeated; the sweep finds what was cut short."""

from __future__ import annotations

import structlog

from app.db import reading, transaction
from app.db.locks import PEOPLE, alone
from app.people import erasing, merging

log = structlog.get_logger()


def forget(influencer_id: int) -> None:
    """Empties the events that tell of an erased person, in short transactions."""
    after: int | None = 0
    while after is not None:
        with transaction() as session:
            after = erasing.forget_events(session, influencer_id, after)


def sweep() -> None:
    with reading() as session:
        left = [(row.workspace_id, row.id, row.merged_into_id) for row in merging.unsettled(session)]
        erased = erasing.unforgotten(session)
    for workspace_id, old, new in left:
        with transaction() as session:
            alone(session, PEOPLE, workspace_id)
            merging.move(session, workspace_id, old, new or old)
        log.info("merge_settled", influencer_id=new)
    for id in erased:
        forget(id)
