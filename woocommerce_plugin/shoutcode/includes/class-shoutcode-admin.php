<?php
/**
 * The menu entry "Influencer codes": connect, the app's own page in a frame, disconnect.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * Every action checks the capability and its own nonce.
 */
final class Shoutcode_Admin {

	const PAGE       = 'shoutcode';
	const CAPABILITY = 'manage_woocommerce';

	public static function register(): void {
		add_action( 'admin_menu', array( __CLASS__, 'menu' ), 60 );
		add_action( 'admin_enqueue_scripts', array( __CLASS__, 'assets' ) );
		add_action( 'admin_post_shoutcode_connect', array( __CLASS__, 'connect' ) );
		add_action( 'admin_post_shoutcode_disconnect', array( __CLASS__, 'disconnect' ) );
		add_action( 'wp_ajax_shoutcode_token', array( __CLASS__, 'token' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( SHOUTCODE_FILE ), array( __CLASS__, 'links' ) );
	}

	public static function url( string $view = '' ): string {
		return add_query_arg( array_filter( array( 'page' => self::PAGE, 'view' => $view ) ), admin_url( 'admin.php' ) );
	}

	public static function menu(): void {
		add_menu_page( __( 'Influencer codes', 'shoutcode' ), __( 'Influencer codes', 'shoutcode' ), self::CAPABILITY, self::PAGE, array( __CLASS__, 'page' ), 'dashicons-tickets-alt', '55.9' );
	}

	/**
	 * @param string[] $links
	 */
	public static function links( array $links ): array {
		array_unshift( $links, sprintf( '<a href="%s">%s</a>', esc_url( self::url( 'connection' ) ), esc_html__( 'Settings', 'shoutcode' ) ) );
		return $links;
	}

	public static function assets( string $hook ): void {
		if ( 'toplevel_page_' . self::PAGE !== $hook ) {
			return;
		}
		wp_enqueue_style( 'shoutcode-admin', plugins_url( 'assets/admin.css', SHOUTCODE_FILE ), array(), SHOUTCODE_VERSION );
		if ( ! self::shows_frame() ) {
			return;
		}
		wp_enqueue_script( 'shoutcode-admin', plugins_url( 'assets/admin.js', SHOUTCODE_FILE ), array(), SHOUTCODE_VERSION, true );
		$settings = array(
			'origin' => self::origin(),
			'ajax'   => admin_url( 'admin-ajax.php' ),
			'nonce'  => wp_create_nonce( 'shoutcode_token' ),
		);
		wp_add_inline_script( 'shoutcode-admin', 'window.shoutcodeFrame = ' . wp_json_encode( $settings ) . ';', 'before' );
	}

	private static function shows_frame(): bool {
		return Shoutcode_Connection::is_connected() && 'connection' !== self::view();
	}

	private static function view(): string {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- chooses what to show, changes nothing.
		return isset( $_GET['view'] ) ? sanitize_key( $_GET['view'] ) : '';
	}

	private static function origin(): string {
		$parts = wp_parse_url( Shoutcode_Connection::app_url() );
		return $parts['scheme'] . '://' . $parts['host'] . ( isset( $parts['port'] ) ? ':' . $parts['port'] : '' );
	}

	public static function page(): void {
		if ( ! current_user_can( self::CAPABILITY ) ) {
			wp_die( esc_html__( 'You are not allowed to see this page.', 'shoutcode' ), '', array( 'response' => 403 ) );
		}
		$template = self::shows_frame() ? 'frame' : ( Shoutcode_Connection::is_connected() ? 'connection' : 'connect' );
		require dirname( SHOUTCODE_FILE ) . '/templates/' . $template . '.php';
	}

	/**
	 * Address of the framed page. The token in it lasts a minute and is good for the first load only.
	 */
	public static function frame_url(): string {
		return Shoutcode_Connection::app_url() . '/?' . http_build_query(
			array(
				'host'     => 'wordpress',
				'store'    => Shoutcode_Connection::get()['store_id'],
				'locale'   => get_user_locale(),
				'id_token' => self::make_token(),
			)
		);
	}

	private static function make_token(): string {
		$connection = Shoutcode_Connection::get();
		return Shoutcode_Token::make(
			$connection['page_secret'],
			array(
				'iss'  => untrailingslashit( (string) get_option( 'home' ) ),
				'aud'  => 'shoutcode',
				'dest' => $connection['store_id'],
				'sub'  => (string) get_current_user_id(),
				'name' => wp_get_current_user()->display_name,
				'cap'  => self::CAPABILITY,
				'jti'  => Shoutcode_Token::base64url( random_bytes( 16 ) ),
			),
			time()
		);
	}

	/**
	 * A fresh token for the page that is open.
	 */
	public static function token(): void {
		check_ajax_referer( 'shoutcode_token' );
		if ( ! current_user_can( self::CAPABILITY ) || ! Shoutcode_Connection::is_connected() ) {
			wp_send_json_error( null, 403 );
		}
		nocache_headers();
		wp_send_json_success( array( 'token' => self::make_token() ) );
	}

	public static function connect(): void {
		self::guard( 'shoutcode_connect' );
		if ( '' === Shoutcode_Connection::app_url() ) {
			wp_die( esc_html__( 'This copy of the plugin was built without the address of Shoutcode.', 'shoutcode' ), '', array( 'response' => 500 ) );
		}
		// Not wp_safe_redirect(): the app is another host, and its address is fixed in the plugin.
		// phpcs:ignore WordPress.Security.SafeRedirect.wp_redirect_wp_redirect
		wp_redirect( Shoutcode_Connection::begin( get_current_user_id() ), 302, 'Shoutcode' );
		exit;
	}

	public static function disconnect(): void {
		self::guard( 'shoutcode_disconnect' );
		$is_told = Shoutcode_Pushes::say_goodbye();
		Shoutcode_Connection::disconnect();
		wp_safe_redirect( self::url( $is_told ? 'disconnected' : 'disconnected-alone' ) );
		exit;
	}

	private static function guard( string $action ): void {
		if ( ! current_user_can( self::CAPABILITY ) ) {
			wp_die( esc_html__( 'You are not allowed to do this.', 'shoutcode' ), '', array( 'response' => 403 ) );
		}
		check_admin_referer( $action );
	}
}
