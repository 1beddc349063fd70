"""The one pooled HTTP session of this process towards Shopify."""

from __future__ import annotations

from functools import cache
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter

TIMEOUT = (3.05, 20.0)
"""Seconds to connect and to wait for an answer."""
POOL = 32


@cache
def http() -> requests.Session:
    """No cookies (threads share the session), no redirects that carry a token on, no retries of its own."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.trust_env = False  # a proxy or .netrc of the machine must not see or change what we send
    adapter = HTTPAdapter(pool_connections=POOL, pool_maxsize=POOL, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
