/**
 * What the names of other linters' rules silence here, so that a team's comments keep their meaning. A name that is not
 * listed silences nothing and is reported.
 */
const squawk: Readonly<Record<string, readonly string[]>> = {
  'adding-field-with-default': ['add-column-volatile-default', 'add-generated-column', 'add-identity-column'],
  'adding-foreign-key-constraint': ['add-foreign-key-validated'],
  'adding-not-nullable-field': ['set-not-null-scans', 'add-not-null-column'],
  'adding-required-field': ['add-not-null-column'],
  'adding-serial-primary-key-field': ['add-serial-column', 'add-primary-key', 'serial-column'],
  'ban-alter-domain-with-add-constraint': ['domain-constraint-scans'],
  'ban-char-field': ['char-column'],
  'ban-concurrent-index-creation-in-transaction': ['concurrently-in-transaction'],
  'ban-create-domain-with-constraint': ['domain-constraint-scans'],
  'ban-drop-column': ['drop-column'],
  'ban-drop-database': ['drop-database'],
  'ban-drop-not-null': ['drop-not-null'],
  'ban-drop-table': ['drop-table'],
  'ban-truncate-cascade': ['truncate-cascade'],
  'changing-column-type': ['change-column-type'],
  'constraint-missing-not-valid': ['add-check-validated', 'add-foreign-key-validated'],
  'disallowed-unique-constraint': ['add-unique-constraint'],
  'prefer-big-int': ['integer-key'],
  'prefer-bigint-over-int': ['integer-key'],
  'prefer-bigint-over-smallint': ['integer-key'],
  'prefer-identity': ['serial-column'],
  'prefer-robust-stmts': ['missing-if-exists'],
  'prefer-text-field': ['varchar-column'],
  'prefer-timestamp-tz': ['timestamp-without-time-zone'],
  'prefer-timestamptz': ['timestamp-without-time-zone'],
  'renaming-column': ['rename-column'],
  'renaming-table': ['rename-table'],
  'require-concurrent-index-creation': ['create-index-blocks-writes'],
  'require-concurrent-index-deletion': ['drop-index-blocks-queries'],
  'require-timeout-settings': ['missing-lock-timeout', 'missing-statement-timeout'],
  'transaction-nesting': ['nested-transaction'],
};

/** Classes and codes of Atlas's analyzers. */
const atlas: Readonly<Record<string, readonly string[]>> = {
  destructive: ['drop-table', 'drop-column', 'drop-schema'],
  DS101: ['drop-schema'],
  DS102: ['drop-table'],
  DS103: ['drop-column'],
  incompatible: ['rename-table', 'rename-column'],
  BC101: ['rename-table'],
  BC102: ['rename-column'],
  data_depend: ['unique-may-fail', 'add-not-null-column', 'set-not-null-scans'],
  MF101: ['unique-may-fail'],
  MF102: ['unique-may-fail'],
  MF103: ['add-not-null-column'],
  MF104: ['set-not-null-scans'],
  concurrent_index: ['create-index-blocks-writes', 'drop-index-blocks-queries', 'concurrently-in-transaction'],
  PG101: ['create-index-blocks-writes'],
  PG102: ['drop-index-blocks-queries'],
  PG103: ['concurrently-in-transaction'],
  PG104: ['add-primary-key'],
  PG105: ['add-unique-constraint'],
  PG301: ['change-column-type'],
  PG302: ['add-column-volatile-default'],
  PG303: ['set-not-null-scans'],
  PG304: ['primary-key-on-nullable-columns'],
  PG305: ['add-check-validated'],
  PG306: ['add-foreign-key-validated'],
  CD101: ['drop-foreign-key'],
};

/** Our rules behind another linter's name; empty when it is not known. */
export function ownRules(dialect: 'squawk' | 'atlas', name: string): readonly string[] {
  return (dialect === 'squawk' ? squawk : atlas)[name] ?? [];
}
