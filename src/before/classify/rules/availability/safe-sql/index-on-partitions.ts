import type { IndexStmt } from '@pgsql/types';
import type { RelationHandle } from '../../../../../foundation/effects/effect-context.js';
import type { SchemaGraph } from '../../../../../foundation/effects/schema-graph.js';
import { qualifiedName, quoteIdentifier } from '../../../../../foundation/sql/quote-identifier.js';
import { characterAt } from '../../../../../foundation/sql/slice-source.js';
import type { SchemaRelation } from '../../../../../model/schema.js';
import type { JudgedStatement } from '../../../judged-statement.js';
import { madeUpName } from './names.js';

/** What an index is called, if need be as PostgreSQL would call it. */
export function indexName({ idxname, relation, indexParams }: IndexStmt): string {
  const keys = (indexParams ?? []).map((key) => ('IndexElem' in key ? (key.IndexElem.name ?? 'expr') : 'expr'));
  return idxname ?? madeUpName(relation?.relname ?? '', keys, 'idx');
}

interface Building {
  readonly graph: SchemaGraph;
  readonly unique: string;
  /** From USING or the columns to the end of the statement. */
  readonly definition: string;
  readonly suffix: string;
}

/**
 * An index on a partitioned table, built partition by partition while rows are written. Null where the partitions or the
 * statement's own text are not known.
 */
export function indexOnPartitions(
  { statement, inside }: JudgedStatement,
  create: IndexStmt,
  { table, graph }: { readonly table: RelationHandle; readonly graph: SchemaGraph | null },
): readonly string[] | null {
  const { location } = create.relation ?? {};
  if (graph === null || table.facts === null || location === undefined || inside !== null) return null;
  const definition = definitionIn(statement.sql.slice(characterAt(statement.sql, location)));
  const keys = (create.indexParams ?? []).map((key) => ('IndexElem' in key ? (key.IndexElem.name ?? 'expr') : 'expr'));
  const suffix = [...keys, 'idx'].join('_');
  const unique = create.unique === true ? 'UNIQUE ' : '';
  return buildOn(table.facts, indexName(create), { graph, unique, definition, suffix });
}

/** Behind the table's name. */
function definitionIn(text: string): string {
  return text.replace(/^(?:"(?:[^"]|"")*"|[^\s."(]+)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[^\s."(]+))*\s*\)?\s*/, '');
}

function buildOn(table: SchemaRelation, name: string, building: Building): readonly string[] {
  const { graph, unique, definition, suffix } = building;
  const index = quoteIdentifier(name);
  if (table.kind !== 'partitioned table') {
    return [`CREATE ${unique}INDEX CONCURRENTLY ${index} ON ${table.name} ${definition};`];
  }
  const below = graph.children(table.oid).flatMap((partition) => {
    const own = madeUpName(partition.relname, [], suffix);
    const attached = qualifiedName(partition.schema, own);
    return [
      ...buildOn(partition, own, building),
      `ALTER INDEX ${qualifiedName(table.schema, name)} ATTACH PARTITION ${attached};`,
    ];
  });
  return [
    '-- Nothing is built here: the index stays invalid until every partition has its own.',
    `CREATE ${unique}INDEX ${index} ON ONLY ${table.name} ${definition};`,
    ...below,
  ];
}
