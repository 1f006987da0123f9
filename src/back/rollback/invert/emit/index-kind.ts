import { quoteIdentifier } from '../../../../foundation/sql/quote-identifier.js';
import { defineEmitter, type Draft, type EmitContext, inPlace, type PieceChange, rebuild } from '../emitter.js';
import { flag, type Piece, textFact } from '../piece.js';
import { holderName } from '../sql-kind.js';
import { ownName } from '../sql-names.js';
import { optionChanges, optionList, optionsOf, withClause } from './options.js';

function createIndex(index: Piece, context: EmitContext): readonly Draft[] {
  const isPartitioned = textFact(context.before(index.parent ?? '') ?? index, 'partitionKey') !== null;
  if (textFact(index, 'madeBy') !== null) return [...(isPartitioned ? [] : keyDetails(index)), ...details(index)];
  const tablespace = textFact(index, 'tablespace');
  const predicate = textFact(index, 'predicate');
  const concurrently = buildsBesideWrites(index, context);
  const definition = (textFact(index, 'definition') ?? '').replace(
    /^CREATE (UNIQUE )?INDEX /,
    (head) => `${head}${concurrently ? 'CONCURRENTLY ' : ''}IF NOT EXISTS `,
  );
  const sql =
    definition +
    withClause(optionList(optionsOf(index, 'options'))) +
    (tablespace === null ? '' : ` TABLESPACE ${quoteIdentifier(tablespace)}`) +
    (predicate === null ? '' : ` WHERE ${predicate}`);
  return [concurrently ? { sql, transactional: false } : sql, ...details(index)];
}

/** Not on partitioned tables, where the server cannot, nor on tables that the rollback makes, where nobody writes. */
function buildsBesideWrites(index: Piece, context: EmitContext): boolean {
  const isPartitioned = / ON ONLY /.test(textFact(index, 'definition') ?? '');
  return context.concurrently && !isPartitioned && !context.isMade(index.parent ?? '');
}

/** What the constraint that makes the index cannot say. */
function keyDetails(index: Piece): readonly string[] {
  const options = optionList(optionsOf(index, 'options'));
  const tablespace = textFact(index, 'tablespace');
  return [
    ...(options.length === 0 ? [] : [`ALTER INDEX ${index.identity} SET (${options.join(', ')})`]),
    ...(tablespace === null ? [] : [`ALTER INDEX ${index.identity} SET TABLESPACE ${quoteIdentifier(tablespace)}`]),
  ];
}

function details(index: Piece): readonly string[] {
  return [
    ...(flag(index, 'clustered') ? [`ALTER TABLE ${holderName(index)} CLUSTER ON ${ownName(index.identity)}`] : []),
    ...(flag(index, 'replicaIdentity')
      ? [`ALTER TABLE ${holderName(index)} REPLICA IDENTITY USING INDEX ${ownName(index.identity)}`]
      : []),
    ...statisticsTargets(index).map(([column, target]) => setStatistics(index, column, target)),
  ];
}

function statisticsTargets(index: Piece): readonly (readonly [string, string])[] {
  return Object.entries(optionsOf(index, 'statistics'));
}

function setStatistics(index: Piece, column: string, target: string): string {
  return `ALTER INDEX ${index.identity} ALTER COLUMN ${column} SET STATISTICS ${target}`;
}

function alterIndex(change: PieceChange, context: EmitContext) {
  const { from, to, changed } = change;
  if (['definition', 'predicate', 'madeBy'].some((fact) => changed.has(fact))) return rebuild;
  const left = textFact(from, 'partitionOf');
  if (changed.has('partitionOf') && left !== null && context.before(`index ${left}`) === undefined) return rebuild;
  if (flag(from, 'invalid') && !flag(to, 'invalid') && textFact(to, 'partitionOf') === null) return rebuild;
  return inPlace(changedDetails(change), {
    declared: changed.has('invalid') && flag(to, 'invalid') ? ['it was invalid and is not made so again'] : [],
  });
}

function changedDetails({ from, to, changed }: PieceChange): readonly string[] {
  const targets = new Map(statisticsTargets(to));
  const lost = statisticsTargets(from).filter(([column]) => !targets.has(column));
  return [
    ...(changed.has('options')
      ? optionChanges(optionsOf(from, 'options'), optionsOf(to, 'options')).map(
          (action) => `ALTER INDEX ${to.identity} ${action}`,
        )
      : []),
    ...(changed.has('tablespace')
      ? [`ALTER INDEX ${to.identity} SET TABLESPACE ${quoteIdentifier(textFact(to, 'tablespace') ?? 'pg_default')}`]
      : []),
    ...(changed.has('clustered')
      ? [
          `ALTER TABLE ${holderName(to)} ${flag(to, 'clustered') ? `CLUSTER ON ${ownName(to.identity)}` : 'SET WITHOUT CLUSTER'}`,
        ]
      : []),
    ...(changed.has('replicaIdentity') && flag(to, 'replicaIdentity')
      ? [`ALTER TABLE ${holderName(to)} REPLICA IDENTITY USING INDEX ${ownName(to.identity)}`]
      : []),
    ...(changed.has('statistics')
      ? [
          ...lost.map(([column]) => setStatistics(to, column, '-1')),
          ...[...targets].map(([column, target]) => setStatistics(to, column, target)),
        ]
      : []),
  ];
}

export default defineEmitter({
  kind: 'index',
  create: createIndex,
  drop: (index, context) => {
    const plain = `DROP INDEX IF EXISTS ${index.identity}`;
    if (!buildsBesideWrites(index, context)) return [plain];
    return [{ sql: plain.replace('INDEX', 'INDEX CONCURRENTLY'), transactional: false }];
  },
  alter: alterIndex,
});
