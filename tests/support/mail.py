"""A real SMTP server on this machine that counts, remembers, and fails where a test says so."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from scripts.processes import free_port


@dataclass
class FakeMailServer:
    """`refusals`: {address: answers to RCPT}, one used up a try; `after_data`: answers in place of 250, the same way.

    `cut`: addresses after whose letter the line is cut without an answer; the letter has arrived then.
    `silent`: addresses whose letter is not answered while they are here.
    """

    refusals: dict[str, list[str]] = field(default_factory=dict)
    after_data: dict[str, list[str]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    arrived: list[tuple[str, EmailMessage]] = field(default_factory=list)
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0

    @property
    def counts(self) -> Counter[str]:
        """Letters by address."""
        with self.lock:
            return Counter(address for address, _ in self.arrived)

    def letters(self, address: str) -> list[EmailMessage]:
        with self.lock:
            return [letter for to, letter in self.arrived if to == address]

    # what aiosmtpd calls

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
                          ) -> list[str]:  # fmt: skip
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answers = self.refusals.get(address)
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        answers = self.after_data.get(address)
        if answers:
            return answers.pop(0)
        letter = message_from_bytes(envelope.content or b"", policy=policy.default)
        with self.lock:
            self.arrived.append((address, letter))  # type: ignore[arg-type]
        while address in self.silent:
            await asyncio.sleep(0.02)
        if address in self.cut:
            self.cut.discard(address)
            server.transport.abort()
        return "250 OK"


def serve(mail: FakeMailServer) -> Controller:
    """Started; `mail.port` is set."""
    mail.port = free_port()
    controller = Controller(mail, hostname="127.0.0.1", port=mail.port, ready_timeout=10)
    controller.start()
    return controller
