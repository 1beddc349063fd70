<?php
/**
 * What has to be right in this shop for codes and orders to flow.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * Facts for the app, and the same as sentences for the page.
 */
final class Shoutcode_Health {

	/**
	 * @return array<string, mixed>
	 */
	public static function facts(): array {
		$state = (array) get_option( Shoutcode_Pushes::STATE, array() );
		return array(
			'plugin_version'    => SHOUTCODE_VERSION,
			'wordpress_version' => get_bloginfo( 'version' ),
			'woo_version'       => WC()->version,
			'php_version'       => PHP_VERSION,
			'currency'          => get_woocommerce_currency(),
			'price_decimals'    => wc_get_price_decimals(),
			'time_zone'         => wp_timezone_string(),
			'coupons_enabled'   => wc_coupons_enabled(),
			'pretty_permalinks' => '' !== (string) get_option( 'permalink_structure' ),
			'cron_alive'        => self::is_cron_alive(),
			'innodb'            => self::is_innodb(),
			'tls'               => 'https' === wp_parse_url( (string) get_option( 'home' ), PHP_URL_SCHEME ),
			'pushes_waiting'    => self::waiting(),
			'last_push_at'      => $state['sent_at'] ?? null,
			'last_failure_at'   => $state['failed_at'] ?? null,
			'last_failure'      => (string) ( $state['error'] ?? '' ),
			'now'               => time(),
		);
	}

	/**
	 * What is wrong and what to do, for the merchant.
	 *
	 * @return string[]
	 */
	public static function troubles(): array {
		$facts    = self::facts();
		$troubles = array(
			'coupons_enabled'   => __( 'Coupons are switched off. Turn on “Enable the use of coupon codes” in WooCommerce, Settings, General.', 'shoutcode' ),
			'pretty_permalinks' => __( 'Plain permalinks are set. Choose any other structure in Settings, Permalinks.', 'shoutcode' ),
			'cron_alive'        => __( 'Scheduled tasks have not run for a while. Ask your host for a real cron job that calls wp-cron.php.', 'shoutcode' ),
			'innodb'            => __( 'The database tables do not use InnoDB, so a stopped run of codes could be half done. Ask your host to convert them.', 'shoutcode' ),
			'tls'               => __( 'The shop has no https address. WooCommerce accepts our requests over https only.', 'shoutcode' ),
		);
		$bad = array_values( array_intersect_key( $troubles, array_filter( $facts, static fn( $fact ) => false === $fact ) ) );
		if ( '' !== $facts['last_failure'] ) {
			/* translators: %s: a technical message. */
			$bad[] = sprintf( __( 'The last order change could not be sent yet (%s). It is tried again by itself.', 'shoutcode' ), $facts['last_failure'] );
		}
		return $bad;
	}

	/**
	 * Whether anything due has been waiting for more than a quarter of an hour.
	 */
	private static function is_cron_alive(): bool {
		$due = as_get_scheduled_actions(
			array(
				'status'       => 'pending',
				'date'         => time() - 15 * MINUTE_IN_SECONDS,
				'date_compare' => '<',
				'per_page'     => 1,
			),
			'ids'
		);
		return ! $due;
	}

	private static function is_innodb(): bool {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- the engine of two tables; nothing else tells it.
		$engines = $wpdb->get_col( $wpdb->prepare( 'SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_NAME IN (%s, %s)', DB_NAME, $wpdb->posts, $wpdb->postmeta ) );
		return array( 'innodb' ) === array_unique( array_map( 'strtolower', $engines ) );
	}

	private static function waiting(): int {
		return count(
			as_get_scheduled_actions(
				array(
					'hook'     => Shoutcode_Pushes::HOOK,
					'status'   => 'pending',
					'per_page' => 1000,
				),
				'ids'
			)
		);
	}
}
