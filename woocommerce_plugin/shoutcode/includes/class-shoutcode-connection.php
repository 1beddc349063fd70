<?php
/**
 * The bond with the Shoutcode app: pairing by a one-time code, two secrets, a REST key.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * One option holds all of it; nothing secret is ever shown.
 */
final class Shoutcode_Connection {

	const OPTION          = 'shoutcode_connection';
	const PAIRING         = 'shoutcode_pairing';
	const PAIRING_SECONDS = 600;
	const OVERLAP_SECONDS = 3600;

	public static function app_url(): string {
		return untrailingslashit( (string) SHOUTCODE_APP_URL );
	}

	/**
	 * @return array<string, mixed> Empty while not connected.
	 */
	public static function get(): array {
		$connection = get_option( self::OPTION, array() );
		return is_array( $connection ) ? $connection : array();
	}

	public static function is_connected(): bool {
		return isset( self::get()['store_id'] );
	}

	/**
	 * Secrets that a signature of the app may be made with: the one in force, then for an hour the one before it.
	 *
	 * @return string[]
	 */
	public static function secrets(): array {
		$connection = self::get();
		if ( ! isset( $connection['secret'] ) ) {
			return array();
		}
		$previous = ( $connection['previous_until'] ?? 0 ) > time() ? array( $connection['previous_secret'] ) : array();
		return array_merge( array( $connection['secret'] ), $previous );
	}

	/**
	 * Where the browser goes to connect. The code in it is good once, for ten minutes; only its hash is kept.
	 */
	public static function begin( int $user_id ): string {
		$code = Shoutcode_Token::base64url( random_bytes( 32 ) );
		update_option(
			self::PAIRING,
			array(
				'hash'    => hash( 'sha256', $code ),
				'expires' => time() + self::PAIRING_SECONDS,
				'user'    => $user_id,
				// As the browser sees it: a request of the app may come by another scheme or host name.
				'page'    => Shoutcode_Admin::url(),
			),
			false
		);
		return self::app_url() . '/woocommerce/connect?' . http_build_query(
			array(
				'store' => untrailingslashit( (string) get_option( 'home' ) ),
				'rest'  => rest_url(),
				'code'  => $code,
			)
		);
	}

	/**
	 * What the app gets for the code: it asks from its own server, so no secret passes through a browser.
	 *
	 * @return array<string, mixed>|WP_Error
	 */
	public static function pair( string $code, string $store_id ) {
		$pairing = get_option( self::PAIRING );
		$is_good = is_array( $pairing ) && $pairing['expires'] > time() && hash_equals( $pairing['hash'], hash( 'sha256', $code ) );
		// delete_option() is true for one caller only: two requests with one code cannot both pass.
		if ( ! $is_good || ! delete_option( self::PAIRING ) ) {
			return new WP_Error( 'shoutcode_bad_code', __( 'This code is not good any more. Start again from the Shoutcode page in WordPress.', 'shoutcode' ), array( 'status' => 403 ) );
		}
		self::delete_key();
		$key        = self::create_key( (int) $pairing['user'] );
		$connection = array(
			'store_id'     => $store_id,
			'secret'       => bin2hex( random_bytes( 32 ) ),
			'page_secret'  => bin2hex( random_bytes( 32 ) ),
			'key_id'       => $key['key_id'],
			'connected_at' => time(),
			'connected_by' => (int) $pairing['user'],
		);
		update_option( self::OPTION, $connection, false );
		return array(
			'store'           => untrailingslashit( (string) get_option( 'home' ) ),
			'name'            => wp_specialchars_decode( get_bloginfo( 'name' ), ENT_QUOTES ),
			'return_url'      => $pairing['page'],
			'signing_secret'  => $connection['secret'],
			'page_secret'     => $connection['page_secret'],
			'consumer_key'    => $key['consumer_key'],
			'consumer_secret' => $key['consumer_secret'],
			'plugin_version'  => SHOUTCODE_VERSION,
		);
	}

	/**
	 * Takes up a new secret that the app has made and kept already: a lost answer leaves neither side without one.
	 */
	public static function rotate( string $next ): void {
		$connection = self::get();
		if ( hash_equals( $connection['secret'], $next ) ) {
			return;
		}
		$connection['previous_secret'] = $connection['secret'];
		$connection['previous_until']  = time() + self::OVERLAP_SECONDS;
		$connection['secret']          = $next;
		update_option( self::OPTION, $connection, false );
	}

	public static function disconnect(): void {
		self::delete_key();
		delete_option( self::OPTION );
		delete_option( self::PAIRING );
		delete_option( Shoutcode_Pushes::STATE );
		if ( function_exists( 'as_unschedule_all_actions' ) ) {
			as_unschedule_all_actions( Shoutcode_Pushes::HOOK );
		}
	}

	/**
	 * A REST key of the user who connects, as WooCommerce's own key screen makes it.
	 *
	 * @return array{key_id: int, consumer_key: string, consumer_secret: string}
	 */
	private static function create_key( int $user_id ): array {
		global $wpdb;
		$key    = 'ck_' . wc_rand_hash();
		$secret = 'cs_' . wc_rand_hash();
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery.DirectQuery -- WooCommerce has no function for it.
		$wpdb->insert(
			$wpdb->prefix . 'woocommerce_api_keys',
			array(
				'user_id'         => $user_id,
				'description'     => 'Shoutcode',
				'permissions'     => 'read_write',
				'consumer_key'    => wc_api_hash( $key ),
				'consumer_secret' => $secret,
				'truncated_key'   => substr( $key, -7 ),
			),
			array( '%d', '%s', '%s', '%s', '%s', '%s' )
		);
		return array(
			'key_id'          => (int) $wpdb->insert_id,
			'consumer_key'    => $key,
			'consumer_secret' => $secret,
		);
	}

	private static function delete_key(): void {
		global $wpdb;
		$key_id = self::get()['key_id'] ?? 0;
		if ( $key_id ) {
			// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- as above.
			$wpdb->delete( $wpdb->prefix . 'woocommerce_api_keys', array( 'key_id' => $key_id ), array( '%d' ) );
		}
	}
}
