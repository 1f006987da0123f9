import { ChangeSafetyError } from '../../../model/change-safety-error.js';

export interface DrizzleJournalEntry {
  readonly tag: string;
  /** Milliseconds since 1970: what Drizzle compares with the newest applied migration. */
  readonly when: number;
}

/** Reads `meta/_journal.json`. Throws `project-invalid` when it is not a journal of a PostgreSQL project. */
export function parseDrizzleJournal(text: string, path: string): readonly DrizzleJournalEntry[] {
  const journal = parseJson(text, path);
  if (!isRecord(journal) || !Array.isArray(journal['entries'])) throw invalid(`${path} has no list of entries.`);
  const { dialect } = journal;
  if (dialect !== 'postgresql' && dialect !== 'pg') {
    throw invalid(`${path} names the dialect ${JSON.stringify(dialect)}; only "postgresql" can be rehearsed.`);
  }
  return journal['entries'].map((entry: unknown, index) => {
    if (!isRecord(entry) || typeof entry['tag'] !== 'string' || typeof entry['when'] !== 'number') {
      throw invalid(`${path}: entry ${index} lacks its tag or its time.`);
    }
    return { tag: entry['tag'], when: entry['when'] };
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`${path} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string, cause?: unknown): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'project-invalid',
    message,
    remedy: 'Restore the journal that drizzle-kit wrote; a merge conflict in it is a common cause.',
    effect: 'none',
    cause,
  });
}
