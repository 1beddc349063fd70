"""Campaigns: incentives, stages, members and their promotion."""
