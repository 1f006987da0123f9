import { quoteLiteral } from '../../../sql/quote-identifier.js';
import { definitionList, flag } from '../definition-text.js';
import { operatorSql, procSql, typeSql } from '../names-sql.js';
import { sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { routinesSql } from './routine-columns.js';

/** How a final function treats its state: read-only, shareable, read-write. */
type Modification = 'READ_ONLY' | 'SHAREABLE' | 'READ_WRITE';

interface AggregateRow extends SnapshotRow, SharedRow {
  readonly name: string;
  readonly arguments: string;
  readonly kind: 'n' | 'o' | 'h';
  readonly parallel: 'SAFE' | 'RESTRICTED' | 'UNSAFE';
  readonly sfunc: string;
  readonly stype: string;
  readonly sspace: number;
  readonly finalfunc: string | null;
  readonly finalextra: boolean;
  readonly finalmodify: Modification;
  readonly combinefunc: string | null;
  readonly serialfunc: string | null;
  readonly deserialfunc: string | null;
  readonly initcond: string | null;
  readonly msfunc: string | null;
  readonly minvfunc: string | null;
  readonly mstype: string | null;
  readonly msspace: number;
  readonly mfinalfunc: string | null;
  readonly mfinalextra: boolean;
  readonly mfinalmodify: Modification;
  readonly minitcond: string | null;
  readonly sortop: string | null;
}

const modification = (letter: string) =>
  `CASE ${letter} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END`;

/** pg_get_functiondef refuses aggregates, so this is put together from pg_aggregate. */
const columns = `found.*, pg_catalog.quote_ident((SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.oid = p.pronamespace))
      || '.' || pg_catalog.quote_ident(p.proname) AS name, pg_catalog.pg_get_function_arguments(p.oid) AS arguments,
    CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END AS parallel`;

const aggregates = `CROSS JOIN LATERAL (SELECT a.aggkind AS kind, ${procSql('a.aggtransfn')} AS sfunc,
      ${typeSql('a.aggtranstype')} AS stype, a.aggtransspace AS sspace, ${procSql('a.aggfinalfn')} AS finalfunc,
      a.aggfinalextra AS finalextra, ${modification('a.aggfinalmodify')} AS finalmodify,
      ${procSql('a.aggcombinefn')} AS combinefunc, ${procSql('a.aggserialfn')} AS serialfunc,
      ${procSql('a.aggdeserialfn')} AS deserialfunc, a.agginitval AS initcond, ${procSql('a.aggmtransfn')} AS msfunc,
      ${procSql('a.aggminvtransfn')} AS minvfunc, ${typeSql('a.aggmtranstype')} AS mstype, a.aggmtransspace AS msspace,
      ${procSql('a.aggmfinalfn')} AS mfinalfunc, a.aggmfinalextra AS mfinalextra,
      ${modification('a.aggmfinalmodify')} AS mfinalmodify, a.aggminitval AS minitcond, ${operatorSql('a.aggsortop')} AS sortop
      FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid) found`;

export default defineKind<AggregateRow>({
  kind: 'aggregate',
  sql: routinesSql(columns, ['a'], aggregates),
  facts: (row) => sharedFacts(row, { definition: definitionOf(row) }),
});

function definitionOf(row: AggregateRow): string {
  // What final functions may do to the state differs by default: ordered sets may change it.
  const usual: Modification = row.kind === 'n' ? 'READ_ONLY' : 'READ_WRITE';
  const literal = (text: string | null) => (text === null ? null : quoteLiteral(text));
  const list = definitionList([
    ['SFUNC', row.sfunc],
    ['STYPE', row.stype],
    ['SSPACE', row.sspace === 0 ? null : String(row.sspace)],
    ['FINALFUNC', row.finalfunc],
    ['FINALFUNC_EXTRA', flag(row.finalextra)],
    ['FINALFUNC_MODIFY', row.finalmodify === usual ? null : row.finalmodify],
    ['COMBINEFUNC', row.combinefunc],
    ['SERIALFUNC', row.serialfunc],
    ['DESERIALFUNC', row.deserialfunc],
    ['INITCOND', literal(row.initcond)],
    ...movingItems(row, usual),
    ['SORTOP', row.sortop],
    ['PARALLEL', row.parallel === 'UNSAFE' ? null : row.parallel],
    ['HYPOTHETICAL', flag(row.kind === 'h')],
  ]);
  return `CREATE AGGREGATE ${row.name}(${row.arguments === '' ? '*' : row.arguments}) ${list}`;
}

function movingItems(row: AggregateRow, usual: Modification): Parameters<typeof definitionList>[0] {
  return [
    ['MSFUNC', row.msfunc],
    ['MINVFUNC', row.minvfunc],
    ['MSTYPE', row.mstype],
    ['MSSPACE', row.msspace === 0 ? null : String(row.msspace)],
    ['MFINALFUNC', row.mfinalfunc],
    ['MFINALFUNC_EXTRA', flag(row.mfinalextra)],
    ['MFINALFUNC_MODIFY', row.mfinalmodify === usual ? null : row.mfinalmodify],
    ['MINITCOND', row.minitcond === null ? null : quoteLiteral(row.minitcond)],
  ];
}
