"""Columns of a file of people: what their names mean, and how a cell is read. Values in, values out.

The columns are the roster contract's, as the export writes them. An empty cell says nothing: it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from app.influencers.names import latin

ID = "shoutcode_id"
"""Our own number of a person, in exports: finds also those who have no external id."""
NETWORKS = ("instagram", "tiktok", "youtube")
"""Handles in a column of their own."""
FIELDS = (
    "external_id", "source", "first_name", "last_name", "display_name", "email", "handles", *NETWORKS, "tags",
    "groups", "stage", "country", "locale", "currency", "preferred_code", "commission_rate", "active",
    "consent_email", "consent_at", "consent_source", "notes", ID,
)  # fmt: skip
# Column names that people's own sheets have, letters and digits only; the field's own name always counts.
_NAMES = {
    "external_id": "id externalid influencerid creatorid memberid rosterid crmid recordid key number nummer uid",
    "source": "roster origin quelle",
    "first_name": "first firstname givenname forename vorname prenom nombre nome imie",
    "last_name": "last lastname surname familyname nachname nom apellido apellidos cognome nazwisko",
    "display_name": "name fullname displayname influencer creator influencername creatorname contact",
    "email": "emailaddress mail emailaddresse mailadresse correo courriel adresemail",
    "handles": "handle username user socialhandle socials social profile profiles accounts",
    "instagram": "instagramhandle instagramusername ig ighandle insta",
    "tiktok": "tiktokhandle tiktokusername tt",
    "youtube": "youtubehandle youtubechannel channel yt",
    "tags": "tag labels label schlagworte etiquetas",
    "groups": "group list lists segment segments gruppe gruppen grupo",
    "stage": "status rosterstage phase funnel",
    "country": "countrycode land pays pais paese kraj",
    "locale": "language lang sprache langue idioma lingua",
    "currency": "currencycode waehrung devise moneda valuta",
    "preferred_code": "code preferredcode discountcode coupon couponcode promocode vanitycode wunschcode",
    "commission_rate": "commission commissionpercent commissionrate rate provision comision",
    "active": "isactive enabled aktiv actif activo",
    "consent_email": "consent emailconsent optin newsletter marketingconsent",
    "consent_at": "consentdate optinat optindate",
    "consent_source": "optinsource",
    "notes": "note comment comments remarks notizen",
    ID: "shoutcode",
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in (field.replace("_", ""), *names.split())}
_LIST = re.compile(r"[;,\n|]+")
_YES = ("yes", "y", "true", "1", "x", "active", "ja", "oui", "si", "sim", "tak", "wahr", "vrai", "verdadero")
_NO = ("no", "n", "false", "0", "inactive", "archived", "nein", "non", "nie", "falsch", "faux", "falso")


def known(head: Sequence[str]) -> int:
    """How many of these column names mean something."""
    return len(propose(head))


def propose(head: Sequence[str]) -> dict[str, int]:
    """{field: place of its column}. The first column of a meaning takes it; without an id, the e-mail tells apart."""
    found: dict[str, int] = {}
    for exact in (True, False):
        for place, name in enumerate(head):
            letters = re.sub("[^a-z0-9]", "", latin(name))
            field = _FIELD_OF.get(letters)
            if field and place not in found.values() and (letters == field.replace("_", "")) is exact:
                found.setdefault(field, place)
    if "first_name" in found and "last_name" not in found and "display_name" in found:
        # "Vorname, Name": beside a first name, a bare name is the last one.
        found["last_name"] = found.pop("display_name")
    for other in ("email", "handles", *NETWORKS):
        if "external_id" not in found and ID not in found and other in found:
            found["external_id"] = found[other]
    return {field: found[field] for field in FIELDS if field in found}


def record(cells: Sequence[str], mapping: Mapping[str, int], *, by_letters: bool = False) -> dict[str, Any]:
    """What a row says, in the roster contract's words, unchecked. A cell that cannot be read stays as it is written.

    `by_letters`: see told_apart_by_letters().
    """
    said = {field: cells[place].strip() for field, place in mapping.items() if place < len(cells)}
    # A cell that the export kept from being run as a formula.
    said = {field: _unquoted(text) for field, text in said.items() if text}
    handles = [one for part in re.split("[;,\n]+", said.pop("handles", "")) if (one := _handle(part.strip()))]
    handles += [{**_handle(said.pop(name)), "platform": name} for name in NETWORKS if name in said]
    found: dict[str, Any] = dict(said)
    if handles:
        found["handles"] = handles
    for field in ("tags", "groups"):
        if field in said:
            found[field] = [label.strip() for label in _LIST.split(said[field]) if label.strip()]
    if "commission_rate" in said:
        found["commission_rate"] = _decimal(said["commission_rate"])
    if "active" in said:
        found["active"] = _truth(said["active"])
    consent = {name: found.pop(f"consent_{name}") for name in ("email", "at", "source") if f"consent_{name}" in said}
    if consent:
        found["consent"] = consent | ({"email": _truth(consent["email"])} if "email" in consent else {})
    if by_letters and "external_id" in said:
        found["external_id"] = said["external_id"].lower()
    return found


def handle_text(handle: Mapping[str, Any]) -> str:
    """One handle for a cell: instagram:ana followers=1200 url=https://… ; read back by record()."""
    extras = [f"{name}={handle[name]}" for name in ("followers", "url") if handle.get(name) not in (None, "")]
    return " ".join([f"{handle.get('platform') or ''}:{handle.get('handle')}".lstrip(":"), *extras])


def told_apart_by_letters(mapping: Mapping[str, int]) -> bool:
    """The id is an e-mail address or a handle: the same whatever its case."""
    return mapping.get("external_id") in [mapping[name] for name in ("email", "handles", *NETWORKS) if name in mapping]


def _unquoted(text: str) -> str:
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def _handle(text: str) -> dict[str, Any]:
    words = text.split()
    if not words:
        return {}
    if words[0].lower().startswith(("http://", "https://")):
        return _from_address(words[0])
    platform, colon, name = words[0].partition(":")
    extras = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    rest = " ".join(word for word in words[1:] if "=" not in word)
    # What does not belong there stays in, so that the field's own rule refuses it.
    handle = " ".join(filter(None, (name if colon else platform, rest)))
    return {"platform": platform.lower() if colon else "", "handle": handle, **extras}


def _from_address(address: str) -> dict[str, Any]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return {"handle": address}
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").split(".")[0]
    path = [part for part in parts.path.split("/") if part]
    return {"platform": host, "handle": (path[-1] if path else address).lstrip("@"), "url": address}


def _decimal(text: str) -> str:
    """12,5 % as 12.5."""
    bare = text.rstrip("% ").replace(" ", "").replace("\xa0", "")
    return bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare


def _truth(text: str) -> Any:
    word = latin(text)
    return True if word in _YES else False if word in _NO else text
