import { dictionarySql, parserSql, rowColumns } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface ConfigurationRow extends SnapshotRow, SharedRow {
  readonly parser: string;
  readonly mappings: Readonly<Record<string, readonly string[]>> | null;
}

const mappingsSql = `(SELECT pg_catalog.json_object_agg(mapping.token, mapping.dictionaries ORDER BY mapping.token COLLATE "C") FROM (
      SELECT t.alias AS token, pg_catalog.json_agg(${dictionarySql('m.mapdict')} ORDER BY m.mapseqno) AS dictionaries
      FROM pg_catalog.pg_ts_config_map m JOIN pg_catalog.ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
      WHERE m.mapcfg = c.oid GROUP BY t.alias) mapping)`;

/** `mappings`: for each kind of token the dictionaries in the order in which they are asked. */
export default defineKind<ConfigurationRow>({
  kind: 'text search configuration',
  sql: `SELECT ${rowColumns('pg_ts_config', 'c.oid')}, ${parserSql('c.cfgparser')} AS parser, ${mappingsSql} AS mappings,
    ${sharedColumns({ catalog: 'pg_ts_config', oid: 'c.oid', owner: 'c.cfgowner' })}
    FROM pg_catalog.pg_ts_config c WHERE c.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { parser: row.parser, mappings: row.mappings }),
});
