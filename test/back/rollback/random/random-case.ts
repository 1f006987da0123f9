import fc from 'fast-check';
import type { Session } from '../../../../src/foundation/postgres/session.js';
import { Draw, NothingThere, type Template } from './draw.js';
import { readKnownSchema } from './known-schema.js';
import { alterations } from './make/alterations.js';
import { code, types } from './make/code.js';
import { data, rows } from './make/data.js';
import { drops } from './make/drops.js';
import { names } from './make/names.js';
import { parts, replacements } from './make/parts.js';
import { access, servers } from './make/server.js';
import { tables } from './make/tables.js';

/** One choice: which group of templates, and the seed of everything that is chosen inside. */
interface Choice {
  readonly group: number;
  readonly seed: number;
}

export interface CaseDraft {
  readonly setup: readonly Choice[];
  readonly change: readonly Choice[];
}

/** A schema with rows, and a migration of it that the server takes. */
export interface RandomCase {
  readonly setup: readonly string[];
  readonly change: readonly string[];
}

const structure = [types, tables, tables, tables, code, parts, parts, parts, servers, access, rows, rows, rows];
const migration = [
  alterations,
  alterations,
  alterations,
  alterations,
  names,
  names,
  drops,
  drops,
  data,
  data,
  tables,
  parts,
  code,
  servers,
  access,
  replacements,
];

const choice = (groups: readonly unknown[]): fc.Arbitrary<Choice> =>
  fc.record({ group: fc.nat({ max: groups.length - 1 }), seed: fc.nat({ max: 2 ** 31 }) });

export const caseDrafts: fc.Arbitrary<CaseDraft> = fc.record({
  setup: fc.array(choice(structure), { minLength: 12, maxLength: 34, size: 'max' }),
  change: fc.array(choice(migration), { minLength: 1, maxLength: 8, size: 'max' }),
});

interface Materialising {
  readonly major: number;
  readonly groups: readonly (readonly Template[])[];
}

/** Something to begin with, so that few choices find nothing: a type, two tables, a function, rows. */
const beginning = (seed: number): readonly Choice[] =>
  [0, 1, 2, 4, 10].map((group, at) => ({ group, seed: seed + at }));

/** Reading takes time, and what is no longer there the server refuses. */
const rereadEvery = 3;

/** How often a choice may draw again when the server refuses what it drew. */
const attempts = 6;

/** Runs statements chosen from what is there; what the server refuses is left out. The session must be in a transaction. */
async function materialise(
  session: Session,
  choices: readonly Choice[],
  { major, groups }: Materialising,
): Promise<readonly string[]> {
  const ran: string[] = [];
  let known = await readKnownSchema(session);
  for (const [at, { group, seed }] of choices.entries()) {
    if (at % rereadEvery === 0) known = await readKnownSchema(session);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const sql = drawOne(groups[group] ?? [], new Draw(known, { major, seed: seed + attempt * 7919 }));
      if (sql === null || !(await runAll(session, sql))) continue;
      ran.push(...sql);
      break;
    }
  }
  return ran;
}

function drawOne(templates: readonly Template[], draw: Draw): readonly string[] | null {
  try {
    const sql = draw.one(templates)(draw);
    return typeof sql === 'string' ? [sql] : sql;
  } catch (error) {
    if (error instanceof NothingThere) return null;
    throw error;
  }
}

async function runAll(session: Session, sql: readonly string[]): Promise<boolean> {
  await session.query('SAVEPOINT drawn');
  try {
    for (const one of sql) await session.query(one);
    // What is checked only at the end would end all of it.
    await session.query('SET CONSTRAINTS ALL IMMEDIATE');
    await session.query('RELEASE SAVEPOINT drawn');
    return true;
  } catch {
    await session.query('ROLLBACK TO SAVEPOINT drawn; RELEASE SAVEPOINT drawn');
    return false;
  }
}

/** Makes the schema in the database, and finds a migration that would run there. */
export async function materialiseCase(session: Session, draft: CaseDraft, major: number): Promise<RandomCase> {
  await session.query('BEGIN');
  const setup = await materialise(session, [...beginning(draft.setup[0]?.seed ?? 1), ...draft.setup], {
    major,
    groups: structure,
  });
  await session.query('COMMIT');
  await session.query('BEGIN');
  const change = await materialise(session, draft.change, { major, groups: migration });
  await session.query('ROLLBACK');
  return { setup, change };
}
