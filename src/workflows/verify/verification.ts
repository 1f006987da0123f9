import type { LoadedConfig } from '../../foundation/config/load-config.js';
import type { GentleReader, GentleReaderOptions } from '../../foundation/integrity/gentle-reader.js';
import type { VerifyReport } from '../../model/verify-report.js';
import type { VerifySettings } from '../../model/verify-settings.js';
import type { KeptProgress } from './kept-progress.js';
import type { VerifyRequest } from './verify-request.js';

/** All that the actions share. */
export interface Verification {
  readonly request: VerifyRequest;
  readonly loaded: LoadedConfig;
  readonly settings: VerifySettings;
  /** How other databases are to be read. */
  readonly pacing: GentleReaderOptions;
  readonly reader: GentleReader;
  readonly progress: KeptProgress;
  readonly database: string;
  readonly server: VerifyReport['server'];
  /** Null: everything. */
  readonly relations: ReadonlySet<string> | null;
  readonly onItem: (text: string) => void;
}

/** What an action adds to the report. */
export type VerifyOutcome = Pick<VerifyReport, 'assertions' | 'comparison' | 'snapshot' | 'notes'> & {
  /** Readers of other databases that were read too. */
  readonly costs: readonly GentleReader['cost'][];
};

/** And what it is about. */
export type VerifyFound = VerifyOutcome & Pick<VerifyReport, 'server' | 'database'>;
