<?php
/**
 * Links that apply a code: /?shoutcode=CODE, and &to=/page/ for where the shopper lands.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * The code waits in the shopper's WooCommerce session until the cart can take it. Other visitors see and store nothing.
 */
final class Shoutcode_Links {

	const SESSION = 'shoutcode_code';

	/**
	 * Applying recalculates the cart, which fires the same hooks again.
	 *
	 * @var bool
	 */
	private static $applying = false;

	public static function register(): void {
		add_action( 'wp_loaded', array( __CLASS__, 'open' ), 30 );
		add_action( 'woocommerce_add_to_cart', array( __CLASS__, 'apply' ), 30, 0 );
		add_action( 'woocommerce_cart_loaded_from_session', array( __CLASS__, 'apply' ), 30, 0 );
	}

	public static function open(): void {
		// phpcs:disable WordPress.Security.NonceVerification -- a public link: it can do no more than typing the code.
		if ( ! isset( $_GET['shoutcode'] ) || is_admin() || wp_doing_cron() || ! WC()->session ) {
			return;
		}
		nocache_headers();
		$code = is_string( $_GET['shoutcode'] ) ? wc_format_coupon_code( sanitize_text_field( wp_unslash( $_GET['shoutcode'] ) ) ) : '';
		if ( '' !== $code && strlen( $code ) <= 150 && wc_get_coupon_id_by_code( $code ) ) {
			WC()->session->set_customer_session_cookie( true );
			WC()->session->set( self::SESSION, $code );
			self::apply();
		}
		wp_safe_redirect( self::target( isset( $_GET['to'] ) && is_string( $_GET['to'] ) ? sanitize_text_field( wp_unslash( $_GET['to'] ) ) : '' ), 302, 'Shoutcode' );
		exit;
		// phpcs:enable
	}

	/**
	 * A page of this shop: where the link says, else where it points. Campaign parameters stay.
	 */
	private static function target( string $to ): string {
		$uri  = isset( $_SERVER['REQUEST_URI'] ) ? esc_url_raw( wp_unslash( $_SERVER['REQUEST_URI'] ) ) : '/';
		$here = remove_query_arg( array( 'shoutcode', 'to' ), $uri );
		// Only a path of this host: "//other.example" and "/\other.example" are addresses elsewhere.
		if ( 1 !== preg_match( '#^/(?![/\\\\])#', $to ) ) {
			return $here;
		}
		wp_parse_str( (string) wp_parse_url( $here, PHP_URL_QUERY ), $kept );
		return wp_validate_redirect( add_query_arg( array_map( 'rawurlencode', array_filter( $kept, 'is_string' ) ), $to ), home_url( '/' ) );
	}

	/**
	 * Puts the waiting code on the cart as soon as it is valid there; until then it waits, and says nothing.
	 */
	public static function apply(): void {
		if ( self::$applying || ! WC()->session || ! WC()->cart ) {
			return;
		}
		$code = WC()->session->get( self::SESSION );
		if ( ! is_string( $code ) || '' === $code || ! WC()->cart->get_cart() ) {
			return;
		}
		self::$applying = true;
		if ( WC()->cart->has_discount( $code ) || self::applied( $code ) ) {
			WC()->session->set( self::SESSION, null );
		}
		self::$applying = false;
	}

	/**
	 * Whether the cart took the code. What WooCommerce would tell the shopper is dropped: nobody typed anything.
	 */
	private static function applied( string $code ): bool {
		WC()->cart->calculate_totals();
		$discounts = new WC_Discounts( WC()->cart );
		if ( is_wp_error( $discounts->is_coupon_valid( new WC_Coupon( $code ) ) ) ) {
			return false;
		}
		$notices = wc_get_notices();
		$applied = WC()->cart->apply_coupon( $code );
		if ( ! $applied ) {
			wc_set_notices( $notices );
		}
		return $applied;
	}
}
