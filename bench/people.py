"""Influencers in numbers, written straight into the database: what a roster of that size leaves there."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.clock import now
from app.codes.patterns import Person
from app.influencers.models import Influencer
from app.tables import load

NAMES = 500


def add_people(session: Session, workspace_id: int, count: int) -> list[Person]:
    load()
    at = now()
    names = [f"{start}{middle}{end}" for start in "BDFGKLMNPR" for middle in ("a", "e", "i", "o", "u")
             for end in ("na", "ra", "lin", "mo", "ssa", "ndo", "vi", "rk", "y", "lle")]
    people = [Person(number, first_name=names[number % NAMES]) for number in range(1, count + 1)]
    same = {"workspace_id": workspace_id, "source": "bench", "created_at": at, "updated_at": at}
    session.execute(insert(Influencer), [
        {**same, "id": person.id, "external_id": str(person.id), "first_name": person.first_name} for person in people
    ])
    return people
