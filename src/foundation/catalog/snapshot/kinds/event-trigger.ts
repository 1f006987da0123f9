import { quoteLiteral } from '../../../sql/quote-identifier.js';
import { procSql, rowColumns } from '../names-sql.js';
import { firstUserOid } from '../scope.js';
import { sharedColumns, sharedFacts, type SharedRow } from '../shared-facts.js';
import { defineKind, type SnapshotRow } from '../snapshot-kind.js';

interface EventTriggerRow extends SnapshotRow, SharedRow {
  readonly event: string;
  readonly tags: readonly string[] | null;
  readonly function: string;
  readonly enabled: 'O' | 'D' | 'R' | 'A';
}

/** `enabled` where it does not simply fire: `disabled`, `replica`, `always`. */
export default defineKind<EventTriggerRow>({
  kind: 'event trigger',
  sql: `SELECT ${rowColumns('pg_event_trigger', 't.oid')}, t.evtevent::pg_catalog.text AS event,
    pg_catalog.to_json(t.evttags) AS tags, ${procSql('t.evtfoid')} AS function, t.evtenabled AS enabled,
    ${sharedColumns({ catalog: 'pg_event_trigger', oid: 't.oid', owner: 't.evtowner' })}
    FROM pg_catalog.pg_event_trigger t WHERE t.oid >= ${firstUserOid}`,
  facts: (row) => sharedFacts(row, { definition: definitionOf(row), enabled: states[row.enabled] }),
});

const states: Readonly<Record<EventTriggerRow['enabled'], string | undefined>> = {
  O: undefined,
  D: 'disabled',
  R: 'replica',
  A: 'always',
};

function definitionOf({ identity, event, tags, function: called }: EventTriggerRow): string {
  const when = tags === null ? '' : ` WHEN TAG IN (${tags.map(quoteLiteral).join(', ')})`;
  return `CREATE EVENT TRIGGER ${identity} ON ${event}${when} EXECUTE FUNCTION ${called}()`;
}
