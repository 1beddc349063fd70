<?php
/**
 * Runs the shared vectors against the plugin's plain classes; prints {"file/name": answer} as JSON for the test to compare.
 */

define( 'ABSPATH', __DIR__ );
$root = dirname( __DIR__, 2 );
function __( string $text ): string { return $text; }
foreach ( array( 'signature', 'token', 'coupon-rules', 'privacy' ) as $part ) {
	require "$root/woocommerce_plugin/shoutcode/includes/class-shoutcode-$part.php";
}

function vectors( string $name ): array {
	return json_decode( file_get_contents( dirname( __DIR__ ) . "/contract/plugin/$name.json" ), true, 512, JSON_THROW_ON_ERROR );
}

$answers = array();
foreach ( vectors( 'signatures' ) as $v ) {
	$answers[ 'signatures/' . $v['name'] ] = Shoutcode_Signature::fault( $v['secrets'], $v['method'], $v['path'], $v['headers'], $v['body'], $v['now'] );
}
foreach ( vectors( 'tokens' ) as $v ) {
	$answers[ 'tokens/' . $v['name'] ] = Shoutcode_Token::make( $v['secret'], $v['claims'], $v['now'] );
}
foreach ( vectors( 'coupons' ) as $v ) {
	$fault = Shoutcode_Coupon_Rules::fault( $v['terms'], $v['decimals'] );
	if ( '' === $fault ) {
		list( , $results ) = Shoutcode_Coupon_Rules::sort_out( $v['codes'], $v['held'], $v['mark'] );
		$answer            = array(
			'fault'    => '',
			'statuses' => array_column( $results, 'status' ),
			'rows'     => Shoutcode_Coupon_Rules::meta( $v['terms'], $v['mark'] ),
		);
	} else {
		$answer = array( 'fault' => $fault, 'statuses' => array(), 'rows' => array() );
	}
	$answers[ 'coupons/' . $v['name'] ] = $answer;
}
foreach ( vectors( 'erasures' ) as $v ) {
	$answers[ 'erasures/' . $v['name'] ] = array( 'push' => Shoutcode_Privacy::request( $v['email'] ), 'answer' => Shoutcode_Privacy::erased( $v['told'] ) );
}
echo json_encode( $answers, JSON_THROW_ON_ERROR );
