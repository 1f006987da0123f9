import type { RuleFinding } from '../../model/classification.js';
import type { Statement } from '../../model/sql-text.js';
import type { StatementError } from '../../model/trace.js';
import type { PlacedFinding } from './find-hazards.js';
import { fingerprintOf } from './fingerprint.js';
import type { JudgedMigration } from './judged-statement.js';

/** What the parser, or a server on which the change was tried, refuses: at the statements that they refuse. */
export function serverObjections({ migration, unparsed, failure }: JudgedMigration): readonly PlacedFinding[] {
  const { statements } = migration;
  const refused = unparsed.map(({ statement, reason }) => ({
    finding: unparsedFinding(statement, reason),
    statementIndex: statements.indexOf(statement),
  }));
  if (failure === null) return refused;
  const index = statements.findLastIndex(({ span }) => span.path === failure.path && span.line <= failure.line);
  return [{ finding: failureFinding(failure), statementIndex: index === -1 ? null : index }, ...refused];
}

/** What could not be read is never passed in silence. */
function unparsedFinding({ sql, span }: Statement, reason: string): RuleFinding {
  const skipped = reason.startsWith('not analysed');
  return {
    id: 'not-analysed',
    title: 'A statement that could not be analysed',
    concern: 'availability',
    certainty: 'possible',
    severity: skipped ? 'warning' : 'error',
    message: skipped ? `The statement was ${reason}.` : `PostgreSQL's parser refuses the statement: ${reason}.`,
    remedy: 'Correct the syntax, or rehearse the migration: the server says what the statement does.',
    path: span.path,
    line: span.line,
    column: span.column,
    endLine: span.endLine,
    relation: null,
    instead: null,
    gradedDown: null,
    fingerprint: fingerprintOf('not-analysed', span.path, sql),
  };
}

/** A server of our own answered with an error: the change does not run after its history. */
function failureFinding(error: StatementError): RuleFinding {
  return {
    id: 'change-fails',
    title: 'A statement that the server refuses',
    concern: 'availability',
    certainty: 'certain',
    severity: 'error',
    message: `${error.message}${error.code === null ? '' : ` (${error.code})`}`,
    remedy: error.hint ?? 'Correct the statement; tried without data, after the history, it fails.',
    path: error.path,
    line: error.line,
    column: error.column,
    endLine: error.line,
    relation: null,
    instead: null,
    gradedDown: null,
    fingerprint: fingerprintOf('change-fails', error.path, error.message),
  };
}
