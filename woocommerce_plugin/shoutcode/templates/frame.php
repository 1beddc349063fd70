<?php
/**
 * The app's page, framed.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;
?>
<div class="shoutcode-frame">
	<h1 class="screen-reader-text"><?php esc_html_e( 'Influencer codes', 'shoutcode' ); ?></h1>
	<hr class="wp-header-end">
	<div id="shoutcode-late" class="notice notice-warning inline" hidden><p><?php esc_html_e( 'Shoutcode does not answer. Look again in a minute, or check the connection.', 'shoutcode' ); ?> <a href="<?php echo esc_url( Shoutcode_Admin::url( 'connection' ) ); ?>"><?php esc_html_e( 'Connection and health', 'shoutcode' ); ?></a></p></div>
	<iframe id="shoutcode-frame" title="<?php esc_attr_e( 'Influencer codes', 'shoutcode' ); ?>" data-src="<?php echo esc_url( self::frame_url() ); ?>" referrerpolicy="no-referrer" allow="clipboard-write"></iframe>
</div>
