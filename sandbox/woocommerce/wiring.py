"""Everything of the WooCommerce stand-in that answers at an address."""

from sandbox.woocommerce import (
    admin_pages,
    control,
    coupon_routes,
    key_screen,
    order_routes,
    plugin_routes,
    rest,
    storefront,
    system_routes,
    webhook_routes,
)

REST_ROUTES = (coupon_routes, order_routes, plugin_routes, system_routes, webhook_routes)
"""Each registers its routes with `rest` when it is imported."""
BLUEPRINTS = (rest.blueprint, control.blueprint, key_screen.blueprint, admin_pages.blueprint, storefront.blueprint)
