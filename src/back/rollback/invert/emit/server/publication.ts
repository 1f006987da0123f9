import { quoteLiteral } from '../../../../../foundation/sql/quote-identifier.js';
import { defineEmitter, inPlace, rebuild } from '../../emitter.js';
import { flag, listFact, type Piece, textFact } from '../../piece.js';

interface PublishedTable {
  readonly table: string;
  readonly columns: readonly string[] | null;
  readonly where: string | null;
}

function tablesOf(piece: Piece): readonly PublishedTable[] {
  return (piece.facts['tables'] ?? []) as unknown as readonly PublishedTable[];
}

/** What is published, as CREATE … FOR and ALTER … SET take it; empty when nothing is. */
function targetsOf(piece: Piece): string {
  const tables = tablesOf(piece).map(({ table, columns, where }) => {
    const list = columns === null ? '' : ` (${columns.join(', ')})`;
    return `TABLE ${table}${list}${where === null ? '' : ` WHERE (${where})`}`;
  });
  return [...tables, ...listFact(piece, 'schemas').map((schema) => `TABLES IN SCHEMA ${schema}`)].join(', ');
}

function optionsOf(piece: Piece, major: number): string {
  const options = [
    `publish = ${quoteLiteral(listFact(piece, 'publish').join(', '))}`,
    `publish_via_partition_root = ${flag(piece, 'viaRoot')}`,
    ...(major >= 18 ? [`publish_generated_columns = ${textFact(piece, 'generatedColumns') ?? 'none'}`] : []),
  ];
  return options.join(', ');
}

export default defineEmitter({
  kind: 'publication',
  create: (piece, { major }) => {
    const targets = flag(piece, 'allTables') ? 'ALL TABLES' : targetsOf(piece);
    const what = targets === '' ? '' : ` FOR ${targets}`;
    return [`CREATE PUBLICATION ${piece.identity}${what} WITH (${optionsOf(piece, major)})`];
  },
  drop: ({ identity }) => [`DROP PUBLICATION ${identity}`],
  alter: ({ from, to, changed, retyped }, { major }) => {
    if (changed.has('allTables') || retyped) return rebuild;
    const [options, present] = [optionsOf(to, major), optionsOf(from, major)];
    return inPlace([
      ...alterTargets(to, from),
      ...(options === present ? [] : [`ALTER PUBLICATION ${to.identity} SET (${options})`]),
    ]);
  },
});

/** SET takes the whole new list, but not an empty one. */
function alterTargets(before: Piece, after: Piece): readonly string[] {
  const [wanted, present] = [targetsOf(before), targetsOf(after)];
  if (wanted === present) return [];
  if (wanted !== '') return [`ALTER PUBLICATION ${before.identity} SET ${wanted}`];
  const tables = tablesOf(after).map(({ table }) => `TABLE ${table}`);
  const schemas = listFact(after, 'schemas').map((schema) => `TABLES IN SCHEMA ${schema}`);
  return [`ALTER PUBLICATION ${before.identity} DROP ${[...tables, ...schemas].join(', ')}`];
}
