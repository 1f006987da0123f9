/** What may be asked for: a verb, or a verb with the flag that asks for more. */
export const grantVerbs = [
  'check',
  'diff',
  'status',
  'history',
  'preflight',
  'approve',
  'locks',
  'locks --cancel',
  'keep list',
  'apply',
  'resume',
  'abort',
  'rollback run',
  'baseline',
  'repair',
  'uninstall',
  'backup create',
  'verify',
  'validate',
  'watch',
  'evidence',
] as const;
export type GrantVerb = (typeof grantVerbs)[number];

/** One right, and what for. */
export interface Grant {
  readonly why: string;
  /** A statement without its semicolon; null: it depends on the database, and `why` says how. */
  readonly sql: string | null;
  /** Who may run it. */
  readonly by: 'superuser or CREATEROLE' | 'owner of the database' | 'owner of the objects';
}

/** What `lockkeeper grants` reports. */
export interface GrantsReport {
  readonly kind: 'grants';
  readonly version: 1;
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly verb: GrantVerb;
  readonly role: string;
  readonly grants: readonly Grant[];
  /** All of it as SQL that psql can run. */
  readonly sql: string;
}
