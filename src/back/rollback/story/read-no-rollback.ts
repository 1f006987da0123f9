import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import { type DeclaredNoRollback, mitigations } from '../../../model/rollback-story.js';

const directive = /^\s*--\s*lockkeeper:\s*no-rollback\b\s*(.*)$/i;
const words = /^because\s+(\S.*?)\s*;\s*mitigation:\s*(.*?)\s*$/i;

/**
 * The declaration `-- lockkeeper: no-rollback because REASON; mitigation: restore point` before a file's first statement;
 * null when there is none.
 * @throws ChangeSafetyError `script-invalid` for one that gives no reason or no mitigation: it would allow nothing.
 */
export function readNoRollback(text: string, path: string): DeclaredNoRollback | null {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !/^\s*(?:--|$)/.test(line));
  const head = end < 0 ? lines : lines.slice(0, end);
  const at = head.findIndex((line) => directive.test(line));
  if (at < 0) return null;
  const [, because, wanted] = words.exec(directive.exec(head[at] ?? '')?.[1] ?? '') ?? [];
  const mitigation = mitigations.find((one) => one === wanted?.toLowerCase());
  if (because !== undefined && mitigation !== undefined) return { line: at + 1, because, mitigation };
  throw new ChangeSafetyError({
    code: 'script-invalid',
    message: `${path}:${at + 1}: a change without a way back needs a reason and a mitigation.`,
    remedy: `Write "-- lockkeeper: no-rollback because REASON; mitigation: ${mitigations.join(' | ')}", with one of the three.`,
    effect: 'none',
  });
}
