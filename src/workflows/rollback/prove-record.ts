import { diffSnapshots } from '../../foundation/catalog/snapshot/diff.js';
import { digestStructure } from '../../foundation/catalog/snapshot/digest-structure.js';
import { migrationFacts } from '../../foundation/history/read-ledger-history.js';
import { digest } from '../../foundation/records/digest.js';
import { intactOf, readRecords } from '../../foundation/records/read-records.js';
import { writeRecord } from '../../foundation/records/write-record.js';
import type { Migration, Script } from '../../model/migration.js';
import type { RehearsedStructure } from '../../model/rehearsal.js';
import type { RollbackOrigin } from '../../model/rollback-proof.js';
import type { Statement } from '../../model/sql-text.js';
import { objectKey, type ObjectKey, type SchemaSnapshot } from '../../model/schema-snapshot.js';
import { tool } from '../tool-version.js';

/** What a proof leaves behind, so that a rollback in production can be compared with it. */
export interface ProofRecord {
  readonly kind: 'rollback-proof';
  readonly version: 1;
  readonly migrationId: string;
  /** Digests of the migration's files. */
  readonly files: readonly string[];
  readonly major: number;
  readonly origin: RollbackOrigin;
  /** Digests of the statements of the way back, in their order. */
  readonly statements: readonly string[];
  /** The structure of what the migration touches, as it was before it, and again after the way back. */
  readonly structure: RehearsedStructure;
  /** The same with the migration applied: what the way back begins with. Missing in records of older versions. */
  readonly applied?: RehearsedStructure;
  /** How long the statements of the way back took on the stage. Missing in records of older versions. */
  readonly downMs?: number | null;
}

export interface FoundProof extends ProofRecord {
  /** ISO 8601. */
  readonly provedAt: string;
}

export interface ProvedChange {
  readonly migration: Migration;
  readonly before: SchemaSnapshot;
  readonly after: SchemaSnapshot;
  readonly origin: RollbackOrigin;
  /** The way back that restored everything. */
  readonly statements: readonly Statement[];
  /** How long they took; null or missing where nobody measured it. */
  readonly downMs?: number | null;
  readonly createdAt: string;
}

/** Writes down a way back that restored everything. */
export async function recordProof(evidenceDir: string, change: ProvedChange): Promise<void> {
  const { migration, before, after, origin, statements, downMs = null, createdAt } = change;
  const scope = { relations: touchedBy(before, after), ignoredSchemas: [], ignoredRelations: [] };
  const body: ProofRecord = {
    kind: 'rollback-proof',
    version: 1,
    migrationId: migration.id,
    files: migrationFacts(migration),
    major: before.major,
    origin,
    statements: statements.map(({ sql }) => digestOf(sql)),
    structure: digestStructure(before, scope),
    applied: digestStructure(after, scope),
    downMs,
  };
  await writeRecord(evidenceDir, { tool, createdAt, kind: 'rollback-proof', body });
}

/** The newest proof of this migration by this way back, on this major; null when there is none. */
export async function findProof(
  evidenceDir: string,
  { migration, script, major }: { readonly migration: Migration; readonly script: Script; readonly major: number },
): Promise<FoundProof | null> {
  const files = migrationFacts(migration).join();
  const sent = script.statements.map(({ sql }) => digestOf(sql));
  const proofs = intactOf<ProofRecord>(await readRecords(evidenceDir), 'rollback-proof');
  const fits = (proof: ProofRecord) =>
    proof.migrationId === migration.id &&
    proof.files.join() === files &&
    proof.major === major &&
    inOrder(proof.statements, sent);
  const found = proofs.findLast(({ body }) => fits(body));
  return found === undefined ? null : { ...found.body, provedAt: found.createdAt };
}

/** A file for psql opens transactions and looks at the result: all that was proved is there, in its order. */
function inOrder(proved: readonly string[], sent: readonly string[]): boolean {
  let at = 0;
  for (const one of sent) if (one === proved[at]) at += 1;
  return at === proved.length;
}

function digestOf(sql: string): string {
  return digest('change', sql.trim());
}

/** Names of what stands by itself and differs, or has a part that differs. */
function touchedBy(before: SchemaSnapshot, after: SchemaSnapshot): readonly string[] {
  const objects = new Map([...after.objects, ...before.objects].map((one) => [objectKey(one.kind, one.identity), one]));
  const topOf = (key: ObjectKey): string => {
    let top = objects.get(key);
    for (let parent = top?.parent ?? null; parent !== null; parent = top?.parent ?? null) {
      const next = objects.get(parent);
      if (next === undefined || next.kind === 'schema') break;
      top = next;
    }
    return top?.identity ?? '';
  };
  const changed = diffSnapshots(before, after, { facets: ['structure'] });
  return [...new Set(changed.map(({ kind, identity }) => topOf(objectKey(kind, identity))))].toSorted();
}
