<?php
/**
 * What is wrong with the shop, if anything.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;
$shoutcode_troubles = Shoutcode_Health::troubles();
?>
<div class="card">
	<h2><?php esc_html_e( 'Health', 'shoutcode' ); ?></h2>
	<?php if ( ! $shoutcode_troubles ) : ?>
		<p><span class="dashicons dashicons-yes-alt shoutcode-good" aria-hidden="true"></span> <?php esc_html_e( 'Everything that codes need is in place.', 'shoutcode' ); ?></p>
	<?php endif; ?>
	<?php foreach ( $shoutcode_troubles as $shoutcode_trouble ) : ?>
		<p><span class="dashicons dashicons-warning shoutcode-bad" aria-hidden="true"></span> <?php echo esc_html( $shoutcode_trouble ); ?></p>
	<?php endforeach; ?>
</div>
