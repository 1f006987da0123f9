import type {
  ApprovalDraft,
  ApprovalListReport,
  ApprovalReport,
  DueReview,
  WeighedStatement,
  RehearsalFigures,
} from '../../model/approval.js';
import type { TerminalOptions } from '../terminal.js';
import { type Layout, renderProse } from '../terminal/layout.js';
import { makePalette } from '../terminal/paint.js';
import { formatBytes, formatCounted, formatDuration } from '../units.js';

type Say = (
  head: string,
  text: string,
  paint?: 'title' | 'plain' | 'warn' | 'bad' | 'good' | 'faint',
) => readonly string[];

function sayIn(options: TerminalOptions): Say {
  const palette = makePalette(options.color);
  const layout: Layout = { width: Math.max(40, options.width), palette, verbose: options.verbose ?? false };
  return (head, text, paint = 'plain') => renderProse(layout, { head, text }, palette[paint]);
}

function joined(lines: readonly (readonly string[])[]): string {
  return `${lines.flat().join('\n')}\n`;
}

/** What somebody is about to sign, before they are asked. */
export function renderApprovalDraft(draft: ApprovalDraft, options: TerminalOptions): string {
  const say = sayIn(options);
  const { statement, signer, program, tier, migrations, rehearsal, lacking, notes } = draft;
  const { target, reason, changeDigest, expiresAt, grantedAt } = statement;
  return joined([
    say('', titleOf(draft), 'title'),
    [''],
    say('  target    ', `${target}${tier === null ? '' : `, tier ${tier}`}`),
    say(
      '  change    ',
      changeDigest === null ? 'any' : `${changeDigest.slice(0, 16)}, ${formatCounted(migrations.length, 'migration')}`,
    ),
    ...migrations.flatMap(({ id, path, risk, reasons, reversibility }) => [
      say('            ', `${id === path ? path : `${id} (${path})`}: ${risk}, ${reversibility}`, riskPaint[risk]),
      say('              ', reasons.join('; '), 'faint'),
    ]),
    say(
      '  rehearsal ',
      rehearsal === null ? 'none' : rehearsalInWords(rehearsal),
      rehearsal === null ? 'bad' : 'plain',
    ),
    say('  holds     ', `${minute(grantedAt)} to ${minute(expiresAt)}`),
    reason === null ? [] : say('  reason    ', reason),
    say('  signed by ', `${signer.principal} with ${signer.keyType} ${signer.fingerprint}, through ${program}`),
    lacking.length === 0 ? [] : say('  lacking   ', lacking.join(', ')),
    ...notes.map((text) => say('! ', text, 'warn')),
    [''],
  ]);
}

const riskPaint = { LOW: 'plain', MEDIUM: 'plain', HIGH: 'warn', CRITICAL: 'bad' } as const;

function titleOf({ statement: { kind, role, gate } }: ApprovalDraft): string {
  switch (kind) {
    case 'approval':
      return `To sign: an approval as ${role ?? ''}`;
    case 'waiver':
      return `To sign: a waiver of the gate ${gate ?? ''}`;
    case 'break-glass':
      return 'To sign: the breaking of glass';
    default:
      return `To sign: a ${kind}`;
  }
}

function rehearsalInWords(figures: RehearsalFigures): string {
  const { startedAt, serverVersion, data, durationMs, longestLock, longestStallMs, walBytes, errors, warnings } =
    figures;
  const rows = { none: 'empty tables', file: 'data of a file', filled: 'tables filled with rows' }[data];
  return [
    `${minute(startedAt)} on PostgreSQL ${serverVersion}, ${rows}: ${formatDuration(durationMs)}`,
    longestLock === null
      ? 'no lock that stops writes'
      : `${longestLock.mode} on ${longestLock.relation} for ${formatDuration(longestLock.heldMs)}`,
    ...(longestStallMs === null ? [] : [`traffic stood still for ${formatDuration(longestStallMs)}`]),
    `WAL ${formatBytes(walBytes)}`,
    ...(errors + warnings === 0 ? [] : [`${errors} errors and ${warnings} warnings`]),
  ].join('; ');
}

/** What was signed. */
export function renderApproval(
  { statement, signer }: ApprovalReport,
  about: { readonly path: string; readonly lacking: readonly string[] | null; readonly notes: readonly string[] },
  options: TerminalOptions,
): string {
  const say = sayIn(options);
  const { kind, role, gate, target, expiresAt, of } = statement;
  const what = [kind, role ?? gate ?? of?.slice(0, 12) ?? ''].filter((part) => part !== '').join(' ');
  const until = expiresAt === null ? '' : ` until ${minute(expiresAt)}`;
  const { lacking, path, notes } = about;
  return joined([
    say('', `Signed by ${signer.principal}: ${what}, on ${target}${until}.`, 'good'),
    say('  record    ', path),
    lacking === null || lacking.length === 0 ? [] : say('  lacking   ', lacking.join(', '), 'warn'),
    lacking?.length === 0 ? say('', 'All approvals that the policy asks for are given.', 'good') : [],
    ...notes.map((text) => say('! ', text, 'warn')),
  ]);
}

/** Who has to approve, who has, and what is to be looked into. */
export function renderApprovalList(report: ApprovalListReport, options: TerminalOptions): string {
  const say = sayIn(options);
  const { target, tier, changeDigest, migrations, demanded, secondApprover, lacking, authors, tool } = report;
  const asked = [
    ...demanded.map(({ role, count }) => (count === 1 ? role : `${count} × ${role}`)),
    ...(secondApprover ? ['a second person'] : []),
  ];
  const who =
    authors.problem ?? [...authors.people, ...authors.unknown.map((mail) => `${mail} (not known)`)].join(', ');
  return joined([
    say('', `${tool.name} ${tool.version} · approvals for ${target}, tier ${tier}`, 'title'),
    [''],
    say(
      '  change    ',
      changeDigest === null ? 'nothing is to be applied' : `${changeDigest.slice(0, 16)}: ${migrations.join(', ')}`,
    ),
    say('  asked for ', asked.length === 0 ? 'nothing' : asked.join(', ')),
    say('  written by', ` ${who}`),
    ...report.statements.map((one) => statementLines(one, say)),
    lacking.length === 0 ? say('', 'Nothing is lacking.', 'good') : say('  lacking   ', lacking.join(', '), 'bad'),
    ...report.reviews.map((one) => reviewLines(one, say)),
    ...report.notes.map((text) => say('! ', text, 'warn')),
  ]);
}

function statementLines(one: WeighedStatement, say: Say): readonly string[] {
  const { record, kind, role, gate, by, expiresAt, fault, reason } = one;
  const what = `${kind} ${role ?? gate ?? ''}`.trim();
  const words = `${what} by ${by ?? 'somebody unknown'}, until ${minute(expiresAt)}${reason === null ? '' : `: ${reason}`}`;
  return [
    ...say(`  ${record.slice(0, 12)} `, words, fault === null ? 'good' : 'faint'),
    ...(fault === null ? [] : say('               ', `does not count: ${fault}`, 'warn')),
  ];
}

function reviewLines({ record, kind, by, dueAt, overdue, reason }: DueReview, say: Say): readonly string[] {
  const words = `${kind} by ${by ?? 'somebody unknown'} is to be looked into by ${minute(dueAt)}: ${reason ?? ''}`;
  return say(`! ${record.slice(0, 12)} `, words, overdue ? 'bad' : 'warn');
}

function minute(at: string | null): string {
  return at === null ? '' : `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
