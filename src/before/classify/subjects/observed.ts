import type { MigrationTrace } from '../../../model/trace.js';

/** Whether a statement of the change failed with one of these SQLSTATEs. */
export function failedWith(trace: MigrationTrace, ...codes: readonly string[]): boolean {
  return trace.statements.some(({ error }) => error?.code != null && codes.includes(error.code));
}

/** Whether the server sent a notice with this SQLSTATE. */
export function noticed(trace: MigrationTrace, code: string): boolean {
  return trace.statements.some(({ notices }) => notices.some((notice) => notice.code === code));
}
