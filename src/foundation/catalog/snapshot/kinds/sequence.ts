import { present, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';
import { flag, relationIdentity, relationShared } from './relation-facts.js';

interface SequenceRow extends SnapshotRow, SharedRow {
  readonly unlogged: boolean;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly owned_by: string | null;
  readonly of_identity: boolean;
}

/**
 * Structure: `type`, `start`, `increment`, `min`, `max`, `cache` (numbers as text: they pass 2^53), `cycle`, `unlogged`,
 * and `ownedBy` or `identityOf`, the identity of a column. The sequence of an identity column is a part of it. Owned ones
 * have their table's owner, so only free ones tell it. Position: `lastValue` and `isCalled`, added by the reader.
 */
export default defineKind<SequenceRow>({
  kind: 'sequence',
  sql: `SELECT ${relationIdentity}, ${relationShared('s')},
    r.relpersistence = 'u' AS unlogged, pg_catalog.format_type(s.seqtypid, NULL) AS type, s.seqstart::pg_catalog.text AS start,
    s.seqincrement::pg_catalog.text AS increment, s.seqmin::pg_catalog.text AS min, s.seqmax::pg_catalog.text AS max,
    s.seqcache::pg_catalog.text AS cache, s.seqcycle AS cycle, holder.deptype IS NOT DISTINCT FROM 'i' AS of_identity,
    owner.identity || '.' || pg_catalog.quote_ident(a.attname) AS owned_by
  FROM rels r JOIN pg_catalog.pg_sequence s ON s.seqrelid = r.oid
    LEFT JOIN pg_catalog.pg_depend holder ON holder.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND holder.objid = r.oid AND holder.refclassid = holder.classid AND holder.refobjsubid > 0 AND holder.deptype IN ('a', 'i')
    LEFT JOIN rels owner ON owner.oid = holder.refobjid
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = owner.oid AND a.attnum = holder.refobjsubid
  WHERE r.wanted`,
  facts: (row) => {
    const { structure, access } = sharedFacts({ ...row, owner: row.owned_by === null ? row.owner : undefined });
    return {
      structure: {
        ...structure,
        ...present({
          type: row.type,
          start: row.start,
          increment: row.increment,
          min: row.min,
          max: row.max,
          cache: row.cache,
          cycle: flag(row.cycle),
          unlogged: flag(row.unlogged),
          [row.of_identity ? 'identityOf' : 'ownedBy']: row.owned_by,
        }),
      },
      access,
    };
  },
  parent: (row) => (row.of_identity && row.owned_by !== null ? { kind: 'column', identity: row.owned_by } : null),
});
