import type { RuleFinding } from '../../model/classification.js';
import type { Statement } from '../../model/sql-text.js';
import type { StatementError } from '../../model/trace.js';
import type { PlacedFinding } from './find-hazards.js';
import { fingerprintOf } from './fingerprint.js';
import type { JudgedMigration, UnparsedStatement } from './judged-statement.js';

/** What the parser, or a server on which the change was tried, refuses: at the statements that they refuse. */
export function serverObjections({ migration, unparsed, failure }: JudgedMigration): readonly PlacedFinding[] {
  const { statements } = migration;
  const refused = unparsed.map((one) => ({
    finding: unparsedFinding(one),
    statementIndex: statements.indexOf(one.statement),
  }));
  if (failure === null) return refused;
  const index = statements.findLastIndex(({ span }) => span.path === failure.path && span.line <= failure.line);
  return [{ finding: failureFinding(failure), statementIndex: index === -1 ? null : index }, ...refused];
}

/** What could not be read is never passed in silence. */
function unparsedFinding({ statement, reason, cursor }: UnparsedStatement): RuleFinding {
  const { sql, span } = statement;
  const skipped = cursor === null;
  return {
    id: 'not-analysed',
    title: 'A statement that could not be analysed',
    concern: 'availability',
    certainty: skipped ? 'possible' : 'certain',
    severity: skipped ? 'warning' : 'error',
    message: skipped ? `The statement was ${reason}.` : `PostgreSQL's parser refuses the statement: ${reason}.`,
    remedy: 'Correct the syntax, or rehearse the migration: the server says what the statement does.',
    path: span.path,
    ...placeIn(statement, cursor ?? 0),
    endLine: span.endLine,
    relation: null,
    instead: null,
    gradedDown: null,
    fingerprint: fingerprintOf('not-analysed', span.path, sql),
  };
}

/** Line and column in the file of a character of the statement. */
function placeIn({ sql, span }: Statement, cursor: number): Pick<RuleFinding, 'line' | 'column'> {
  const before = Array.from(sql).slice(0, cursor).join('').split('\n');
  const inLine = Array.from(before.at(-1) ?? '').length;
  return { line: span.line + before.length - 1, column: before.length === 1 ? span.column + inLine : inLine + 1 };
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
