"""People as files name them: by external id, e-mail address or handle."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.bulk import among
from app.influencers.models import Influencer

NOBODY = "Nobody in your list has this external id, e-mail address or handle."


class People:
    """Remembers whom it has looked up. Handles are read once for all: they have no index of their own."""

    def __init__(self, workspace_id: int) -> None:
        self._workspace_id = workspace_id
        self._found: dict[str, list[int]] = {}
        self._handles: dict[str, list[int]] | None = None

    def learn(self, session: Session, names: Sequence[str]) -> None:
        """External ids count first, then addresses, then handles."""
        unknown = {name for name in names if name and name not in self._found}
        if not unknown:
            return
        mine = (Influencer.workspace_id == self._workspace_id, Influencer.archived_at.is_(None))
        query = select(Influencer.id, Influencer.external_id).where(*mine)
        for id, external_id in session.execute(query.where(among(session, Influencer.external_id, sorted(unknown)))):
            self._found.setdefault(external_id or "", []).append(id)
        self._learn_addresses(session, sorted(name for name in unknown if name not in self._found and "@" in name[1:]))
        for name in unknown:
            if name not in self._found:
                self._found[name] = self._by_handle(session).get(_plain(name), [])

    def _learn_addresses(self, session: Session, names: Sequence[str]) -> None:
        if not names:
            return
        wanted = {name.lower(): name for name in names}
        rows = session.execute(
            select(Influencer.id, func.lower(Influencer.email)).where(
                Influencer.workspace_id == self._workspace_id,
                Influencer.archived_at.is_(None),
                func.lower(Influencer.email).in_(list(wanted)),
            )
        )
        for id, email in rows:
            self._found.setdefault(wanted[email], []).append(id)

    def _by_handle(self, session: Session) -> dict[str, list[int]]:
        if self._handles is None:
            self._handles = {}
            rows = session.execute(
                select(Influencer.id, Influencer.handles).where(
                    Influencer.workspace_id == self._workspace_id, Influencer.archived_at.is_(None)
                )
            )
            for id, handles in rows:
                for name in {_plain(str(handle.get("handle", ""))) for handle in handles} - {""}:
                    self._handles.setdefault(name, []).append(id)
        return self._handles

    def find(self, name: str) -> tuple[int | None, str]:
        """(the person, what is wrong): one of the two. The name must have been learnt."""
        ids = self._found.get(name, [])
        if not ids:
            return None, NOBODY
        if len(ids) > 1:
            return None, f"{len(ids)} people in your list answer to this. Use their external id."
        return ids[0], ""


def _plain(handle: str) -> str:
    return handle.strip().removeprefix("@").casefold()
