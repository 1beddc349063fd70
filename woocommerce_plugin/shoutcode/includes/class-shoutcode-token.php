<?php
/**
 * The token of the framed page: a JWT (HS256) of one minute. Plain PHP.
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * Says which store and which of its users has the page open.
 */
final class Shoutcode_Token {

	const SECONDS = 60;

	/**
	 * @param array<string, mixed> $claims Without times.
	 */
	public static function make( string $secret, array $claims, int $now ): string {
		$claims += array(
			'iat' => $now,
			'nbf' => $now,
			'exp' => $now + self::SECONDS,
		);
		$head    = self::base64url( '{"alg":"HS256","typ":"JWT"}' );
		$body    = self::base64url( (string) json_encode( $claims, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
		return "$head.$body." . self::base64url( hash_hmac( 'sha256', "$head.$body", $secret, true ) );
	}

	public static function base64url( string $bytes ): string {
		return rtrim( strtr( base64_encode( $bytes ), '+/', '-_' ), '=' );
	}
}
