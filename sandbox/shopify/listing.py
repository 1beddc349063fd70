"""Rows of a list that pass a search, and the refusal of what the sandbox does not serve."""

from collections.abc import Callable, Iterable
from typing import Any

from graphql import GraphQLError

from sandbox.shopify.search import predicate


def filtered(rows: Iterable[Any], query: str | None, fields: dict[str, Callable[[Any], Any]]) -> list[Any]:
    """Raises GraphQLError for a search that cannot be read."""
    try:
        passes, unknown = predicate(query, fields)
        if unknown:
            # Shopify ignores such terms; being told at once is worth more here.
            raise not_served(f"a search by {', '.join(unknown)}")
        return [row for row in rows if passes(row)]
    except ValueError as error:
        raise GraphQLError(f"Invalid search query: {error}", extensions={"code": "BAD_REQUEST"}) from error


def not_served(what: str) -> GraphQLError:
    return GraphQLError(f"The sandbox does not serve {what}.", extensions={"code": "NOT_IN_SANDBOX"})
