"""What arrived, each letter once by arrival, newest kept; and the SMTP server that takes it."""

import socket
from contextlib import closing
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import orjson
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.clock import fine_stamp, now
from sandbox.journal import Journal

KEPT = 500
"""Letters remembered whole; of older ones the count alone."""
NEXT_TO = 15
"""The server's port is so far above the sandbox's own, where that one is free."""


class MailBox:
    def __init__(self, journal: Journal, sandbox_port: int) -> None:
        self._journal = journal
        self._wanted_port = sandbox_port + NEXT_TO
        self._server: Controller | None = None
        self.letters: list[dict[str, Any]] = []
        self.count = 0
        self.refusals: dict[str, str] = {}
        """Answers to letters for an address, for example {"gone@example.com": "550 5.1.1 No such user"}."""
        self.host, self.port = "127.0.0.1", 0

    def load(self) -> None:
        self.letters = sorted((orjson.loads(body) for _, body in self._journal.load("mail")), key=_number)
        self.count = max((_number(letter) for letter in self.letters), default=0)

    def start(self) -> None:
        self.port = _free_port(self.host, self._wanted_port)
        self._server = Controller(_Handler(self), hostname=self.host, port=self.port, ready_timeout=10)
        self._server.start()

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    def keep(self, sender: str, recipient: str, content: bytes) -> None:
        mail: EmailMessage = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        self.count += 1
        letter = {
            "number": self.count,
            "at": fine_stamp(now()),
            "sender": sender,
            "to": recipient,
            "from": str(mail["From"]),
            "subject": str(mail["Subject"]),
            "headers": [[name, str(value)] for name, value in mail.items()],
            "text": _body(mail, "plain"),
            "html": _body(mail, "html"),
        }
        self.letters.append(letter)
        self._journal.save("mail", letter["number"], lambda: orjson.dumps(letter))
        for old in self.letters[:-KEPT]:
            self._journal.delete("mail", old["number"])
        del self.letters[:-KEPT]

    def empty(self) -> None:
        for letter in self.letters:
            self._journal.delete("mail", letter["number"])
        self.letters, self.refusals = [], {}


class _Handler:
    """What aiosmtpd asks; its thread is not the world's."""

    def __init__(self, box: MailBox) -> None:
        self._box = box

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._box.refusals.get(address.lower()):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        for recipient in envelope.rcpt_tos:
            self._box.keep(envelope.mail_from or "", recipient, content)
        return "250 OK"


def _number(letter: dict[str, Any]) -> int:
    return int(letter["number"])


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _free_port(host: str, wanted: int) -> int:
    for port in (wanted, 0):
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free")
