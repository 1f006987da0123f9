import type { Rehearsal } from '../../src/model/rehearsal.js';
import { lockOn, migrationOf, rehearsalOf, statementOf } from './sample-rehearsal.js';

const hostileText =
  '</script><script>alert(1)</script> & "q" \'a\' `tick` ```fence``` a|b \\| @team \u001b[31mred\u0000\u202e';

/** Every text that comes from a script or from a server tries to break out of the report. */
export const hostileRehearsal: Rehearsal = rehearsalOf({
  verdict: 'failed',
  project: { format: 'plain-sql', path: hostileText },
  notes: [hostileText],
  migrations: [
    migrationOf({
      id: hostileText,
      path: hostileText,
      transaction: { mode: 'single', reason: hostileText },
      state: { kind: 'partial', appliedStatements: 0, invalidIndexes: [hostileText] },
      walRecords: [{ resourceManager: 'Heap', records: 1, bytes: 1 }],
      claims: [
        {
          claim: { kind: 'complexity', text: hostileText, line: 1, level: 'LOW' },
          holds: false,
          measured: hostileText,
        },
      ],
      statements: [
        statementOf({
          sql: `SELECT ${hostileText} /* ${hostileText}`,
          locks: [lockOn(hostileText, 'AccessExclusiveLock', { heldMs: 1 }), lockOn(`${hostileText}2`, 'ShareLock')],
          rewrites: [hostileText],
          newFiles: [hostileText],
          scans: [hostileText],
          traffic: [
            { relation: hostileText, operation: 'read', requests: 1, failures: 1, longestStallMs: 1, p99Ms: 1 },
          ],
          notices: [{ severity: 'WARNING', code: '01000', message: hostileText }],
          error: {
            code: 'XX000',
            message: hostileText,
            detail: hostileText,
            hint: hostileText,
            path: hostileText,
            line: 1,
            column: 8,
            excerpt: `SELECT ${hostileText}\n       ^`,
          },
        }),
      ],
    }),
  ],
  findings: [{ id: 'x', severity: 'error', message: hostileText, remedy: hostileText, path: hostileText, line: 1 }],
});
