<?php
/**
 * What may become a coupon: checks of codes and terms, and the meta rows that follow. Plain PHP, no database.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * Everything is checked before anything is written: WooCommerce itself would store "12,50" as 1250.00.
 */
final class Shoutcode_Coupon_Rules {

	const MOST_CODES = 5000;
	const MARK       = '_shoutcode_mark';
	const STARTS     = '_shoutcode_starts_at';
	const FIELDS     = array( 'title', 'discount_type', 'amount', 'starts_at', 'expires_at', 'usage_limit', 'usage_limit_per_user', 'minimum_amount', 'free_shipping', 'individual_use', 'limit_usage_to_x_items', 'product_ids', 'product_categories' );

	/**
	 * Meta that the terms decide.
	 */
	const KEYS_OF_TERMS = array( 'discount_type', 'coupon_amount', 'product_ids', 'product_categories', 'usage_limit', 'usage_limit_per_user', 'limit_usage_to_x_items', 'date_expires', 'free_shipping', 'individual_use', 'minimum_amount', self::STARTS );

	public static function is_mark( $mark ): bool {
		return is_string( $mark ) && 1 === preg_match( '/^shoutcode:[a-z0-9]{8,40}$/D', $mark );
	}

	public static function is_code( $code ): bool {
		return is_string( $code ) && 1 === preg_match( '/^[A-Za-z0-9_-]{1,64}$/D', $code );
	}

	/**
	 * The first fault of the terms in words, or ''.
	 *
	 * @param mixed $terms    As sent.
	 * @param int   $decimals Of the store's prices.
	 */
	public static function fault( $terms, int $decimals ): string {
		if ( ! is_array( $terms ) ) {
			return 'terms must be an object';
		}
		$unknown = array_diff( array_keys( $terms ), self::FIELDS );
		if ( $unknown ) {
			return 'unknown term: ' . implode( ', ', $unknown );
		}
		if ( ! is_string( $terms['title'] ?? null ) || strlen( $terms['title'] ) > 255 ) {
			return 'title must be a text of at most 255 bytes';
		}
		$type = $terms['discount_type'] ?? null;
		if ( ! in_array( $type, array( 'percent', 'fixed_cart', 'fixed_product' ), true ) ) {
			return 'discount_type must be percent, fixed_cart or fixed_product';
		}
		foreach ( array( 'amount', 'minimum_amount' ) as $name ) {
			if ( isset( $terms[ $name ] ) && ! self::is_money( $terms[ $name ], $decimals ) ) {
				return "$name must be a decimal text with at most $decimals decimals";
			}
		}
		if ( ! isset( $terms['amount'] ) ) {
			return 'amount is missing';
		}
		if ( 'percent' === $type && (float) $terms['amount'] > 100 ) {
			return 'amount must be at most 100 percent';
		}
		return self::fault_of_numbers( $terms );
	}

	private static function fault_of_numbers( array $terms ): string {
		foreach ( array( 'usage_limit', 'usage_limit_per_user', 'limit_usage_to_x_items', 'starts_at', 'expires_at' ) as $name ) {
			if ( isset( $terms[ $name ] ) && ( ! is_int( $terms[ $name ] ) || $terms[ $name ] < 1 ) ) {
				return "$name must be a whole number above 0";
			}
		}
		if ( isset( $terms['starts_at'], $terms['expires_at'] ) && $terms['starts_at'] >= $terms['expires_at'] ) {
			return 'expires_at must be after starts_at';
		}
		foreach ( array( 'free_shipping', 'individual_use' ) as $name ) {
			if ( isset( $terms[ $name ] ) && ! is_bool( $terms[ $name ] ) ) {
				return "$name must be true or false";
			}
		}
		foreach ( array( 'product_ids', 'product_categories' ) as $name ) {
			$ids = $terms[ $name ] ?? array();
			if ( ! is_array( $ids ) || array_filter( $ids, static fn( $id ) => ! is_int( $id ) || $id < 1 ) ) {
				return "$name must be a list of ids";
			}
		}
		return '';
	}

	private static function is_money( $amount, int $decimals ): bool {
		$pattern = $decimals > 0 ? '/^\d{1,9}(\.\d{1,' . $decimals . '})?$/D' : '/^\d{1,9}$/D';
		return is_string( $amount ) && 1 === preg_match( $pattern, $amount );
	}

	/**
	 * Meta of one coupon: WooCommerce's own keys as its data store writes them, then ours.
	 *
	 * @return array<string, string>
	 */
	public static function meta( array $terms, string $mark ): array {
		$own = self::meta_of_terms( $terms );
		return $own + array(
			'usage_count'        => '0',
			'exclude_sale_items' => 'no',
			self::MARK           => $mark,
		);
	}

	/**
	 * The part of the meta that an update of the terms rewrites. WooCommerce reads a row that is missing as an empty text,
	 * "not set": such rows are left out, which makes a block a third faster.
	 *
	 * @return array<string, string>
	 */
	public static function meta_of_terms( array $terms ): array {
		$values = array(
			$terms['discount_type'],
			$terms['amount'],
			implode( ',', $terms['product_ids'] ?? array() ),
			// WooCommerce keeps this one list as PHP writes an array.
			empty( $terms['product_categories'] ) ? '' : serialize( array_values( $terms['product_categories'] ) ), // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.serialize_serialize
			$terms['usage_limit'] ?? 0,
			$terms['usage_limit_per_user'] ?? 0,
			$terms['limit_usage_to_x_items'] ?? '',
			$terms['expires_at'] ?? '',
			empty( $terms['free_shipping'] ) ? 'no' : 'yes',
			empty( $terms['individual_use'] ) ? 'no' : 'yes',
			$terms['minimum_amount'] ?? '',
			$terms['starts_at'] ?? '',
		);
		return array_filter( array_combine( self::KEYS_OF_TERMS, array_map( 'strval', $values ) ), 'strlen' );
	}

	/**
	 * Sorts the codes of one block: what to make, what comes back ("returned"), and what is settled already.
	 *
	 * @param string[]                       $codes As asked.
	 * @param array<string, array{id: int, mark: string, status?: string}> $held Codes that the store has, by their lower-case spelling.
	 * @return array{0: string[], 1: array<int, array<string, mixed>>} Lower-case codes to make; results by position, without ids for those.
	 */
	public static function sort_out( array $codes, array $held, string $mark ): array {
		$make    = array();
		$results = array();
		$asked   = array();
		foreach ( array_values( $codes ) as $position => $code ) {
			$key = is_string( $code ) ? strtolower( $code ) : '';
			if ( ! self::is_code( $code ) ) {
				$result = array( 'status' => 'invalid' );
			} elseif ( isset( $asked[ $key ] ) ) {
				$result = array( 'status' => 'repeated' );
			} elseif ( isset( $held[ $key ] ) ) {
				$ours   = $held[ $key ]['mark'] === $mark;
				$status = ( $held[ $key ]['status'] ?? '' ) === 'draft' ? 'returned' : 'exists';
				$result = array( 'status' => $ours ? $status : 'taken' ) + ( $ours ? array( 'id' => $held[ $key ]['id'] ) : array() );
			} else {
				$make[] = $key;
				$result = array( 'status' => 'created' );
			}
			$asked[ $key ]        = true;
			$results[ $position ] = array( 'code' => $code ) + $result;
		}
		return array( $make, $results );
	}
}
