import type { Script } from '../../../model/migration.js';
import type { SchemaSnapshot } from '../../../model/schema-snapshot.js';

const positionWords = /\bsetval\s*\(|\brestart\b/i;

/** Whether a script says where a sequence is to stand, and does not merely take numbers from it. */
export function setsPositions(scripts: readonly Script[]): boolean {
  return scripts.some(({ statements }) => statements.some(({ sql }) => positionWords.test(sql)));
}

const newValueWords =
  /\b(?:now|random|random_normal|gen_random_uuid|gen_random_bytes|uuid_generate_v\w+|uuidv[47]|nextval|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|txid_current|pg_current_xact_id)\s*\(|\b(?:current_timestamp|current_time|current_date|localtimestamp|localtime)\b/i;

/** Whether a query can give other values each time that it runs. */
export function givesNewValues(sql: string): boolean {
  return newValueWords.test(sql);
}

/** Whether rows of a table can be other ones each time that a script writes them. */
export function makesNewValues(script: Script, { objects }: SchemaSnapshot, relation: string): boolean {
  if (script.statements.some(({ sql }) => newValueWords.test(sql))) return true;
  const family = [relation, ...ancestorsOf(relation, objects)];
  return objects.some(({ kind, parent, facts }) => {
    if (!family.some((one) => parent?.endsWith(` ${one}`) === true)) return false;
    if (kind === 'trigger') return true;
    if (kind !== 'column') return false;
    return facts.structure['identity'] !== undefined || newValueWords.test(JSON.stringify(facts.structure));
  });
}

/** What a partition or heir gets its rows through: triggers and numbers there are its own too. */
function ancestorsOf(relation: string, objects: SchemaSnapshot['objects']): readonly string[] {
  const table = objects.find(({ kind, identity }) => kind === 'table' && identity === relation);
  const { partitionOf, inherits } = table?.facts.structure ?? {};
  const parents = [partitionOf, ...(Array.isArray(inherits) ? inherits : [])].filter((one) => typeof one === 'string');
  return [...parents, ...parents.flatMap((parent) => ancestorsOf(parent, objects))];
}
