"""The stand-in admin: frames the app as Shopify does, and lists orders, discounts and products of a store."""
