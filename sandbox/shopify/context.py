"""What the resolvers of one Admin API request work on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import GraphQLError

from sandbox.shopify.webhooks import has_scope

if TYPE_CHECKING:
    from sandbox.shopify.shops import Shop
    from sandbox.world import World


@dataclass
class Context:
    world: "World"
    shop: "Shop"
    scopes: list[str]
    bulk: bool = False
    """Within a bulk operation connections give everything and ask for no `first`."""

    def require(self, scope: str, field: str) -> None:
        if not has_scope(self.scopes, scope):
            raise GraphQLError(
                f"Access denied for {field} field. Required access: `{scope}` access scope.",
                extensions={
                    "code": "ACCESS_DENIED",
                    "documentation": "https://shopify.dev/api/usage/access-scopes",
                    "requiredAccess": f"`{scope}` access scope.",
                },
            )
