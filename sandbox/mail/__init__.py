"""The stand-in mail server: real SMTP on this machine, and a mail box that keeps what arrived."""
