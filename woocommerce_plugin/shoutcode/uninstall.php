<?php
/**
 * Takes away what the plugin kept for itself. Coupons are the shop's and stay, with the mark that says who made them.
 *
 * @package Shoutcode
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

global $wpdb;

$shoutcode_connection = get_option( 'shoutcode_connection' );
// phpcs:disable WordPress.DB.DirectDatabaseQuery -- rows of WooCommerce and WordPress that have no function for this.
if ( ! empty( $shoutcode_connection['key_id'] ) ) {
	$wpdb->delete( $wpdb->prefix . 'woocommerce_api_keys', array( 'key_id' => $shoutcode_connection['key_id'] ), array( '%d' ) );
}
foreach ( array( 'shoutcode_connection', 'shoutcode_pairing', 'shoutcode_push_state' ) as $shoutcode_option ) {
	delete_option( $shoutcode_option );
}
$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->options} WHERE option_name LIKE %s OR option_name LIKE %s", $wpdb->esc_like( '_transient_shoutcode_' ) . '%', $wpdb->esc_like( '_transient_timeout_shoutcode_' ) . '%' ) );
// phpcs:enable
if ( function_exists( 'as_unschedule_all_actions' ) ) {
	as_unschedule_all_actions( 'shoutcode_push' );
}
