import type { SchemaEventTrigger, SchemaTrigger } from '../../model/schema.js';
import { type ColumnNames, namesOf } from './columns.js';

/** Triggers of foreign keys and deferred keys are the server's own affair. */
export const triggersSql = `SELECT t.tgrelid::text AS relid, t.tgname AS name, t.tgfoid::text AS function, t.tgtype AS bits,
    t.tgenabled IN ('O', 'A') AS enabled, t.tgattr::text AS columns,
    t.tgqual IS NOT NULL AS conditional
  FROM pg_catalog.pg_trigger t JOIN rels r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal ORDER BY t.tgrelid, t.tgname`;

export const eventTriggersSql = `SELECT e.evtname AS name, e.evtevent AS event, e.evtfoid::text AS function,
    e.evtenabled IN ('O', 'A') AS enabled, coalesce(e.evttags, '{}') AS tags
  FROM pg_catalog.pg_event_trigger e ORDER BY e.evtname`;

export interface TriggerRow {
  readonly relid: string;
  readonly name: string;
  readonly function: string;
  readonly bits: number;
  readonly enabled: boolean;
  readonly conditional: boolean;
  /** Column numbers separated by blanks. */
  readonly columns: string;
}

export type EventTriggerRow = SchemaEventTrigger;

/** The bits of pg_trigger.tgtype. */
const rowBit = 1;
const beforeBit = 2;
const insteadBit = 64;
const eventBits = [
  ['insert', 4],
  ['update', 16],
  ['delete', 8],
  ['truncate', 32],
] as const;

export function toTrigger(row: TriggerRow, names: ColumnNames): SchemaTrigger {
  const has = (bit: number): boolean => (row.bits & bit) !== 0;
  return {
    name: row.name,
    function: row.function,
    timing: has(insteadBit) ? 'instead of' : has(beforeBit) ? 'before' : 'after',
    forEachRow: has(rowBit),
    conditional: row.conditional,
    events: eventBits.filter(([, bit]) => has(bit)).map(([event]) => event),
    enabled: row.enabled,
    columns: namesOf(row.columns.split(' ').map(Number), names),
  };
}
