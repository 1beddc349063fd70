<?php
/**
 * An order as the app reads it: WooCommerce's REST shape, with only what the money needs.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * No names, addresses or phone numbers leave the shop; the e-mail alone tells a returning buyer (the app keeps a hash).
 */
final class Shoutcode_Order_Payload {

	/**
	 * @return array<string, mixed>
	 */
	public static function of( WC_Order $order ): array {
		return array(
			'id'                 => $order->get_id(),
			'number'             => $order->get_order_number(),
			'status'             => $order->get_status(),
			'currency'           => $order->get_currency(),
			'created_via'        => $order->get_created_via(),
			'customer_id'        => $order->get_customer_id(),
			'billing'            => array( 'email' => $order->get_billing_email() ),
			'date_created_gmt'   => self::time( $order->get_date_created() ),
			'date_modified_gmt'  => self::time( $order->get_date_modified() ),
			'prices_include_tax' => $order->get_prices_include_tax(),
			'total'              => (string) $order->get_total( 'edit' ),
			'total_tax'          => (string) $order->get_total_tax( 'edit' ),
			'shipping_total'     => (string) $order->get_shipping_total( 'edit' ),
			'shipping_tax'       => (string) $order->get_shipping_tax( 'edit' ),
			'line_items'         => self::lines( $order->get_items() ),
			'shipping_lines'     => self::lines( $order->get_items( 'shipping' ) ),
			'fee_lines'          => self::lines( $order->get_items( 'fee' ) ),
			'coupon_lines'       => array_values( array_map( array( __CLASS__, 'coupon' ), $order->get_items( 'coupon' ) ) ),
			'refunds'            => array_values( array_map( array( __CLASS__, 'refund' ), $order->get_refunds() ) ),
		);
	}

	/**
	 * With its lines, which the REST order leaves out.
	 */
	private static function refund( WC_Order_Refund $refund ): array {
		return array(
			'id'             => $refund->get_id(),
			'total'          => '-' . $refund->get_amount( 'edit' ),
			'line_items'     => self::lines( $refund->get_items() ),
			'shipping_lines' => self::lines( $refund->get_items( 'shipping' ) ),
			'fee_lines'      => self::lines( $refund->get_items( 'fee' ) ),
		);
	}

	private static function coupon( WC_Order_Item_Coupon $line ): array {
		return array(
			'code'         => $line->get_code(),
			'discount'     => (string) $line->get_discount( 'edit' ),
			'discount_tax' => (string) $line->get_discount_tax( 'edit' ),
		);
	}

	/**
	 * @param WC_Order_Item[] $items
	 */
	private static function lines( array $items ): array {
		$lines = array();
		foreach ( $items as $item ) {
			$lines[] = array(
				'id'         => $item->get_id(),
				'product_id' => is_callable( array( $item, 'get_product_id' ) ) ? $item->get_product_id() : 0,
				'quantity'   => $item->get_quantity(),
				'total'      => (string) $item->get_total( 'edit' ),
				'total_tax'  => (string) $item->get_total_tax( 'edit' ),
			);
		}
		return $lines;
	}

	private static function time( ?WC_DateTime $time ): ?string {
		return $time ? gmdate( 'Y-m-d\TH:i:s', $time->getTimestamp() ) : null;
	}
}
