"""Campaigns: make, edit, activate, end."""

from __future__ import annotations

from app.campaigns.released import Released, released_to

__all__ = ["Released", "released_to"]
