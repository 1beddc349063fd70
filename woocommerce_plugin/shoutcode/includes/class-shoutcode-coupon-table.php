<?php
/**
 * Coupons by the thousand: read, made, changed and deleted with set-based statements.
 *
 * WooCommerce's own classes make about 80 coupons a second; a row made here is the same row.
 * phpcs:disable WordPress.DB.DirectDatabaseQuery, WordPress.DB.PreparedSQL, WordPress.DB.PreparedSQLPlaceholders -- lists of placeholders are made for lists of values, and every value goes through prepare().
 *
 * @package Shoutcode
 */

defined( 'ABSPATH' ) || exit;

/**
 * Every write belongs to one mark: coupons of others are never touched.
 */
final class Shoutcode_Coupon_Table {

	const ROWS_A_STATEMENT = 500;
	const LOCK             = 'shoutcode_coupons';

	/**
	 * Coupons that hold one of these codes, whoever made them; those in the trash let go of their code.
	 *
	 * @param string[] $codes Lower case.
	 * @return array<string, array{id: int, mark: string, status: string}>
	 */
	public static function held( array $codes ): array {
		global $wpdb;
		$held = array();
		foreach ( array_chunk( $codes, Shoutcode_Coupon_Rules::MOST_CODES ) as $chunk ) {
			// No index serves this, so one pass for all. LOWER() as in WooCommerce's own look-up: a collation may tell cases apart. Older rows last, so that the newest wins as in the cart.
			$rows = $wpdb->get_results(
				$wpdb->prepare(
					"SELECT p.ID, p.post_title, p.post_status, m.meta_value AS mark FROM {$wpdb->posts} p
					LEFT JOIN {$wpdb->postmeta} m ON m.post_id = p.ID AND m.meta_key = '" . Shoutcode_Coupon_Rules::MARK . "'
					WHERE p.post_type = 'shop_coupon' AND p.post_status NOT IN ('trash', 'auto-draft')
					AND LOWER(p.post_title) IN (" . self::places( $chunk ) . ') ORDER BY p.post_date, p.ID',
					$chunk
				)
			);
			foreach ( $rows as $row ) {
				$held[ strtolower( $row->post_title ) ] = array(
					'id'     => (int) $row->ID,
					'mark'   => (string) $row->mark,
					'status' => $row->post_status,
				);
			}
		}
		return $held;
	}

	/**
	 * Makes one block in one transaction; the same call again makes nothing twice.
	 *
	 * @param string[] $codes
	 * @return array<int, array<string, mixed>>|WP_Error One result per code, in order.
	 */
	public static function create( string $mark, array $terms, array $codes ) {
		return self::locked(
			static function () use ( $mark, $terms, $codes ) {
				$wanted                  = array_values( array_unique( array_map( 'strtolower', array_filter( $codes, array( 'Shoutcode_Coupon_Rules', 'is_code' ) ) ) ) );
				list( $make, $results ) = Shoutcode_Coupon_Rules::sort_out( $codes, self::held( $wanted ), $mark );
				$ids                     = $make ? self::insert( $make, $terms, Shoutcode_Coupon_Rules::meta( $terms, $mark ) ) : array();
				foreach ( $results as $position => $result ) {
					if ( 'created' === $result['status'] ) {
						$results[ $position ]['id'] = $ids[ strtolower( $result['code'] ) ];
					}
				}
				$back = array_column( wp_list_filter( $results, array( 'status' => 'returned' ) ), 'id' );
				if ( $back ) {
					self::write_terms( $back, $terms );
					self::write_status( $back, 'publish' );
					self::forget( $back );
				}
				return $results;
			}
		);
	}

	/**
	 * @param string[]              $codes Lower case, not held by anybody.
	 * @param array<string, string> $meta
	 * @return array<string, int> Ids by code.
	 */
	private static function insert( array $codes, array $terms, array $meta ): array {
		global $wpdb;
		$local = current_time( 'mysql' );
		$gmt   = current_time( 'mysql', true );
		$after = (int) $wpdb->get_var( "SELECT COALESCE(MAX(ID), 0) FROM {$wpdb->posts}" );
		$tail  = $wpdb->prepare( '%s, %s, %s, %s, %s, %d', $terms['title'], $local, $gmt, $local, $gmt, get_current_user_id() );
		foreach ( array_chunk( $codes, self::ROWS_A_STATEMENT ) as $chunk ) {
			$rows = array();
			foreach ( $chunk as $code ) {
				// A code is letters, digits, - and _ by now, and so its own slug; one prepare() a row would take half the time.
				$rows[] = "('shop_coupon', 'publish', '" . esc_sql( $code ) . "', '" . esc_sql( $code ) . "', $tail, 'closed', 'closed', '', '', '', '')";
			}
			self::run( "INSERT INTO {$wpdb->posts} (post_type, post_status, post_title, post_name, post_excerpt, post_date, post_date_gmt, post_modified, post_modified_gmt, post_author, comment_status, ping_status, post_content, to_ping, pinged, post_content_filtered) VALUES " . implode( ',', $rows ) );
		}
		$ids = self::inserted( $codes, $after );
		foreach ( array_chunk( array_values( $ids ), self::ROWS_A_STATEMENT ) as $chunk ) {
			self::insert_meta( $chunk, $meta );
		}
		return $ids;
	}

	/**
	 * The ids that the new rows got: asked for, since a cluster hands them out with gaps.
	 *
	 * @param string[] $codes
	 * @return array<string, int>
	 */
	private static function inserted( array $codes, int $after ): array {
		global $wpdb;
		$rows = $wpdb->get_results( $wpdb->prepare( "SELECT ID, post_title FROM {$wpdb->posts} WHERE ID > %d AND post_type = 'shop_coupon'", $after ) );
		$ids  = array();
		foreach ( $rows as $row ) {
			$ids[ $row->post_title ] = (int) $row->ID;
		}
		$ids = array_intersect_key( $ids, array_flip( $codes ) );
		if ( count( $ids ) !== count( $codes ) ) {
			throw new RuntimeException( 'rows are missing after the insert' );
		}
		return $ids;
	}

	/**
	 * @param int[]                 $ids
	 * @param array<string, string> $meta
	 */
	private static function insert_meta( array $ids, array $meta ): void {
		global $wpdb;
		$pairs = array();
		foreach ( $meta as $key => $value ) {
			$pairs[] = $wpdb->prepare( '%s, %s', $key, $value );
		}
		$rows = array();
		foreach ( $ids as $id ) {
			foreach ( $pairs as $pair ) {
				$rows[] = '(' . (int) $id . ', ' . $pair . ')';
			}
		}
		self::run( "INSERT INTO {$wpdb->postmeta} (post_id, meta_key, meta_value) VALUES " . implode( ',', $rows ) );
	}

	/**
	 * Coupons of one mark by id.
	 *
	 * @return array<int, array{id: int, code: string, status: string, usage_count: int}>
	 */
	public static function page( string $mark, int $after, int $limit ): array {
		global $wpdb;
		$rows = $wpdb->get_results(
			$wpdb->prepare(
				"SELECT p.ID, p.post_title, p.post_status, u.meta_value AS used FROM {$wpdb->postmeta} m
				JOIN {$wpdb->posts} p ON p.ID = m.post_id AND p.post_type = 'shop_coupon' AND p.post_status IN ('publish', 'draft')
				LEFT JOIN {$wpdb->postmeta} u ON u.post_id = p.ID AND u.meta_key = 'usage_count'
				WHERE m.meta_key = %s AND m.meta_value = %s AND p.ID > %d ORDER BY p.ID LIMIT %d",
				Shoutcode_Coupon_Rules::MARK,
				$mark,
				$after,
				$limit
			)
		);
		return array_map(
			static fn( $row ) => array(
				'id'          => (int) $row->ID,
				'code'        => $row->post_title,
				'status'      => $row->post_status,
				'usage_count' => (int) $row->used,
			),
			$rows
		);
	}

	/**
	 * New terms for every coupon of a mark. Returns how many there are.
	 *
	 * @return int|WP_Error
	 */
	public static function update_terms( string $mark, array $terms ) {
		return self::locked(
			static function () use ( $mark, $terms ) {
				$ids = self::ids( $mark, null );
				self::write_terms( $ids, $terms );
				self::forget( $ids );
				return count( $ids );
			}
		);
	}

	/**
	 * @param int[] $ids
	 */
	private static function write_terms( array $ids, array $terms ): void {
		global $wpdb;
		$keys = Shoutcode_Coupon_Rules::KEYS_OF_TERMS;
		$meta = Shoutcode_Coupon_Rules::meta_of_terms( $terms );
		$now  = current_time( 'mysql' );
		$gmt  = current_time( 'mysql', true );
		foreach ( array_chunk( $ids, self::ROWS_A_STATEMENT ) as $chunk ) {
			self::run( $wpdb->prepare( "DELETE FROM {$wpdb->postmeta} WHERE post_id IN (" . self::places( $chunk, '%d' ) . ') AND meta_key IN (' . self::places( $keys ) . ')', array_merge( $chunk, $keys ) ) );
			self::insert_meta( $chunk, $meta );
			self::run( $wpdb->prepare( "UPDATE {$wpdb->posts} SET post_excerpt = %s, post_modified = %s, post_modified_gmt = %s WHERE ID IN (" . self::places( $chunk, '%d' ) . ')', array_merge( array( $terms['title'], $now, $gmt ), $chunk ) ) );
		}
	}

	/**
	 * Publishes or takes off coupons of a mark.
	 *
	 * @param int[]|null $only These ids, or all.
	 * @return int|WP_Error
	 */
	public static function set_status( string $mark, string $status, ?array $only ) {
		return self::locked(
			static function () use ( $mark, $status, $only ) {
				$ids = self::ids( $mark, $only );
				self::write_status( $ids, $status );
				self::forget( $ids );
				return count( $ids );
			}
		);
	}

	/**
	 * @param int[] $ids
	 */
	private static function write_status( array $ids, string $status ): void {
		global $wpdb;
		foreach ( array_chunk( $ids, 1000 ) as $chunk ) {
			self::run( $wpdb->prepare( "UPDATE {$wpdb->posts} SET post_status = %s WHERE ID IN (" . self::places( $chunk, '%d' ) . ')', array_merge( array( $status ), $chunk ) ) );
		}
	}

	/**
	 * @param int[]|null $only These ids, or all.
	 * @return int|WP_Error
	 */
	public static function delete( string $mark, ?array $only ) {
		return self::locked(
			static function () use ( $mark, $only ) {
				global $wpdb;
				$ids = self::ids( $mark, $only );
				foreach ( array_chunk( $ids, 1000 ) as $chunk ) {
					$places = self::places( $chunk, '%d' );
					self::run( $wpdb->prepare( "DELETE FROM {$wpdb->postmeta} WHERE post_id IN ($places)", $chunk ) );
					self::run( $wpdb->prepare( "DELETE FROM {$wpdb->posts} WHERE ID IN ($places)", $chunk ) );
				}
				self::forget( $ids );
				return count( $ids );
			}
		);
	}

	/**
	 * @param int[]|null $only
	 * @return int[]
	 */
	private static function ids( string $mark, ?array $only ): array {
		global $wpdb;
		$ids = array_map(
			'intval',
			$wpdb->get_col(
				$wpdb->prepare(
					"SELECT p.ID FROM {$wpdb->postmeta} m JOIN {$wpdb->posts} p ON p.ID = m.post_id AND p.post_type = 'shop_coupon' AND p.post_status <> 'trash' WHERE m.meta_key = %s AND m.meta_value = %s",
					Shoutcode_Coupon_Rules::MARK,
					$mark
				)
			)
		);
		return null === $only ? $ids : array_values( array_intersect( $ids, $only ) );
	}

	/**
	 * Runs one write alone and whole: a lock of its own (two blocks must not make one code twice), one transaction.
	 *
	 * @return mixed|WP_Error
	 */
	private static function locked( callable $work ) {
		global $wpdb;
		$lock = substr( self::LOCK . '_' . md5( DB_NAME . $wpdb->prefix ), 0, 60 );
		if ( '1' !== (string) $wpdb->get_var( $wpdb->prepare( 'SELECT GET_LOCK(%s, 20)', $lock ) ) ) {
			return new WP_Error( 'shoutcode_busy', __( 'Other codes are being made right now. Try again in a moment.', 'shoutcode' ), array( 'status' => 503 ) );
		}
		self::run( 'START TRANSACTION' );
		try {
			$answer = $work();
			self::run( 'COMMIT' );
		} catch ( RuntimeException $error ) {
			$wpdb->query( 'ROLLBACK' );
			wc_get_logger()->error( $error->getMessage(), array( 'source' => 'shoutcode' ) );
			$answer = new WP_Error( 'shoutcode_database', __( 'The database refused the codes. Nothing was changed.', 'shoutcode' ), array( 'status' => 500 ) );
		} finally {
			$wpdb->get_var( $wpdb->prepare( 'SELECT RELEASE_LOCK(%s)', $lock ) );
		}
		self::forget( array() );
		return $answer;
	}

	/**
	 * What caches know of coupons is old now.
	 *
	 * @param int[] $ids
	 */
	private static function forget( array $ids ): void {
		foreach ( array_chunk( $ids, 1000 ) as $chunk ) {
			wp_cache_delete_multiple( $chunk, 'posts' );
			wp_cache_delete_multiple( $chunk, 'post_meta' );
		}
		delete_transient( 'rest_api_coupons_type_count' );
		WC_Cache_Helper::invalidate_cache_group( 'coupons' );
		wp_cache_delete( _count_posts_cache_key( 'shop_coupon' ), 'counts' );
		wp_cache_set_posts_last_changed();
	}

	private static function run( string $sql ): void {
		global $wpdb;
		if ( false === $wpdb->query( $sql ) ) {
			throw new RuntimeException( $wpdb->last_error );
		}
	}

	private static function places( array $values, string $place = '%s' ): string {
		return implode( ',', array_fill( 0, count( $values ), $place ) );
	}
}
