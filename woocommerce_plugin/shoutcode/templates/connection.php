<?php
/**
 * The connection: since when, by whom, health, and the way out.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;
$shoutcode_connection = Shoutcode_Connection::get();
$shoutcode_user       = get_userdata( $shoutcode_connection['connected_by'] );
?>
<div class="wrap shoutcode">
	<h1><?php esc_html_e( 'Connection to Shoutcode', 'shoutcode' ); ?></h1>
	<div class="card">
		<h2><?php esc_html_e( 'Connected', 'shoutcode' ); ?></h2>
		<p>
			<?php
			echo esc_html(
				sprintf(
					/* translators: 1: date, 2: name of a user. */
					__( 'Since %1$s, by %2$s.', 'shoutcode' ),
					wp_date( get_option( 'date_format' ) . ', ' . get_option( 'time_format' ), $shoutcode_connection['connected_at'] ),
					$shoutcode_user ? $shoutcode_user->display_name : __( 'a user who is gone', 'shoutcode' )
				)
			);
			?>
		</p>
		<p><a class="button button-primary" href="<?php echo esc_url( Shoutcode_Admin::url() ); ?>"><?php esc_html_e( 'Open influencer codes', 'shoutcode' ); ?></a></p>
		<p><?php esc_html_e( 'If Shoutcode says that this shop does not let it in any more, connect once more: it gets new keys, and everything else stays.', 'shoutcode' ); ?></p>
		<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
			<input type="hidden" name="action" value="shoutcode_connect">
			<?php wp_nonce_field( 'shoutcode_connect' ); ?>
			<p><button class="button"><?php esc_html_e( 'Connect again', 'shoutcode' ); ?></button></p>
		</form>
	</div>
	<?php require __DIR__ . '/health.php'; ?>
	<div class="card">
		<h2><?php esc_html_e( 'Disconnect', 'shoutcode' ); ?></h2>
		<p><?php esc_html_e( 'Codes outlive the connection: end your offers in Shoutcode first if shoppers should not use them any more. Numbers are kept.', 'shoutcode' ); ?></p>
		<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
			<input type="hidden" name="action" value="shoutcode_disconnect">
			<?php wp_nonce_field( 'shoutcode_disconnect' ); ?>
			<p><button class="button"><?php esc_html_e( 'Disconnect this shop', 'shoutcode' ); ?></button></p>
		</form>
	</div>
</div>
