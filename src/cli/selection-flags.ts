import type { MigrationSelection } from '../workflows/select-migrations.js';

/** The options that every verb over migrations has, as they were parsed. */
export interface SelectionFlags {
  readonly config?: string;
  readonly dir?: string;
  readonly formatOfProject?: string;
  readonly pending?: number;
  readonly from?: string;
  readonly all?: boolean;
  readonly since?: string;
  readonly target?: string;
  readonly database?: string;
}

export function selectionOf(paths: readonly string[], flags: SelectionFlags): MigrationSelection {
  const { pending, from, all, since } = flags;
  return { paths, pending, from, all, since };
}
