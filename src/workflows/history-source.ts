import type { NamedDatabase } from './named-database.js';
import type { OnProgress } from './progress.js';
import type { DatabaseReader } from './read-from-database.js';
import type { HistorySource } from './select-migrations.js';

export interface HistorySourceOptions extends DatabaseReader {
  readonly placeholders: Readonly<Record<string, string>>;
  readonly onProgress: OnProgress;
}

/** A database to be asked what it has, once the project is known. */
export function historySource(
  database: NamedDatabase,
  { onProgress, ...options }: HistorySourceOptions,
): HistorySource {
  return {
    name: database.name,
    read: async (project) => {
      onProgress({ kind: 'phase', text: `Reading what ${database.name} has applied` });
      // The driver is loaded only by those who need it.
      const { readDatabaseHistory } = await import('./read-from-database.js');
      return readDatabaseHistory(database, project, options);
    },
  };
}
