import type { RuleFinding, StatementClassification, SuppressedFinding } from '../../model/classification.js';
import { blockedTraffic } from '../../model/locks.js';
import { lockModeName, lockStrength, withoutPublic } from '../lock-summary.js';
import { type Layout, renderProse } from '../terminal/layout.js';
import { truncateText } from '../terminal/text-width.js';
import { showControls, sqlOnOneLine } from '../visible-text.js';

const shownLines = 5;

/** A finding with the code it is about and the safe form, ready to copy. */
export function renderFinding(
  layout: Layout,
  finding: RuleFinding,
  { file, statement }: { readonly file: string; readonly statement: StatementClassification | null },
): readonly string[] {
  const { palette } = layout;
  const { severity, id, title, message, remedy, instead, gradedDown, certainty } = finding;
  const unsure = certainty === 'possible' ? ' (possible)' : '';
  const place = `${file}:${finding.line}:${finding.column}`;
  const head = [
    ...renderProse(layout, { head: '  ', text: `${severity} ${id}: ${title}${unsure}` }, palette.severity[severity]),
    ...renderProse(layout, { head: '    ', text: place }, palette.faint),
  ];
  // What is only good to know must not hide what has to be done.
  if (severity === 'info' && gradedDown === null && !layout.verbose) return head;
  return [
    ...head,
    ...(statement === null ? [] : renderFrame(layout, statement)),
    ...renderProse(layout, { head: '    ', text: message }, palette.plain),
    ...(gradedDown === null
      ? []
      : renderProse(layout, { head: '    ', text: `Weighs less: ${gradedDown}.` }, palette.faint)),
    ...renderProse(layout, { head: '    → ', text: remedy }, palette.plain),
    ...(instead === null ? [] : renderCode(layout, instead)),
  ];
}

/** The statement's first lines with their numbers in the file. */
function renderFrame({ width, palette }: Layout, { sql, line }: StatementClassification): readonly string[] {
  const lines = showControls(sql).replaceAll('\t', ' ').split('\n');
  const shown = lines.slice(0, shownLines);
  const numberWidth = String(line + shown.length).length;
  const rows = shown.map((text, index) => {
    const number = String(line + index).padStart(numberWidth);
    return `    ${palette.faint(`${number} │`)} ${palette.sql(truncateText(text, width - numberWidth - 8))}`;
  });
  const more = lines.length - shown.length;
  return more === 0 ? rows : [...rows, `    ${palette.faint(`${' '.repeat(numberWidth)} │ … ${more} more lines`)}`];
}

/** Left as it is, however wide: it is meant to be copied. */
function renderCode({ palette }: Layout, sql: string): readonly string[] {
  return showControls(sql)
    .split('\n')
    .map((line) => `      ${palette.good(line)}`);
}

/** What a statement is predicted to do, for those who want to see all of it. */
export function renderStatementEffects(layout: Layout, statement: StatementClassification): readonly string[] {
  const { palette } = layout;
  const { locks, rewrites, scans, transactionBlock, unanalysed } = statement;
  const strongest = locks
    .filter((lock) => lock.created !== true)
    .toSorted((a, b) => lockStrength(b.mode) - lockStrength(a.mode))
    .map(({ relation, mode, certainty }) => {
      const possible = certainty === 'possible' ? ', possibly' : '';
      const stops = blockedTraffic(mode) === 'none' ? '' : `, stops ${blockedTraffic(mode)}`;
      return `${withoutPublic(relation)}: ${lockModeName(mode)}${stops}${possible}`;
    });
  const facts = [
    ...strongest,
    ...rewrites.map((relation) => `rewrites ${withoutPublic(relation)}`),
    ...scans.map((relation) => `reads all of ${withoutPublic(relation)}`),
    ...(transactionBlock === 'refused' ? ['refuses a transaction block'] : []),
    ...unanalysed.map((reason) => `not analysed: ${reason}`),
  ];
  return [
    ...renderProse(
      layout,
      { head: `  ${statement.line}: `, text: sqlOnOneLine(statement.sql, layout.width - 10) },
      palette.sql,
    ),
    ...facts.flatMap((fact) => renderProse(layout, { head: '      ', text: fact }, palette.faint)),
  ];
}

export function renderSuppressed(layout: Layout, { finding, by, reason }: SuppressedFinding): readonly string[] {
  const text = `${finding.id} at line ${finding.line}, by ${by}: ${reason}`;
  return renderProse(layout, { head: '  suppressed ', text }, layout.palette.faint);
}
