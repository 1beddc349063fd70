<?php
/**
 * WordPress' own tools for personal data: what is kept of a buyer, and its erasure.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * The plugin itself keeps nothing of a buyer. The app keeps a keyed hash of the e-mail with each order that used a code,
 * to tell a first order; it is asked to forget that.
 */
final class Shoutcode_Privacy {

	const ORDERS_A_PAGE = 50;

	public static function register(): void {
		add_filter( 'wp_privacy_personal_data_exporters', array( __CLASS__, 'exporters' ) );
		add_filter( 'wp_privacy_personal_data_erasers', array( __CLASS__, 'erasers' ) );
		add_action( 'admin_init', array( __CLASS__, 'policy' ) );
	}

	/**
	 * @param array<string, array<string, mixed>> $exporters
	 */
	public static function exporters( $exporters ): array {
		$exporters['shoutcode'] = array(
			'exporter_friendly_name' => __( 'Shoutcode discount codes', 'shoutcode' ),
			'callback'               => array( __CLASS__, 'export' ),
		);
		return $exporters;
	}

	/**
	 * @param array<string, array<string, mixed>> $erasers
	 */
	public static function erasers( $erasers ): array {
		$erasers['shoutcode'] = array(
			'eraser_friendly_name' => __( 'Shoutcode discount codes', 'shoutcode' ),
			'callback'             => array( __CLASS__, 'erase' ),
		);
		return $erasers;
	}

	/**
	 * The buyer's orders with a discount code: of these the app may keep the hash.
	 *
	 * @param string $email
	 * @param int    $page
	 */
	public static function export( $email, $page = 1 ): array {
		if ( ! Shoutcode_Connection::is_connected() ) {
			return array(
				'data' => array(),
				'done' => true,
			);
		}
		$orders = wc_get_orders(
			array(
				'type'          => 'shop_order',
				'billing_email' => $email,
				'limit'         => self::ORDERS_A_PAGE,
				'page'          => (int) $page,
				'orderby'       => 'ID',
				'order'         => 'ASC',
			)
		);
		$data   = array();
		foreach ( $orders as $order ) {
			if ( $order->get_coupon_codes() ) {
				$data[] = self::exported( $order->get_id(), $order->get_order_number(), $order->get_coupon_codes() );
			}
		}
		return array(
			'data' => $data,
			'done' => count( $orders ) < self::ORDERS_A_PAGE,
		);
	}

	/**
	 * @param string[] $codes
	 */
	private static function exported( int $id, string $number, array $codes ): array {
		$rows = array(
			__( 'Order', 'shoutcode' )           => $number,
			__( 'Discount codes', 'shoutcode' )  => implode( ', ', $codes ),
			__( 'Kept by Shoutcode', 'shoutcode' ) => __( 'A hash of the e-mail address, where the code belongs to a creator', 'shoutcode' ),
		);
		$data = array();
		foreach ( $rows as $name => $value ) {
			$data[] = array(
				'name'  => $name,
				'value' => $value,
			);
		}
		return array(
			'group_id'    => 'shoutcode',
			'group_label' => __( 'Discount codes of creators', 'shoutcode' ),
			'item_id'     => 'shoutcode-order-' . $id,
			'data'        => $data,
		);
	}

	/**
	 * The app is asked once and now: a copy of the address that waits for a better time would be personal data, too.
	 *
	 * @param string $email
	 * @param int    $page
	 */
	public static function erase( $email, $page = 1 ): array {
		if ( ! Shoutcode_Connection::is_connected() ) {
			return self::erased( null );
		}
		return self::erased( Shoutcode_Pushes::say( self::request( (string) $email ) ) );
	}

	/**
	 * What the app is sent.
	 */
	public static function request( string $email ): array {
		return array( 'erase' => array( 'email' => trim( $email ) ) );
	}

	/**
	 * What WordPress is answered.
	 *
	 * @param bool|null $is_told Null where there is no app to tell.
	 */
	public static function erased( ?bool $is_told ): array {
		$again = __( 'Shoutcode did not answer, so it still keeps a hash of this e-mail address. Erase once more when the Shoutcode page opens again.', 'shoutcode' );
		return array(
			'items_removed'  => true === $is_told,
			'items_retained' => false === $is_told,
			'messages'       => false === $is_told ? array( $again ) : array(),
			'done'           => true,
		);
	}

	/**
	 * For the shop's privacy policy.
	 */
	public static function policy(): void {
		$text = __( 'The number, amounts, products, discount codes and e-mail address of an order are sent to Shoutcode, which counts sales for the creators whose codes were used. Your e-mail address is kept there as a hash only, and only with orders that used such a code, to tell a first order from a later one.', 'shoutcode' );
		wp_add_privacy_policy_content( 'Shoutcode for WooCommerce', wp_kses_post( wpautop( $text ) ) );
	}
}
