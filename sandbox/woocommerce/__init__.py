"""The WooCommerce stand-in: WordPress' REST, admin and storefront as measured, odd where WooCommerce is odd."""
