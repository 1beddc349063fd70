<?php
/**
 * Order changes, told to the app at once.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * A change is first a row of Action Scheduler, so it cannot be lost; then it is sent after the shopper has the answer.
 * What could not be sent is sent by Action Scheduler, later and later, for about three days.
 */
final class Shoutcode_Pushes {

	const HOOK       = 'shoutcode_push';
	const GROUP      = 'shoutcode';
	const STATE      = 'shoutcode_push_state';
	const MOST_TRIES = 15;
	const AT_ONCE    = 20;

	/**
	 * Order id => event of this request; the last word wins, but nothing follows a deletion.
	 *
	 * @var array<int, string>
	 */
	private static $changes = array();

	/**
	 * Orders that lost a refund in this request.
	 *
	 * @var int[]
	 */
	private static $touched = array();

	public static function register(): void {
		add_action( 'woocommerce_new_order', array( __CLASS__, 'updated' ), 100 );
		add_action( 'woocommerce_update_order', array( __CLASS__, 'updated' ), 100 );
		add_action( 'woocommerce_order_refunded', array( __CLASS__, 'updated' ), 100 );
		add_action( 'woocommerce_untrash_order', array( __CLASS__, 'updated' ), 100 );
		// A status set on an order in the trash fires none of the others.
		add_action( 'woocommerce_after_order_object_save', array( __CLASS__, 'saved' ), 100 );
		add_action( 'woocommerce_trash_order', array( __CLASS__, 'trashed' ), 100 );
		add_action( 'woocommerce_before_delete_order', array( __CLASS__, 'deleted' ), 100, 2 );
		// Every door of WooCommerce (admin page, REST, code) passes this filter; the actions beside it are not fired by all of them.
		add_filter( 'woocommerce_pre_delete_order', array( __CLASS__, 'refund_going' ), 100, 2 );
		add_filter( 'woocommerce_pre_delete_order_refund', array( __CLASS__, 'refund_going' ), 100, 2 );
		add_action( 'shutdown', array( __CLASS__, 'flush' ), 5 );
		add_action( self::HOOK, array( __CLASS__, 'retry' ), 10, 3 );
	}

	public static function updated( $order_id ): void {
		self::note( (int) $order_id, 'order.updated' );
	}

	public static function saved( $order ): void {
		if ( $order instanceof WC_Order && ! $order instanceof WC_Order_Refund ) {
			self::note( $order->get_id(), 'order.updated' );
		}
	}

	public static function trashed( $order_id ): void {
		self::note( (int) $order_id, 'order.trashed' );
	}

	/**
	 * @param int           $order_id
	 * @param WC_Order|null $order
	 */
	public static function deleted( $order_id, $order = null ): void {
		if ( ! $order instanceof WC_Order_Refund ) {
			self::note( (int) $order_id, 'order.deleted' );
		}
	}

	/**
	 * @param mixed $check Passed on as it is.
	 */
	public static function refund_going( $check, $refund ) {
		if ( null === $check && $refund instanceof WC_Order_Refund ) {
			self::$touched[] = $refund->get_parent_id();
		}
		return $check;
	}

	/**
	 * WooCommerce leaves the order's modification time as it was when a refund is deleted, so that a poll would miss it:
	 * it is moved here, and the save notes the change.
	 */
	private static function touch(): void {
		foreach ( array_unique( self::$touched ) as $order_id ) {
			$order = wc_get_order( $order_id );
			if ( $order instanceof WC_Order && ! isset( self::$changes[ $order_id ] ) ) {
				$order->set_date_modified( time() );
				$order->save();
			}
		}
		self::$touched = array();
	}

	private static function note( int $order_id, string $event ): void {
		if ( $order_id > 0 && 'order.deleted' !== ( self::$changes[ $order_id ] ?? '' ) ) {
			self::$changes[ $order_id ] = $event;
		}
	}

