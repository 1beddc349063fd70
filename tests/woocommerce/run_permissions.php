<?php
/* Walks every route and action that the plugin registers, as each kind of visitor, with WordPress' own doors replaced by
   ones that say what happened. Prints {"routes": {...}, "actions": {...}} for test_plugin_permissions.py. */

define( 'ABSPATH', __DIR__ );
define( 'SHOUTCODE_FILE', dirname( __DIR__, 2 ) . '/woocommerce_plugin/shoutcode/shoutcode.php' );
define( 'SHOUTCODE_VERSION', '0.0.0' );
define( 'SHOUTCODE_APP_URL', 'https://app.example' );

// What WordPress grants each of them, as far as the plugin asks.
const CAPABILITIES = array(
	'nobody'       => array(),
	'customer'     => array( 'read' ),
	'editor'       => array( 'read', 'edit_posts', 'edit_others_posts', 'publish_posts', 'manage_categories' ),
	'shop_manager' => array( 'read', 'manage_woocommerce', 'edit_shop_coupons' ),
);
$role = 'nobody';
$hooks = $routes = array();
$nonce = false;

class Stopped extends Exception {}
class WP_Error {
	public $data;
	public function __construct( $code = '', $message = '', $data = array() ) { $this->data = $data; }
}
class WP_REST_Response {
	public function __construct( $body = null ) {}
	public function header( $name, $value ) {}
}
class WP_REST_Request {
	private $headers;
	public function __construct( array $headers = array() ) { $this->headers = $headers; }
	public function get_header( $name ) { return $this->headers[ $name ] ?? null; }
	public function get_method() { return 'POST'; }
	public function get_route() { return '/wc-shoutcode/v1/secret'; }
	public function get_body() { return '{}'; }
}
function stop( string $what ) { throw new Stopped( $what ); }
function add_action( $hook, $callback, $priority = 10, $arguments = 1 ) { $GLOBALS['hooks'][ $hook ][] = $callback; }
function add_filter( $hook, $callback, $priority = 10, $arguments = 1 ) {}
function register_rest_route( $space, $path, $options ) { $GLOBALS['routes'][ $options['methods'] . ' ' . $path ] = $options; }
function current_user_can( $capability ) { return in_array( $capability, CAPABILITIES[ $GLOBALS['role'] ], true ); }
function get_option( $name, $default = false ) { return 'shoutcode_connection' === $name ? array( 'store_id' => 's', 'secret' => str_repeat( 'a', 64 ), 'page_secret' => str_repeat( 'b', 64 ) ) : $default; }
function check_admin_referer( $action ) { return $GLOBALS['nonce'] === $action ? 1 : stop( 'no nonce' ); }
function check_ajax_referer( $action ) { return $GLOBALS['nonce'] === $action ? 1 : stop( 'no nonce' ); }
function wp_die( $message = '', $title = '', $options = array() ) { stop( 'refused' ); }
function wp_send_json_error( $data = null, $status = 0 ) { stop( 'refused' ); }
function wp_send_json_success( $data = null ) { stop( 'done' ); }
function wp_redirect( ...$where ) { stop( 'done' ); }
function wp_remote_post( ...$what ) { stop( 'done' ); }
function update_option( ...$what ) { return true; }
function get_current_user_id() { return 1; }
function wp_get_current_user() { return (object) array( 'display_name' => 'Robin' ); }
function nocache_headers() {}
function __return_true() { return true; }
function get_user_locale() { return 'en_US'; }
function is_wp_error( $value ) { return $value instanceof WP_Error; }
function wp_json_encode( $value ) { return json_encode( $value ); }
function untrailingslashit( $text ) { return rtrim( $text, '/' ); }
function esc_html__( $text ) { return $text; }
function __( $text ) { return $text; }
function plugin_basename( $file ) { return basename( $file ); }
function rest_url() { return 'https://shop.example/wp-json/'; }
function admin_url( $path = '' ) { return 'https://shop.example/wp-admin/' . $path; }
function add_query_arg( $query, $url ) { return $url . '?' . http_build_query( $query ); }

foreach ( array( 'signature', 'token', 'coupon-rules', 'coupon-table', 'connection', 'rest', 'pushes', 'admin' ) as $part ) {
	require dirname( SHOUTCODE_FILE ) . "/includes/class-shoutcode-$part.php";
}
Shoutcode_Rest::register();
Shoutcode_Admin::register();
Shoutcode_Rest::routes();

function outcome( callable $work ): string {
	try {
		$work();
		return 'done';
	} catch ( Stopped $stopped ) {
		return $stopped->getMessage();
	}
}

$found = array( 'routes' => array(), 'actions' => array() );
foreach ( array_keys( CAPABILITIES ) as $role ) {
	foreach ( $routes as $name => $options ) {
		foreach ( array( 'plain' => array(), 'forged' => array( 'shoutcode_timestamp' => (string) time(), 'shoutcode_id' => str_repeat( 'x', 20 ), 'shoutcode_signature' => 'v1=' . str_repeat( '0', 64 ) ) ) as $how => $headers ) {
			$found['routes'][ $name ][ $role ][ $how ] = true === call_user_func( $options['permission_callback'], new WP_REST_Request( $headers ) );
		}
	}
	foreach ( $hooks as $hook => $callbacks ) {
		if ( ! preg_match( '/^(admin_post|wp_ajax)_(nopriv_)?(shoutcode_\w+)$/', $hook, $parts ) ) {
			continue;
		}
		foreach ( array( 'without' => false, 'with' => $parts[3] ) as $how => $nonce ) {
			$found['actions'][ $hook ][ $role ][ $how ] = outcome( $callbacks[0] );
		}
	}
	$nonce                                     = false;
	$found['actions']['page'][ $role ]['with'] = current_user_can( Shoutcode_Admin::CAPABILITY ) ? 'done' : outcome( array( 'Shoutcode_Admin', 'page' ) );
}
echo json_encode( $found );
