<?php
/**
 * The signature of a request, the same in both directions. Plain PHP: nothing of WordPress is needed here.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * HMAC-SHA256 over method, path, time, id and the hash of the raw body.
 */
final class Shoutcode_Signature {

	const TOLERANCE = 300;

	/**
	 * The text that is signed. `$path`: of the REST route (without query) or of the receiving address.
	 */
	public static function message( string $method, string $path, string $timestamp, string $id, string $body ): string {
		return implode( "\n", array( 'v1', strtoupper( $method ), $path, $timestamp, $id, hash( 'sha256', $body ) ) );
	}

	/**
	 * The value of the Shoutcode-Signature header.
	 */
	public static function sign( string $secret, string $method, string $path, string $timestamp, string $id, string $body ): string {
		return 'v1=' . hash_hmac( 'sha256', self::message( $method, $path, $timestamp, $id, $body ), $secret );
	}

	/**
	 * Why a request is refused, or '' where its signature holds.
	 *
	 * @param string[]              $secrets The one in force, then the one before it.
	 * @param array<string, string> $headers timestamp, id, signature.
	 */
	public static function fault( array $secrets, string $method, string $path, array $headers, string $body, int $now ): string {
		foreach ( array( 'timestamp', 'id', 'signature' ) as $name ) {
			if ( ! isset( $headers[ $name ] ) || '' === $headers[ $name ] ) {
				return 'unsigned';
			}
		}
		if ( ! preg_match( '/^\d{1,12}$/D', $headers['timestamp'] ) || ! preg_match( '/^[A-Za-z0-9_-]{16,64}$/D', $headers['id'] ) ) {
			return 'malformed';
		}
		if ( abs( $now - (int) $headers['timestamp'] ) > self::TOLERANCE ) {
			return 'stale';
		}
		$matches = false;
		foreach ( $secrets as $secret ) {
			$wanted = self::sign( $secret, $method, $path, $headers['timestamp'], $headers['id'], $body );
			// No early return: the time must not tell which secret is in force.
			$matches = hash_equals( $wanted, $headers['signature'] ) || $matches;
		}
		return $matches ? '' : 'forged';
	}
}
