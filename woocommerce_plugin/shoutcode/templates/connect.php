<?php
/**
 * Before the shop is connected.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;
?>
<div class="wrap shoutcode">
	<h1><?php esc_html_e( 'Influencer codes', 'shoutcode' ); ?></h1>
	<?php if ( 'disconnected-alone' === self::view() ) : ?>
		<div class="notice notice-warning"><p><?php esc_html_e( 'Disconnected here. Shoutcode could not be told just now; it notices at its next request.', 'shoutcode' ); ?></p></div>
	<?php elseif ( 'disconnected' === self::view() ) : ?>
		<div class="notice notice-success"><p><?php esc_html_e( 'Disconnected. Codes that were made stay in your shop.', 'shoutcode' ); ?></p></div>
	<?php endif; ?>
	<div class="card">
		<h2><?php esc_html_e( 'Give every influencer a code of their own', 'shoutcode' ); ?></h2>
		<p><?php esc_html_e( 'Connect this shop to Shoutcode. Then choose influencers, make an offer, and see what each code sells.', 'shoutcode' ); ?></p>
		<ul class="ul-disc">
			<li><?php esc_html_e( 'Shoutcode makes, changes and removes its own coupons. It never touches yours.', 'shoutcode' ); ?></li>
			<li><?php esc_html_e( 'It reads orders to count what a code sold. Of your customers it keeps no name and no address, only a hash of the e-mail.', 'shoutcode' ); ?></li>
			<li><?php esc_html_e( 'You can disconnect on this page at any time.', 'shoutcode' ); ?></li>
		</ul>
		<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
			<input type="hidden" name="action" value="shoutcode_connect">
			<?php wp_nonce_field( 'shoutcode_connect' ); ?>
			<p><button class="button button-primary button-hero"><?php esc_html_e( 'Connect this shop', 'shoutcode' ); ?></button></p>
		</form>
	</div>
	<?php require __DIR__ . '/health.php'; ?>
</div>
