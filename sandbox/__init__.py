"""A stand-in Shopify, storefront and roster service over HTTP, to try and test everything without an account.

It is a program of its own: it never imports the product, and the product never imports it. The two meet over HTTP,
signed as the real platform signs. Nothing here is safe to expose: the control API has no password and listens on the
loopback address only.
"""
