import type { RollbackPart, RollbackText } from '../../../foundation/project/rollback-files/rollback-text.js';
import { statementNature } from '../../../foundation/steps/transaction-wrapping.js';
import type { Complexity, Migration, Script } from '../../../model/migration.js';
import type { SchemaSnapshot } from '../../../model/schema-snapshot.js';
import { verificationQuery } from './verification-query.js';

/** What the head of a rollback file tells, beside its statements. */
export interface RollbackFacts {
  readonly migration: Migration;
  /** The rollback as it was proved. */
  readonly script: Script;
  readonly before: SchemaSnapshot;
  readonly after: SchemaSnapshot;
  /** How long it took on the stage. */
  readonly downMs: number;
  readonly serverVersion: string;
  /** Who owns what is made on the stage; null where the stage is not ours. */
  readonly stageOwner: string | null;
  /** What it does not put back exactly. */
  readonly remarks: readonly string[];
  /** The migration that comes after this one, whose rollback has to run first; null for the last. */
  readonly next: string | null;
  /** ISO 8601, to the day. */
  readonly date: string;
  readonly toolVersion: string;
}

/** The text of a rollback, in the shape of the template that teams use. The parser must be loaded. */
export function rollbackText(facts: RollbackFacts): RollbackText {
  const { before, after } = facts;
  const script = withoutStageOwner(facts);
  const query = verificationQuery(before, after);
  return {
    header: headerLines({ ...facts, script }),
    parts: divide(script.statements.map(({ sql }) => sql)),
    verification: query === null ? [] : [query],
    footer: [
      'Rollback complete. Next:',
      '1. Verify that the application works.',
      '2. Check the data.',
      '3. Watch error rates.',
    ],
  };
}

/** What the script makes belongs to who runs it; the superuser of a stage says nothing about production. */
function withoutStageOwner({ script, stageOwner }: RollbackFacts): Script {
  if (stageOwner === null) return script;
  const made: string[] = [];
  const statements = script.statements.filter(({ sql }) => {
    if (/^create\b/i.test(sql)) made.push(sql);
    const [, name, owner] = /^ALTER\s+[A-Z ]+?\s+(\S.*)\s+OWNER TO (\S+)$/s.exec(sql) ?? [];
    return name === undefined || owner !== stageOwner || !made.some((create) => create.includes(name));
  });
  return { ...script, statements };
}

function headerLines({
  migration,
  script,
  downMs,
  serverVersion,
  remarks,
  next,
  date,
  toolVersion,
}: RollbackFacts): readonly string[] {
  return [
    `Rollback for ${migration.path}`,
    `Generated: ${date} by lockkeeper ${toolVersion}`,
    `Complexity: ${complexityOf(script, remarks)}`,
    `Estimated Duration: ${Math.max(1, Math.ceil(downMs))} ms`,
    `  as measured on a stage with PostgreSQL ${serverVersion}; more rows take longer`,
    'WARNING: Test this rollback script thoroughly before use!',
    '  It was run on a stage, and schema and rows were as before; production may hold what the stage did not.',
    ...remarks.map((remark) => `WARNING: ${oneLine(remark)}`),
    next === null
      ? 'Order: rollbacks of migrations that were applied later have to run before this one.'
      : `Order: run it after the rollback of ${next} and of all that was applied later.`,
  ];
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const manyStatements = 10;

/** What rebuilds or cannot put back exactly asks for more care than what drops an index. */
export function complexityOf({ statements }: Script, remarks: readonly string[]): Complexity {
  const alone = statements.some(({ sql }) => refusesBlock(sql));
  const drops = statements.some(({ sql }) =>
    /^(?:drop\s+(?:table|schema|type|sequence)\b|alter\s+table\b.*\bdrop\s+column\b)/is.test(sql),
  );
  if (alone || (remarks.length > 0 && drops)) return 'HIGH';
  return drops || remarks.length > 0 || statements.length > manyStatements ? 'MEDIUM' : 'LOW';
}

const lasting = /^set\s+local\b/i;

/** Neighbours that can share a transaction do. A setting for the transaction is said again in each of them. */
function divide(statements: readonly string[]): readonly RollbackPart[] {
  const settings = statements.filter((sql) => lasting.test(sql));
  const parts: { transactional: boolean; statements: string[] }[] = [];
  for (const sql of statements) {
    const transactional = !refusesBlock(sql);
    const last = parts.at(-1);
    if (last?.transactional === transactional) last.statements.push(sql);
    else if (transactional && parts.length > 0) parts.push({ transactional, statements: [...settings, sql] });
    else parts.push({ transactional, statements: [sql] });
  }
  return parts.filter((part) => part.statements.some((sql) => !lasting.test(sql)));
}

function refusesBlock(sql: string): boolean {
  return statementNature(sql).transactionBlock === 'refused';
}
