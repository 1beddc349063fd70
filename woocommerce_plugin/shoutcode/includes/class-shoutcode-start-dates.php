<?php
/**
 * Codes that work from a day on, which WooCommerce itself does not know.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * Holds a code back until its start, in the cart and at checkout.
 */
final class Shoutcode_Start_Dates {

	const PARKED = '_shoutcode_parked';

	public static function register(): void {
		add_filter( 'woocommerce_coupon_is_valid', array( __CLASS__, 'check' ), 10, 2 );
	}

	/**
	 * @param bool      $valid
	 * @param WC_Coupon $coupon
	 * @throws Exception With the words for the shopper, as WooCommerce wants it.
	 */
	public static function check( $valid, $coupon ) {
		$starts = (int) $coupon->get_meta( Shoutcode_Coupon_Rules::STARTS );
		if ( $starts > time() ) {
			throw new Exception(
				sprintf(
					/* translators: 1: coupon code, 2: date and time. */
					esc_html__( 'The code %1$s works from %2$s on.', 'shoutcode' ),
					esc_html( strtoupper( $coupon->get_code() ) ),
					esc_html( wp_date( get_option( 'date_format' ) . ', ' . get_option( 'time_format' ), $starts ) )
				),
				(int) WC_Coupon::E_WC_COUPON_INVALID_FILTERED
			);
		}
		return $valid;
	}

	/**
	 * When the plugin goes: codes that have not started become drafts, or they would work at once.
	 */
	public static function park(): void {
		self::move( 'publish', 'draft', 'm.meta_value + 0 > ' . time() );
	}

	/**
	 * When it comes back: they are published again.
	 */
	public static function unpark(): void {
		self::move( 'draft', 'publish', "EXISTS (SELECT 1 FROM {$GLOBALS['wpdb']->postmeta} k WHERE k.post_id = p.ID AND k.meta_key = '" . self::PARKED . "')" );
	}

	private static function move( string $from, string $to, string $where ): void {
		global $wpdb;
		// phpcs:disable WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL -- thousands of rows at once; $where is text of ours.
		$ids = $wpdb->get_col( $wpdb->prepare( "SELECT p.ID FROM {$wpdb->posts} p JOIN {$wpdb->postmeta} m ON m.post_id = p.ID AND m.meta_key = %s WHERE p.post_type = 'shop_coupon' AND p.post_status = %s AND $where", Shoutcode_Coupon_Rules::STARTS, $from ) );
		foreach ( array_chunk( array_map( 'intval', $ids ), 1000 ) as $chunk ) {
			$list = implode( ',', $chunk );
			$wpdb->query( $wpdb->prepare( "UPDATE {$wpdb->posts} SET post_status = %s WHERE ID IN ($list)", $to ) );
			$wpdb->query( $wpdb->prepare( "DELETE FROM {$wpdb->postmeta} WHERE meta_key = %s AND post_id IN ($list)", self::PARKED ) );
			if ( 'draft' === $to ) {
				$wpdb->query( $wpdb->prepare( "INSERT INTO {$wpdb->postmeta} (post_id, meta_key, meta_value) SELECT ID, %s, '1' FROM {$wpdb->posts} WHERE ID IN ($list)", self::PARKED ) );
			}
			array_map( 'clean_post_cache', wp_using_ext_object_cache() ? $chunk : array() );
		}
		// phpcs:enable
	}
}
