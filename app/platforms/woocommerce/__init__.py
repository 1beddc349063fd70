"""WooCommerce behind the store port: by REST alone, and by the companion plugin's routes where it is installed."""
