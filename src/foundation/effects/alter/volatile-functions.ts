/** Functions of pg_catalog that pg_proc calls volatile and that a value can come from, by the first major that has them. */
const firstMajors: ReadonlyMap<number, string> = new Map([
  [
    15,
    'clock_timestamp currval cursor_to_xml gen_random_uuid lastval lo_creat lo_create lo_export lo_from_bytea lo_get ' +
      'lo_import lo_open lo_put lo_unlink loread lowrite nextval pg_advisory_lock pg_advisory_lock_shared ' +
      'pg_advisory_unlock pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_blocking_pids ' +
      'pg_current_logfile pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn pg_database_size ' +
      'pg_export_snapshot pg_indexes_size pg_is_in_recovery pg_is_wal_replay_paused pg_last_wal_receive_lsn ' +
      'pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_logical_emit_message pg_notification_queue_usage ' +
      'pg_notify pg_read_binary_file pg_read_file pg_relation_size pg_sleep pg_sleep_for pg_sleep_until pg_switch_wal ' +
      'pg_table_size pg_tablespace_size pg_total_relation_size pg_try_advisory_lock pg_try_advisory_lock_shared ' +
      'pg_try_advisory_xact_lock pg_xact_commit_timestamp pg_xact_status query_to_xml random set_config setseed ' +
      'setval timeofday ts_rewrite ts_stat txid_status',
  ],
  [16, 'array_sample array_shuffle random_normal'],
  [18, 'uuidv4 uuidv7'],
]);

/** Of extensions that come with PostgreSQL (uuid-ossp, pgcrypto): all that is known of them when only the text is. */
const ofExtensions: ReadonlySet<string> = new Set(
  'uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 gen_random_bytes gen_salt'.split(' '),
);

/** Functions of pg_catalog that defaults are made of and that are not volatile, on 15 to 18. */
const steady: ReadonlySet<string> = new Set(
  (
    'now transaction_timestamp statement_timestamp timezone to_char to_date to_number to_timestamp date_trunc ' +
    'date_part extract age make_date make_time make_timestamp make_timestamptz make_interval justify_days ' +
    'justify_hours lower upper initcap trim btrim ltrim rtrim concat concat_ws format left right lpad rpad repeat ' +
    'replace reverse substr substring split_part translate position strpos length char_length octet_length md5 ' +
    'sha224 sha256 sha384 sha512 encode decode convert_from convert_to quote_ident quote_literal chr ascii abs ' +
    'ceil ceiling floor round trunc mod power sqrt sign greatest least coalesce nullif array_append array_cat ' +
    'array_fill array_length array_to_string string_to_array cardinality json_build_object json_build_array ' +
    'jsonb_build_object jsonb_build_array to_json to_jsonb json_object jsonb_object row_to_json int4range int8range ' +
    'numrange tsrange tstzrange daterange current_setting current_database current_schema current_schemas ' +
    'pg_backend_pid txid_current pg_current_xact_id to_tsvector to_tsquery plainto_tsquery inet_client_addr ' +
    'inet_client_port inet_server_addr inet_server_port version session_user current_user int4 int8 float8 numeric ' +
    'text varchar bpchar bool date timestamp timestamptz interval like_escape regexp_replace'
  ).split(' '),
);

export type BuiltinVolatility = 'volatile' | 'steady' | 'unknown';

/** What is known of a function of this name by the name alone. */
export function builtinVolatility(name: string, major: number): BuiltinVolatility {
  if (ofExtensions.has(name) || (volatileNames.get(name) ?? Infinity) <= major) return 'volatile';
  return steady.has(name) ? 'steady' : 'unknown';
}

const volatileNames: ReadonlyMap<string, number> = new Map(
  [...firstMajors].flatMap(([major, names]) => names.split(' ').map((name) => [name, major] as const)),
);
