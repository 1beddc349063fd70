"""From a template and a person's values to a letter: subject, plain text, HTML. Pure.

HTML is made from the text unless the template has its own. It is simple on purpose: one column, the reader's own
colours in the dark, real links, nothing that a mail program has to fetch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from app.errors import FieldError, InvalidInput
from app.messages import merge
from app.messages.tags import LINKS, NAMES
from app.messages.words import words

MOST_TEXT = 20_000
MOST_HTML = 50_000
_HREF = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
# Around a value while a text is turned into HTML; values never hold these (values.line).
_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}([a-z_]+){_MIDDLE}([^{_CLOSE}]*){_CLOSE}")
_FORBIDDEN = re.compile(r"<\s*/?\s*(script|iframe|object|embed|form|input|base|meta|link|html|body|head)\b", re.I)
_HANDLER = re.compile(r"<[^>]*\s(on[a-z]+)\s*=", re.I)
_QUOTED = re.compile(r"=\s*(\"[^\"]*|'[^']*)$")


@dataclass(frozen=True, slots=True)
class Words:
    """What a template says; the parts that carry tags are checked by read()."""

    subject: str
    text: str
    html: str = ""
    disclosure: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


class Reader:
    """A template that was read once and is filled for many."""

    def __init__(self, said: Words) -> None:
        """Raises InvalidInput at subject, text, html or disclosure."""
        self.said = said
        faults: list[FieldError] = []
        self._subject = _read("subject", said.subject, faults)
        self._text = _read("text", said.text, faults)
        self._html = _read("html", said.html, faults)
        self._disclosure = _read("disclosure", said.disclosure, faults)
        faults += _html_faults(said.html)
        if faults:
            raise InvalidInput.at(*faults)
        self._parts = [self._subject, self._text, self._html, self._disclosure]

    def printed(self, values: Mapping[str, str]) -> set[str]:
        return set().union(*(part.printed(values) for part in self._parts))

    def blanks(self, values: Mapping[str, str]) -> list[str]:
        return list(dict.fromkeys(name for part in self._parts for name in part.blanks(values)))

    def letter(self, values: Mapping[str, str], footer: str) -> Letter:
        """`footer`: who writes, as plain text. The address in `unsubscribe_link` follows it."""
        subject = " ".join(self._subject.fill(values).split())
        disclosure = self._disclosure.fill(values).strip()
        # A section that was left out leaves its blank lines behind.
        text = re.sub(r"\n[ \t]*\n\s*\n", "\n\n", self._text.fill(values)).strip()
        end = [part for part in (disclosure, footer.strip()) if part]
        bye, out = words(self.said.language)["unsubscribe"], values.get("unsubscribe_link", "")
        plain = "\n\n".join([text, *(["-- \n" + "\n\n".join(end)] if end else [])]) + (
            f"\n\n{bye}: {out}" if out else ""
        )
        body = (
            self._html.fill(values, lambda _name, value: escape(value))
            if self.said.html.strip()
            else _as_html(self._text.fill(values, _marked), self.said.language)
        )
        return Letter(subject, plain + "\n", _page(subject, body, end, bye, out, self.said.language))


def _read(field: str, text: str, faults: list[FieldError]) -> merge.Template:
    try:
        return merge.parse(text, NAMES)
    except merge.Faulty as fault:
        faults.append(FieldError(field, str(fault)))
        return merge.Template([])


def _html_faults(html: str) -> list[FieldError]:
    """Mail programs drop these, and spam filters count them; a value may not end up in the inside of a tag."""
    if found := _FORBIDDEN.search(html):
        return [FieldError("html", f"Leave out <{found[1].lower()}>: this is the inside of the message only.")]
    if found := _HANDLER.search(html):
        return [FieldError("html", f"Leave out {found[1]}: mail programs run no scripts.")]
    for tag in re.finditer(r"\{\{\s*([^{}\n]*?)\s*\}\}", html):
        before = html[: tag.start()]
        inside = before[before.rfind("<") :]
        if "<" not in inside or ">" in inside:
            continue
        if tag[1] not in LINKS or not _QUOTED.search(inside):
            message = 'stands inside an HTML tag. Only a link may, in quotes: href="{{share_link}}".'
            return [FieldError("html", f"{tag[0]} {message}")]
    return []


def _marked(name: str, value: str) -> str:
    return f"{_OPEN}{name}{_MIDDLE}{value}{_CLOSE}"


def _as_html(marked: str, language: str) -> str:
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", marked.strip())]
    return "\n".join(_paragraph(part, language) for part in paragraphs if part)


def _paragraph(part: str, language: str) -> str:
    """A code or a link that stands alone is made easy to see and to touch."""
    alone = _MARKED.fullmatch(part)
    if alone and alone[1] in ("code", "old_code"):
        return f'<p class="code">{escape(alone[2])}</p>'
    if alone and alone[1] in LINKS:
        label = words(language)["open_page" if alone[1] == "portal_link" else "open_link"]
        return f'<p><a class="button" href="{escape(alone[2])}">{escape(label)}</a></p>'
    plain = _MARKED.sub(lambda found: found[2], part)
    linked, at = [], 0
    for found in _HREF.finditer(plain):
        linked += [escape(plain[at : found.start()]), f'<a href="{escape(found[0])}">{escape(found[0])}</a>']
        at = found.end()
    linked.append(escape(plain[at:]))
    return "<p>" + "".join(linked).replace("\n", "<br>\n") + "</p>"


_STYLE = """
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:24px 16px;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}
.letter{max-width:600px;margin:0 auto}
p{margin:0 0 16px}
.code{font:600 24px/1.4 ui-monospace,Menlo,Consolas,monospace;border:1px solid;border-radius:8px;padding:12px 16px}
.button{display:inline-block;border:2px solid;border-radius:8px;padding:10px 20px;font-weight:600;text-decoration:none}
.end{font-size:13px;margin-top:32px;padding-top:16px;border-top:1px solid}
""".strip().replace("\n", "")


def _page(subject: str, body: str, end: list[str], bye: str, out: str, language: str) -> str:
    lines = [f"<p>{escape(part)}</p>".replace("\n", "<br>\n") for part in end]
    if out:
        lines.append(f'<p><a href="{escape(out)}">{escape(bye)}</a></p>')
    foot = f'<div class="end">{"".join(lines)}</div>' if lines else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(subject)}</title><style>{_STYLE}</style></head>"
        f'<body><div class="letter" role="article" aria-label="{escape(subject)}" lang="{language}">\n'
        f"{body}\n{foot}</div></body></html>\n"
    )
