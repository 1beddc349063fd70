<?php
/**
 * The routes under wc-shoutcode/v1. WooCommerce lets its REST keys in where the namespace begins with "wc-".
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * Parse, check, call one function, answer. Each route names who may call it.
 */
final class Shoutcode_Rest {

	const SPACE = 'wc-shoutcode/v1';

	public static function register(): void {
		add_action( 'rest_api_init', array( __CLASS__, 'routes' ) );
	}

	public static function routes(): void {
		$routes = array(
			array( 'POST', '/pair', 'pair', '__return_true' ), // Proves itself by the one-time code.
			array( 'POST', '/secret', 'secret', array( __CLASS__, 'is_app' ) ),
			array( 'POST', '/disconnect', 'disconnect', array( __CLASS__, 'is_app' ) ),
			array( 'GET', '/health', 'health', array( __CLASS__, 'may_manage' ) ),
			array( 'POST', '/coupons', 'create', array( __CLASS__, 'may_manage' ) ),
			array( 'GET', '/coupons', 'page', array( __CLASS__, 'may_manage' ) ),
			array( 'POST', '/coupons/find', 'find', array( __CLASS__, 'may_manage' ) ),
			array( 'POST', '/coupons/update', 'update', array( __CLASS__, 'may_manage' ) ),
			array( 'POST', '/coupons/disable', 'disable', array( __CLASS__, 'may_manage' ) ),
			array( 'POST', '/coupons/enable', 'enable', array( __CLASS__, 'may_manage' ) ),
			array( 'POST', '/coupons/delete', 'delete', array( __CLASS__, 'may_manage' ) ),
		);
		foreach ( $routes as list( $method, $path, $action, $permission ) ) {
			register_rest_route(
				self::SPACE,
				$path,
				array(
					'methods'             => $method,
					'callback'            => array( __CLASS__, $action ),
					'permission_callback' => $permission,
				)
			);
		}
	}

	/**
	 * Whether the request is signed by the app, and new.
	 *
	 * @return true|WP_Error
	 */
	public static function is_app( WP_REST_Request $request ) {
		$headers = array();
		foreach ( array( 'timestamp', 'id', 'signature' ) as $name ) {
			$headers[ $name ] = (string) $request->get_header( 'shoutcode_' . $name );
		}
		$fault = Shoutcode_Signature::fault( Shoutcode_Connection::secrets(), $request->get_method(), $request->get_route(), $headers, (string) $request->get_body(), time() );
		if ( '' === $fault && ! self::is_new( $headers['id'] ) ) {
			$fault = 'seen before';
		}
		if ( '' === $fault ) {
			return true;
		}
		return new WP_Error( 'shoutcode_unauthorized', __( 'The signature of this request does not hold.', 'shoutcode' ), array( 'status' => 401 ) );
	}

	/**
	 * The app, or somebody who may work with coupons here (a signed-in user, or a REST key that may write).
	 *
	 * @return bool|WP_Error
	 */
	public static function may_manage( WP_REST_Request $request ) {
		if ( null !== $request->get_header( 'shoutcode_signature' ) ) {
			return self::is_app( $request );
		}
		return current_user_can( 'manage_woocommerce' );
	}

	/**
	 * A captured request must not work twice. The insert itself is the check, so two at once cannot both be first.
	 */
	private static function is_new( string $id ): bool {
		$name = 'shoutcode_seen_' . substr( hash( 'sha256', $id ), 0, 40 );
		if ( wp_using_ext_object_cache() ) {
			// WordPress never clears transients out of the database there.
			return wp_cache_add( $name, 1, 'shoutcode', 2 * Shoutcode_Signature::TOLERANCE );
		}
		if ( ! add_option( '_transient_' . $name, '1', '', false ) ) {
			return false;
		}
		add_option( '_transient_timeout_' . $name, time() + 2 * Shoutcode_Signature::TOLERANCE, '', false );
		return true;
	}

	public static function pair( WP_REST_Request $request ) {
		$body = $request->get_json_params();
		if ( ! is_string( $body['code'] ?? null ) || ! is_string( $body['store_id'] ?? null ) || ! preg_match( '/^[A-Za-z0-9_-]{1,64}$/D', $body['store_id'] ) ) {
			return self::bad( 'code and store_id are needed' );
		}
		$answer = Shoutcode_Connection::pair( $body['code'], $body['store_id'] );
		return is_wp_error( $answer ) ? $answer : self::answer( $answer );
	}

	public static function secret( WP_REST_Request $request ) {
		$next = $request->get_json_params()['next'] ?? null;
		if ( ! is_string( $next ) || ! preg_match( '/^[0-9a-f]{64}$/D', $next ) ) {
			return self::bad( 'next must be 64 hex digits' );
		}
		Shoutcode_Connection::rotate( $next );
		return self::answer( array( 'rotated' => true ) );
	}