	/**
	 * At the end of the request that changed orders.
	 */
	public static function flush(): void {
		self::touch();
		$changes       = self::$changes;
		self::$changes = array();
		if ( ! $changes || ! Shoutcode_Connection::is_connected() || ! function_exists( 'as_schedule_single_action' ) ) {
			return;
		}
		$can_wait = function_exists( 'fastcgi_finish_request' ) || 'cli' === PHP_SAPI || wp_doing_cron();
		$at_once  = $can_wait ? array_slice( $changes, 0, self::AT_ONCE, true ) : array();
		foreach ( $changes as $order_id => $event ) {
			as_schedule_single_action( time() + ( isset( $at_once[ $order_id ] ) ? 60 : 0 ), self::HOOK, array( $order_id, $event, 1 ), self::GROUP );
		}
		if ( ! $at_once ) {
			return;
		}
		if ( function_exists( 'fastcgi_finish_request' ) ) {
			fastcgi_finish_request();
		}
		if ( self::send( $at_once, 5 ) ) {
			foreach ( $at_once as $order_id => $event ) {
				as_unschedule_action( self::HOOK, array( $order_id, $event, 1 ), self::GROUP );
			}
		}
	}

	/**
	 * Action Scheduler's turn: the order as it stands now.
	 */
	public static function retry( $order_id, $event, $try ): void {
		if ( ! Shoutcode_Connection::is_connected() || self::send( array( (int) $order_id => (string) $event ), 20 ) ) {
			return;
		}
		if ( $try < self::MOST_TRIES ) {
			$pause = min( 60 * 2 ** ( $try - 1 ), 6 * HOUR_IN_SECONDS );
			as_schedule_single_action( time() + $pause, self::HOOK, array( (int) $order_id, (string) $event, $try + 1 ), self::GROUP );
		}
	}

	/**
	 * Something other than an order, while somebody waits for it. Whether the app has it.
	 *
	 * @param array<string, mixed> $content
	 */
	public static function say( array $content ): bool {
		return self::post( $content, 10 );
	}

	/**
	 * The last words before this side forgets its secret.
	 */
	public static function say_goodbye(): bool {
		return Shoutcode_Connection::is_connected() && self::say( array( 'disconnected' => true ) );
	}

	/**
	 * @param array<int, string> $changes
	 */
	private static function send( array $changes, int $seconds ): bool {
		return self::post( array( 'changes' => self::described( $changes ) ), $seconds );
	}

	/**
	 * @param array<string, mixed> $content
	 */
	private static function post( array $content, int $seconds ): bool {
		$connection = Shoutcode_Connection::get();
		$body       = (string) wp_json_encode( $content );
		$path       = '/webhooks/woocommerce/plugin/' . rawurlencode( $connection['store_id'] );
		$now        = (string) time();
		$id         = Shoutcode_Token::base64url( random_bytes( 18 ) );
		$answer     = wp_remote_post(
			Shoutcode_Connection::app_url() . $path,
			array(
				'body'        => $body,
				'timeout'     => $seconds,
				'redirection' => 0,
				'headers'     => array(
					'Content-Type'        => 'application/json',
					'Shoutcode-Timestamp' => $now,
					'Shoutcode-Id'        => $id,
					'Shoutcode-Signature' => Shoutcode_Signature::sign( $connection['secret'], 'POST', $path, $now, $id, $body ),
				),
			)
		);
		$status = is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_response_code( $answer );
		self::remember( $status, is_wp_error( $answer ) ? $answer->get_error_message() : '' );
		return $status >= 200 && $status < 300;
	}

	/**
	 * @param array<int, string> $changes
	 */
	private static function described( array $changes ): array {
		$list = array();
		foreach ( $changes as $order_id => $event ) {
			$order = 'order.deleted' === $event ? null : wc_get_order( $order_id );
			// Erased since: that is what the app has to know.
			$event  = $order instanceof WC_Order ? $event : 'order.deleted';
			$list[] = array(
				'event' => $event,
				'id'    => $order_id,
				'at'    => gmdate( 'Y-m-d\TH:i:s\Z' ),
			) + ( $order instanceof WC_Order ? array( 'order' => Shoutcode_Order_Payload::of( $order ) ) : array() );
		}
		return $list;
	}

	private static function remember( int $status, string $error ): void {
		$is_good = $status >= 200 && $status < 300;
		$state   = (array) get_option( self::STATE, array() );
		$state[ $is_good ? 'sent_at' : 'failed_at' ] = time();
		$state['error'] = $is_good ? '' : ( '' !== $error ? $error : 'HTTP ' . $status );
		update_option( self::STATE, $state, false );
	}
}
