export interface SchemaChange {
  readonly change: string;
  readonly undo: string;
  /** `key: facet.fact`, `+ key`, `- key`, sorted by key. */
  readonly differences: readonly string[];
  /** The first major that knows the statement. */
  readonly since?: number;
  /** Where they are others since 18. */
  readonly differences18?: readonly string[];
  /** `pg_dump --schema-only` does not show it. */
  readonly dumped?: false;
}

/** Changes as lines: what to do, how to undo it, what is then different. */
export function changes(lines: readonly (readonly [string, string, ...string[]])[]): readonly SchemaChange[] {
  return lines.map(([change, undo, ...differences]) => ({ change, undo, differences }));
}