	public static function disconnect() {
		Shoutcode_Connection::disconnect();
		return self::answer( array( 'disconnected' => true ) );
	}

	public static function health() {
		return self::answer( Shoutcode_Health::facts() );
	}

	public static function create( WP_REST_Request $request ) {
		$body  = $request->get_json_params();
		$codes = $body['codes'] ?? null;
		$fault = self::fault( $body, true );
		if ( '' === $fault && ( ! is_array( $codes ) || ! $codes || count( $codes ) > Shoutcode_Coupon_Rules::MOST_CODES ) ) {
			$fault = 'codes must be a list of 1 to ' . Shoutcode_Coupon_Rules::MOST_CODES;
		}
		if ( '' !== $fault ) {
			return self::bad( $fault );
		}
		return self::wrap( 'results', Shoutcode_Coupon_Table::create( $body['mark'], $body['terms'], $codes ) );
	}

	public static function page( WP_REST_Request $request ) {
		$mark = $request->get_param( 'mark' );
		if ( ! Shoutcode_Coupon_Rules::is_mark( $mark ) ) {
			return self::bad( 'mark is needed' );
		}
		$limit = min( max( (int) $request->get_param( 'limit' ), 1 ), Shoutcode_Coupon_Rules::MOST_CODES );
		return self::answer( array( 'items' => Shoutcode_Coupon_Table::page( $mark, (int) $request->get_param( 'after' ), $limit ) ) );
	}

	public static function find( WP_REST_Request $request ) {
		$codes = $request->get_json_params()['codes'] ?? null;
		if ( ! is_array( $codes ) || count( $codes ) > Shoutcode_Coupon_Rules::MOST_CODES || array_filter( $codes, static fn( $code ) => ! is_string( $code ) ) ) {
			return self::bad( 'codes must be a list of texts' );
		}
		return self::answer( array( 'held' => (object) Shoutcode_Coupon_Table::held( array_map( 'strtolower', $codes ) ) ) );
	}

	public static function update( WP_REST_Request $request ) {
		$body  = $request->get_json_params();
		$fault = self::fault( $body, true );
		return '' !== $fault ? self::bad( $fault ) : self::wrap( 'count', Shoutcode_Coupon_Table::update_terms( $body['mark'], $body['terms'] ) );
	}

	public static function disable( WP_REST_Request $request ) {
		return self::change( $request, static fn( $mark, $ids ) => Shoutcode_Coupon_Table::set_status( $mark, 'draft', $ids ) );
	}

	public static function enable( WP_REST_Request $request ) {
		return self::change( $request, static fn( $mark, $ids ) => Shoutcode_Coupon_Table::set_status( $mark, 'publish', $ids ) );
	}

	public static function delete( WP_REST_Request $request ) {
		return self::change( $request, array( 'Shoutcode_Coupon_Table', 'delete' ) );
	}

	/**
	 * {mark, ids}: ids null means every coupon of the mark; it has to be written, since a forgotten list must not mean all.
	 */
	private static function change( WP_REST_Request $request, callable $work ) {
		$body  = $request->get_json_params();
		$fault = self::fault( $body, false );
		if ( '' === $fault && ! array_key_exists( 'ids', $body ) ) {
			$fault = 'ids must be a list, or null for all';
		}
		if ( '' === $fault && null !== $body['ids'] && ( ! is_array( $body['ids'] ) || array_filter( $body['ids'], static fn( $id ) => ! is_int( $id ) ) ) ) {
			$fault = 'ids must be whole numbers';
		}
		return '' !== $fault ? self::bad( $fault ) : self::wrap( 'count', $work( $body['mark'], $body['ids'] ) );
	}

	/**
	 * @param mixed $body
	 */
	private static function fault( $body, bool $with_terms ): string {
		if ( ! is_array( $body ) || ! Shoutcode_Coupon_Rules::is_mark( $body['mark'] ?? null ) ) {
			return 'mark must be shoutcode: and 8 to 40 letters or digits';
		}
		return $with_terms ? Shoutcode_Coupon_Rules::fault( $body['terms'] ?? null, wc_get_price_decimals() ) : '';
	}

	private static function bad( string $detail ): WP_Error {
		return new WP_Error( 'shoutcode_bad_request', $detail, array( 'status' => 400 ) );
	}

	private static function wrap( string $name, $value ) {
		return is_wp_error( $value ) ? $value : self::answer( array( $name => $value ) );
	}

	private static function answer( array $body ): WP_REST_Response {
		$response = new WP_REST_Response( $body );
		$response->header( 'Cache-Control', 'no-store' );
		return $response;
	}
}
