import type { SchemaSnapshot } from '../../../model/schema-snapshot.js';
import { quoteLiteral } from '../../../foundation/sql/quote-identifier.js';
import type { RollbackStatement } from '../invert/inversion.js';
import { ownName } from '../invert/sql-names.js';
import { makesTable } from './restore-rows.js';

/** Materialized views that the rollback itself fills. */
export function viewsMade(steps: readonly RollbackStatement[]): readonly string[] {
  return steps.flatMap(({ sql, about }) =>
    /^CREATE MATERIALIZED VIEW .* WITH DATA$/s.test(sql) ? [about.slice('materialized view '.length)] : [],
  );
}

/** Views from which others are computed stand before those, whatever lies between them. */
export function sourcesFirst(views: ReadonlySet<string>, { objects }: SchemaSnapshot): readonly string[] {
  const needs = new Map(objects.map(({ kind, identity, dependsOn }) => [`${kind} ${identity}`, dependsOn]));
  const ordered: string[] = [];
  const seen = new Set<string>();
  const visit = (key: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const source of needs.get(key) ?? []) visit(source);
    const name = key.slice('materialized view '.length);
    if (key.startsWith('materialized view ') && views.has(name)) ordered.push(name);
  };
  for (const view of views) visit(`materialized view ${view}`);
  return ordered;
}

/** The numbers of a table that was made again for rows that it had: new rows must not get theirs. */
export function numbersGoOn(
  steps: readonly RollbackStatement[],
  { objects }: SchemaSnapshot,
): readonly RollbackStatement[] {
  const dropped = new Set(steps.flatMap(({ sql, about }) => (sql.startsWith('DROP TABLE ') ? [about] : [])));
  const remade = new Set(
    steps.flatMap(({ sql, about }) => (makesTable.test(sql) && dropped.has(about) ? [about] : [])),
  );
  return objects.flatMap(({ kind, identity, parent, facts }) => {
    const table = parent?.replace(/^column /, 'table ').replace(/\.(?:"(?:[^"]|"")*"|[^".]*)$/, '') ?? '';
    const { identityOf, increment } = facts.structure;
    if (kind !== 'sequence' || identityOf === undefined || !remade.has(table)) return [];
    const column = ownName((parent ?? '').slice('column '.length));
    const [last, passed] = typeof increment === 'string' && increment.startsWith('-') ? ['min', '<'] : ['max', '>'];
    return [
      {
        sql:
          `SELECT pg_catalog.setval(${quoteLiteral(identity)}, pg_catalog.${last}(t.${column})) FROM ${table.slice('table '.length)} AS t ` +
          `HAVING pg_catalog.${last}(t.${column}) ${passed} (SELECT s.last_value FROM ${identity} AS s)`,
        transactional: true,
        about: table,
      },
    ];
  });
}
