"""The product's own words in messages, by language. The merchant's are theirs."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français"}
FIRST = "en"

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "unsubscribe": "Unsubscribe from these messages",
        "open_link": "Open the link",
        "open_page": "Open your page",
        "free_shipping": "free shipping",
        "link_subject": "Your link to your page at {{store_name}}",
        "link_text": "Here is the link to your own page at {{store_name}} again:\n\n{{portal_link}}\n\n"
        "Whoever has the link can open the page: keep it to yourself. "
        "If you did not ask for it, there is nothing to do.",
    },
    "de": {
        "unsubscribe": "Diese Nachrichten abbestellen",
        "open_link": "Link öffnen",
        "open_page": "Deine Seite öffnen",
        "free_shipping": "kostenloser Versand",
        "link_subject": "Dein Link zu deiner Seite bei {{store_name}}",
        "link_text": "Hier ist noch einmal der Link zu deiner Seite bei {{store_name}}:\n\n{{portal_link}}\n\n"
        "Wer den Link hat, kann die Seite öffnen: Gib ihn nicht weiter. "
        "Wenn du ihn nicht angefordert hast, musst du nichts tun.",
    },
    "es": {
        "unsubscribe": "Dejar de recibir estos mensajes",
        "open_link": "Abrir el enlace",
        "open_page": "Abrir tu página",
        "free_shipping": "envío gratis",
        "link_subject": "Tu enlace a tu página en {{store_name}}",
        "link_text": "Aquí tienes de nuevo el enlace a tu página en {{store_name}}:\n\n{{portal_link}}\n\n"
        "Quien tenga el enlace puede abrir la página: no lo compartas. Si no lo has pedido, no tienes que hacer nada.",
    },
    "fr": {
        "unsubscribe": "Ne plus recevoir ces messages",
        "open_link": "Ouvrir le lien",
        "open_page": "Ouvrir ta page",
        "free_shipping": "livraison gratuite",
        "link_subject": "Ton lien vers ta page chez {{store_name}}",
        "link_text": "Voici à nouveau le lien vers ta page chez {{store_name}} :\n\n{{portal_link}}\n\n"
        "Toute personne qui a ce lien peut ouvrir la page : garde-le pour toi. "
        "Si tu ne l'as pas demandé, tu n'as rien à faire.",
    },
}


def words(language: str) -> Mapping[str, str]:
    return _WORDS[language]


def nearest(*asked: str) -> str:
    """The first of the languages asked for (de, pt-BR, es_MX …) that we speak, else the first of ours."""
    for one in asked:
        short = one.replace("_", "-").partition("-")[0].lower()
        if short in LANGUAGES:
            return short
    return FIRST
