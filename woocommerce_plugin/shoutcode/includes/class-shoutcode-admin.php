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

	/**
	 * Names under which WordPress knows our pages.
	 *
	 * @var string[]
	 */
	private static $hooks = array();

	public static function register(): void {
		add_action( 'admin_menu', array( __CLASS__, 'menu' ), 60 );
		add_action( 'admin_enqueue_scripts', array( __CLASS__, 'assets' ) );
		add_action( 'admin_post_shoutcode_connect', array( __CLASS__, 'connect' ) );
		add_action( 'admin_post_shoutcode_disconnect', array( __CLASS__, 'disconnect' ) );
		add_action( 'wp_ajax_shoutcode_token', array( __CLASS__, 'token' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( SHOUTCODE_FILE ), array( __CLASS__, 'links' ) );
	}

	public static function url( string $view = '' ): string {
		if ( 'connection' === $view && Shoutcode_Connection::is_connected() ) {
			// An entry of its own in the menu, which is there only while connected.
			return add_query_arg( array( 'page' => self::PAGE . '-connection' ), admin_url( 'admin.php' ) );
		}
		return add_query_arg( array_filter( array( 'page' => self::PAGE, 'view' => $view ) ), admin_url( 'admin.php' ) );
	}

	/**
	 * Entries of the menu and the app's pages behind them.
	 *
	 * @return array<string, array{0: string, 1: string}> Title and path by slug.
	 */
	private static function entries(): array {
		return array(
			self::PAGE                  => array( __( 'Home', 'shoutcode' ), '/' ),
			self::PAGE . '-influencers' => array( __( 'Influencers', 'shoutcode' ), '/influencers' ),
			self::PAGE . '-offers'      => array( __( 'Offers', 'shoutcode' ), '/offers' ),
			self::PAGE . '-campaigns'   => array( __( 'Campaigns', 'shoutcode' ), '/campaigns' ),
			self::PAGE . '-messages'    => array( __( 'Messages', 'shoutcode' ), '/messages' ),
			self::PAGE . '-settings'    => array( __( 'Settings', 'shoutcode' ), '/settings' ),
		);
	}

	public static function menu(): void {
		$page          = array( __CLASS__, 'page' );
		self::$hooks[] = add_menu_page( __( 'Influencer codes', 'shoutcode' ), __( 'Influencer codes', 'shoutcode' ), self::CAPABILITY, self::PAGE, $page, 'dashicons-tickets-alt', '55.9' );
		if ( ! Shoutcode_Connection::is_connected() ) {
			return;
		}
		foreach ( self::entries() as $slug => list( $title ) ) {
			self::$hooks[] = add_submenu_page( self::PAGE, $title, $title, self::CAPABILITY, $slug, $page );
		}
		$connection    = __( 'Connection', 'shoutcode' );
		self::$hooks[] = add_submenu_page( self::PAGE, $connection, $connection, self::CAPABILITY, self::PAGE . '-connection', $page );
	}

	/**
	 * @param string[] $links
	 */
	public static function links( array $links ): array {
		array_unshift( $links, sprintf( '<a href="%s">%s</a>', esc_url( self::url( 'connection' ) ), esc_html__( 'Settings', 'shoutcode' ) ) );
		return $links;
	}

	public static function assets( string $hook ): void {
		if ( ! in_array( $hook, self::$hooks, true ) ) {
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
			'page'   => admin_url( 'admin.php' ),
			'paths'  => array_map( static fn( $entry ) => $entry[1], self::entries() ),
		);
		wp_add_inline_script( 'shoutcode-admin', 'window.shoutcodeFrame = ' . wp_json_encode( $settings ) . ';', 'before' );
	}

	private static function shows_frame(): bool {
		return Shoutcode_Connection::is_connected() && 'connection' !== self::view();
	}

	private static function view(): string {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- chooses what to show, changes nothing.
		$named = isset( $_GET['view'] ) ? sanitize_key( $_GET['view'] ) : '';
		return self::PAGE . '-connection' === self::slug() ? 'connection' : $named;
	}

	/**
	 * The app's page that is asked for: a deeper one by its path, else that of the menu's entry.
	 */
	private static function path(): string {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- chooses what to show, changes nothing.
		$path = isset( $_GET['path'] ) ? sanitize_text_field( wp_unslash( $_GET['path'] ) ) : '';
		return preg_match( '#^(/[A-Za-z0-9_-]+)+$#D', $path ) ? $path : self::entries()[ self::slug() ][1] ?? '/';
	}

	private static function slug(): string {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- as above.
		return isset( $_GET['page'] ) ? sanitize_key( $_GET['page'] ) : '';
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
		return Shoutcode_Connection::app_url() . self::path() . '?' . http_build_query(
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
