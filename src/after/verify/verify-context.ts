import type { GentleReader } from '../../foundation/integrity/gentle-reader.js';
import type { VerifySettings } from '../../model/verify-settings.js';
import type { VerifyProgress } from './verify-progress.js';

/** What an assertion may know when it looks. */
export interface VerifyContext {
  readonly reader: GentleReader;
  readonly settings: VerifySettings;
  /** Only what concerns these, `schema.name` each; null: everything. */
  readonly relations: ReadonlySet<string> | null;
  readonly progress: VerifyProgress;
  /** Rows at fault are counted up to this many. */
  readonly atMost: number;
  /** It is told what is looked at. */
  readonly onItem: (text: string) => void;
}

/** Whether something about these relations is asked for. */
export function concerns({ relations }: VerifyContext, names: readonly (string | null)[]): boolean {
  return relations === null || names.some((name) => name !== null && relations.has(name));
}
