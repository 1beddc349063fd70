"""The stand-in for Shopify: tokens, Admin GraphQL, discounts, codes, orders, webhooks."""
