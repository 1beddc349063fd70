<?php
/**
 * Plugin Name: Shoutcode for WooCommerce
 * Description: Discount codes for influencers: made in bulk, shared as links, and counted against the right person.
 * Version: 0.1.0
 * Requires at least: 7.0
 * Requires PHP: 7.4
 * Requires Plugins: woocommerce
 * WC requires at least: 11.0
 * WC tested up to: 11.0
 * Author: Shoutcode
 * License: GPL-2.0-or-later
 * License URI: https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain: shoutcode
 * Domain Path: /languages
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

define( 'SHOUTCODE_VERSION', '0.1.0' );
define( 'SHOUTCODE_FILE', __FILE__ );
if ( ! defined( 'SHOUTCODE_APP_URL' ) ) {
	// Written by the build; a test shop sets its own in wp-config.php.
	define( 'SHOUTCODE_APP_URL', '' );
}

foreach ( array( 'signature', 'token', 'coupon-rules', 'coupon-table', 'connection', 'rest', 'start-dates', 'links', 'order-payload', 'pushes', 'privacy', 'health', 'admin' ) as $shoutcode_part ) {
	require_once __DIR__ . '/includes/class-shoutcode-' . $shoutcode_part . '.php';
}
unset( $shoutcode_part );

add_action(
	'before_woocommerce_init',
	static function () {
		if ( class_exists( \Automattic\WooCommerce\Utilities\FeaturesUtil::class ) ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'custom_order_tables', SHOUTCODE_FILE, true );
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'cart_checkout_blocks', SHOUTCODE_FILE, true );
		}
	}
);

add_action(
	'woocommerce_loaded',
	static function () {
		Shoutcode_Rest::register();
		Shoutcode_Start_Dates::register();
		Shoutcode_Links::register();
		Shoutcode_Pushes::register();
		Shoutcode_Privacy::register();
		Shoutcode_Admin::register();
	}
);

// Without this plugin nothing would hold a code back until its start: such codes wait as drafts meanwhile.
register_deactivation_hook( __FILE__, array( 'Shoutcode_Start_Dates', 'park' ) );
register_activation_hook( __FILE__, array( 'Shoutcode_Start_Dates', 'unpark' ) );
