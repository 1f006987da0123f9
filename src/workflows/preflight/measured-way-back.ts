import { changeDigest, type ExecutionOptions } from '../../foundation/records/digest.js';
import { intactOf } from '../../foundation/records/read-records.js';
import type { StoredRecord } from '../../foundation/records/record.js';
import type { CheckRecord } from '../../model/evidence-bundle.js';
import type { Migration } from '../../model/migration.js';
import type { TestReport } from '../../model/test-report.js';
import type { ProofRecord } from '../rollback/prove-record.js';

/** A migration whose way back is to be run. */
export interface TakenBack extends ExecutionOptions {
  readonly migration: Migration;
  /** Whether it is the way back that lies in the project, and not another script. */
  readonly written: boolean;
  /** The proof of the very statements that will run; null where there is none. */
  readonly proof: Pick<ProofRecord, 'downMs'> | null;
}

/**
 * How long a way back took on a stage, in milliseconds: by the proof of its statements, or else by the newest test of a
 * change that had the same files. Null where no record tells. Pure.
 */
export function measuredMs(records: readonly StoredRecord[], taken: TakenBack): number | null {
  const proved = taken.proof?.downMs ?? null;
  if (proved !== null || !taken.written) return proved;
  const { migration } = taken;
  const same = new Set([changeDigest([migration], taken), ...changesWith(records, migration)]);
  const tests = intactOf<TestReport>(records, 'test').filter(({ body }) => same.has(body.changeDigest));
  const measured = tests.flatMap(({ body }) =>
    body.migrations.filter(
      ({ id, rollback, verdict }) => id === migration.id && rollback === 'written' && verdict === 'restored',
    ),
  );
  return measured.findLast(({ downMs }) => downMs !== null)?.downMs ?? null;
}

/** Digests of changes that had the migration among others, byte for byte, as the records of their judgement list the files. */
function changesWith(records: readonly StoredRecord[], { id, sources }: Migration): readonly string[] {
  const wanted = filesOf(sources);
  const contents = intactOf<CheckRecord>(records, 'check').map(({ body }) => body);
  return contents
    .filter(
      ({ content }) => content?.migrations.some((one) => one.id === id && filesOf(one.sources) === wanted) === true,
    )
    .map((body) => body.changeDigest);
}

function filesOf(sources: Migration['sources']): string {
  return JSON.stringify(sources.map(({ path, sha256 }) => [path, sha256]));
}
