"""A merchant's SMTP server: connect, sign in, hand over one letter at a time over one connection.

What the server's answer means is decided here, and above all whether a letter may have left: only once its last line
is on the way and no answer comes is that unknown.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from typing import Literal

from app.addresses import Forbidden, Resolver, is_allowed, resolve

PORTS = (25, 465, 587, 2525)
COMMAND_SECONDS = 10
ACCEPT_SECONDS = 30
"""How long a server may look at a whole letter before it says that it has it."""
# "No such address", said with or without an enhanced status; 5.7.x is a policy, which tells nothing of the address.
_NO_ADDRESS = (550, 551, 553)


class ServerTrouble(Exception):
    """The server as a whole takes nothing; the message is a sentence for the merchant."""


@dataclass(frozen=True, slots=True)
class Account:
    host: str
    port: int
    security: str
    """starttls, tls or none."""
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`kind`: sent; put_off (later, perhaps); refused (for good); unknown (may have been sent); server (the server
    is in trouble and the letter certainly did not leave). `bounced`: the server knows no such address.
    """

    kind: Literal["sent", "put_off", "refused", "unknown", "server"]
    detail: str = ""
    bounced: bool = False


class Connection:
    """One at a time; opens itself, and is closed by whoever made it."""

    def __init__(self, account: Account, name: str, *, demo: bool, resolver: Resolver = resolve) -> None:
        """`name`: how we introduce ourselves. `demo`: servers on this machine are allowed, without encryption too."""
        self.account = account
        self._name = name
        self._demo = demo
        self._resolver = resolver
        self._smtp: smtplib.SMTP | None = None

    def open(self) -> None:
        """Does nothing where it is open and answers. Raises ServerTrouble."""
        if self._smtp is not None and self._answers():
            return
        self.close()
        try:
            self._smtp = self._connect()
        except Forbidden:
            raise ServerTrouble(f"{self.account.host} is not a public mail server.") from None
        except (OSError, UnicodeError, smtplib.SMTPException) as error:
            raise ServerTrouble(_in_words(self.account, error)) from error

    def _answers(self) -> bool:
        try:
            return self._smtp is not None and self._smtp.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _connect(self) -> smtplib.SMTP:
        account = self.account
        context = ssl.create_default_context()
        smtp: _Plain = (
            _Tls(local_hostname=self._name, timeout=COMMAND_SECONDS, context=context)
            if account.security == "tls"
            else _Plain(local_hostname=self._name, timeout=COMMAND_SECONDS)
        )
        smtp.guard = _Guard(self._resolver, self._demo)
        try:
            smtp.open(account.host, account.port)
            if account.security == "starttls":
                smtp.starttls(context=context)
            elif account.security != "tls" and not self._demo:
                raise ServerTrouble("Mail servers are reached with TLS only.")
            smtp.ehlo_or_helo_if_needed()
            if account.username:
                smtp.login(account.username, account.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def send(self, sender: str, address: str, letter: bytes) -> Outcome:
        """Needs open() before."""
        smtp = self._smtp
        if smtp is None:
            return Outcome("server", "Not connected.")
        try:
            refused = self._announce(smtp, sender, address)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("server", _in_words(self.account, error))
        return refused or self._hand_over(smtp, letter)

    def _announce(self, smtp: smtplib.SMTP, sender: str, address: str) -> Outcome | None:
        """Up to the server's "go ahead": until there nothing of the letter has left. None: go ahead."""
        code, text = smtp.mail(sender)
        if code != 250:
            smtp.rset()
            return Outcome("server", f"The server does not take {sender} as a sender: {_said(code, text)}")
        code, text = smtp.rcpt(address)
        if code in (250, 251):
            code, text = smtp.docmd("DATA")
            if code == 354:
                return None
        else:
            smtp.rset()
        if code == 421:
            self.close()
            return Outcome("server", f"The server closed the connection: {_said(code, text)}")
        return _refusal(code, text)

    def _hand_over(self, smtp: smtplib.SMTP, letter: bytes) -> Outcome:
        # A dot that starts a line is doubled: a lone one ends the letter (RFC 5321 4.5.2). Lines end in CRLF already.
        body = re.sub(rb"(?m)^\.", b"..", letter)
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(ACCEPT_SECONDS)
            smtp.send(body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"))
            code, text = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(COMMAND_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("unknown", f"The server gave no answer after the message: {_in_words(self.account, error)}")
        if code == 250:
            return Outcome("sent", _said(code, text))
        if code == 421:
            self.close()
        return _refusal(code, text)

    def break_off(self) -> None:
        """From another thread: whoever waits for the server's answer stops waiting, and takes the line for cut."""
        sock = self._smtp.sock if self._smtp is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with contextlib.suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


class _Guard:
    """Opens sockets to allowed addresses only."""

    def __init__(self, resolver: Resolver, loopback: bool) -> None:
        self._resolver = resolver
        self._loopback = loopback

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        found = self._resolver(host, port)
        allowed = [address for address in found if is_allowed(address, loopback=self._loopback)]
        # One forbidden address among many makes the name a trap: refuse it all.
        if not allowed or len(allowed) < len(found):
            raise Forbidden(host)
        return socket.create_connection((allowed[0], port), timeout)


class _Plain(smtplib.SMTP):
    guard: _Guard

    def open(self, host: str, port: int) -> None:
        self._host = host  # what TLS checks the certificate against
        code, text = self.connect(host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.guard.connect(host, port, timeout)


class _Tls(smtplib.SMTP_SSL, _Plain):
    """TLS from the first byte: SMTP_SSL wraps the socket that _Plain opens."""


def _refusal(code: int, text: bytes) -> Outcome:
    said = _said(code, text)
    if code < 500:
        return Outcome("put_off", said)
    is_policy = b"5.7." in text
    return Outcome("refused", said, bounced=b"5.1." in text or (code in _NO_ADDRESS and not is_policy))


def _said(code: int, text: bytes) -> str:
    words = " ".join(text.decode("utf-8", "replace").split())
    return f"{code} {''.join(sign for sign in words if sign.isprintable())}"[:300]


def _in_words(account: Account, error: BaseException) -> str:
    where = f"{account.host}:{account.port}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{where} refuses the user name or password ({_said(error.smtp_code, _bytes(error.smtp_error))})."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        what = "sign-in" if "AUTH" in str(error) else "STARTTLS"
        return f"{where} offers no {what}. Check port and encryption."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{where} answers {_said(error.smtp_code, _bytes(error.smtp_error))}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {where} is not valid: {error.verify_message}."
    if isinstance(error, ssl.SSLError):
        return f"{where} does not speak TLS this way. Check port and encryption."
    if isinstance(error, TimeoutError):
        return f"{where} does not answer."
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"There is no server with the name {account.host}."
    return f"{where} cannot be reached, or ended the connection."


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text
