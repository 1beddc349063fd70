"""What people keep of their tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, big_id, pk


class SavedView(Base):
    """The influencer table as somebody arranged it, for everybody in the workspace."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("workspace_id", "name_key"),)

    id: Mapped[pk]
    workspace_id: Mapped[int] = mapped_column(big_id, ForeignKey("workspace.id"))
    name: Mapped[str] = mapped_column(String(60))
    name_key: Mapped[str] = mapped_column(String(180))
    """The name, case folded: unique in the workspace."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """{"filter", "sort", "offers", "fields"}: see saved_views.Content."""
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    """The view that the table opens with; one of a workspace at most."""
    created_by: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
