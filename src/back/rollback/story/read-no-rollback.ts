import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { type DeclaredNoRollback, mitigations } from '../../../model/rollback-story.js';

const directive = /^\s*--\s*lockkeeper:\s*no-rollback\b\s*(.*)$/i;
const words = /^because\s+(\S.*?)\s*;\s*mitigation:\s*(.*?)\s*$/i;

/** Where the migration stands in its file. */
export interface MigrationPlace {
  readonly path: string;
  /** 1-based line of its first statement; null for one that has none. */
  readonly line: number | null;
}

/**
 * The declaration `-- lockkeeper: no-rollback because REASON; mitigation: restore point` among the comments above a
 * migration's first statement; null when there is none.
 * @throws ChangeSafetyError `script-invalid` for one that gives no reason or no mitigation: it would allow nothing.
 */
export function readNoRollback(fileText: string, { path, line }: MigrationPlace): DeclaredNoRollback | null {
  const lines = fileText.split('\n');
  const above = lines.slice(0, line === null ? lines.length : line - 1);
  const start = above.findLastIndex((one) => !/^\s*(?:--|\\|$)/.test(one)) + 1;
  const at = above.findIndex((one, index) => index >= start && directive.test(one));
  if (at < 0) return null;
  const [, because, wanted] = words.exec(directive.exec(above[at] ?? '')?.[1] ?? '') ?? [];
  const mitigation = mitigations.find((one) => one === wanted?.toLowerCase());
  if (because !== undefined && mitigation !== undefined) return { line: at + 1, because, mitigation };
  throw new ChangeSafetyError({
    code: 'script-invalid',
    message: `${path}:${at + 1}: a change without a way back needs a reason and a mitigation.`,
    remedy: `Write "-- lockkeeper: no-rollback because REASON; mitigation: ${mitigations.join(' | ')}", with one of the three.`,
    effect: 'none',
  });
}
