"""The merge tags there are, what each stands for, and an example of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TagInfo:
    name: str
    meaning: str
    example: str
    link: bool = False
    """An address: it may stand in an HTML attribute."""


TAGS = (
    TagInfo("first_name", "their first name", "María-José"),
    TagInfo("last_name", "their last name", "García"),
    TagInfo("name", "their name as the list shows it", "María-José García"),
    TagInfo("handle", "their first handle, without @", "mariajose"),
    TagInfo("code", "their code", "MARIAJOSE15"),
    TagInfo("share_link", "the link that applies the code in the store", "https://shop.example/discount/MARIAJOSE15",
            link=True),
    TagInfo("old_code", "the code that theirs replaces, after a rotation", "MARIA15"),
    TagInfo("value", "what the code gives", "15%"),
    TagInfo("offer_name", "the offer's name, or the incentive's", "Winter launch"),
    TagInfo("offer_title", "what shoppers see of the offer", "Winter 15"),
    TagInfo("minimum", "the least that an order must come to", "€40.00"),
    TagInfo("starts_on", "the day the code starts to work, in the store's time zone", "November 1, 2026"),
    TagInfo("ends_on", "the last day the code works, in the store's time zone", "December 31, 2026"),
    TagInfo("campaign_name", "the campaign of the incentive", "Winter creators"),
    TagInfo("incentive", "the incentive's description", "A jacket of your choice"),
    TagInfo("commission_rate", "their commission", "10%"),
    TagInfo("store_name", "the store's name", "Aurora Skincare"),
    TagInfo("portal_link", "their own page with code, QR code and results", "https://codes.example/c/…", link=True),
    TagInfo("unsubscribe_link", "the address that ends messages (the footer has it already)",
            "https://codes.example/u/…", link=True),
)  # fmt: skip
NAMES = tuple(tag.name for tag in TAGS)
LINKS = frozenset(tag.name for tag in TAGS if tag.link)
OF_CODE = frozenset({"code", "share_link"})
"""Tags that hand out the code: they are only told while it works."""
EXAMPLES = {tag.name: tag.example for tag in TAGS}
