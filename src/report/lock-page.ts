import type { LockRequest } from '../model/effects.js';
import type { LockPage, LockPageEntry } from '../model/lock-page.js';
import { blockedTraffic, conflictingModes, type LockMode, lockModes } from '../model/locks.js';
import { lockModeName, lockStrength, withoutPublic } from './lock-summary.js';
import { codeBlock, codeCell, tableRow } from './markdown-text.js';

/** The page of locks of the documentation: the modes, who waits for whom, and what statements take. */
export function renderLockPage(page: LockPage): string {
  return [
    '# Locks',
    '',
    'Generated; `npm run docs` writes it anew.',
    '',
    ...modesSection(page),
    ...conflictsSection(),
    ...statementsSection(page),
  ].join('\n');
}

function modesSection(page: LockPage): readonly string[] {
  return [
    '## The eight modes',
    '',
    'Every statement locks each relation that it touches until its transaction ends. Readers of a table take the first',
    'mode, writers the third; what a mode stops is what it makes them wait. Whoever waits is waited for: behind an ALTER',
    'TABLE that waits for one long query, all queries queue. That is what `lock_timeout` is for.',
    '',
    tableRow(['mode', 'stops', 'taken by, for example']),
    tableRow(['---', '---', '---']),
    ...lockModes.map((mode) => tableRow([lockModeName(mode), stopped(mode), examplesOf(mode, page)])),
    '',
  ];
}

function stopped(mode: LockMode): string {
  const traffic = blockedTraffic(mode);
  return traffic === 'none' ? '' : traffic;
}

const shownExamples = 3;

/** Of each group, the first statement whose strongest lock on a relation that was there is this one. */
function examplesOf(mode: LockMode, { groups }: LockPage): string {
  const statements = groups.flatMap(({ entries }) => {
    const example = entries.find(({ effects }) => strongest(effects.locks.filter(isExisting)) === mode);
    return example === undefined ? [] : [example.sql];
  });
  return statements.slice(0, shownExamples).map(codeCell).join('<br>');
}

function strongest(locks: readonly LockRequest[]): LockMode | null {
  return locks.map(({ mode }) => mode).toSorted((a, b) => lockStrength(b) - lockStrength(a))[0] ?? null;
}

function conflictsSection(): readonly string[] {
  const names = lockModes.map(lockModeName);
  return [
    '## Who waits for whom',
    '',
    'A cross: the two cannot be held by different transactions at the same time.',
    '',
    tableRow(['', ...names]),
    tableRow(['---', ...names.map(() => ':---:')]),
    ...lockModes.map((mode) =>
      tableRow([
        `**${lockModeName(mode)}**`,
        ...lockModes.map((other) => (conflictingModes[mode].includes(other) ? '✗' : '')),
      ]),
    ),
    '',
  ];
}

function statementsSection({ schema, groups, majors }: LockPage): readonly string[] {
  return [
    '## What statements take',
    '',
    `On this schema, with PostgreSQL ${majors.join(', ')}; a statement whose majors differ has a line for each. The tests`,
    'run every one of them on all of these servers and compare the locks, new files and whole reads with what stands here.',
    '',
    codeBlock(schema.trim(), 'sql'),
    '',
    'Left out: relations that the statement makes itself, tables of oversized values, and weak locks on indexes.',
    '',
    ...groups.flatMap(({ title, entries }) => [
      `### ${title}`,
      '',
      tableRow(['statement', 'locks', 'stops', 'and']),
      tableRow(['---', '---', '---', '---']),
      ...entries.map((entry) => statementRow(entry, majors)),
      '',
    ]),
  ];
}

function statementRow({ sql, effects, majors }: LockPageEntry, all: readonly number[]): string {
  const locks = shownLocks(effects.locks);
  const on = majors.length === all.length ? '' : ` (${majors.join(', ')})`;
  const facts = [
    ...effects.rewrites.map(({ relation }) => `rewrites ${withoutPublic(relation)}`),
    ...effects.scans.map(({ relation }) => `reads all of ${withoutPublic(relation)}`),
    ...(effects.transactionBlock === 'refused' ? ['refuses a transaction block'] : []),
  ];
  return tableRow([`${codeCell(sql)}${on}`, locks.map(lockInWords).join('<br>'), stops(locks), facts.join('<br>')]);
}

/** The strongest on each relation that was there, the strongest first. */
function shownLocks(locks: readonly LockRequest[]): readonly LockRequest[] {
  const byRelation = new Map<string, LockRequest>();
  for (const lock of locks.filter(isExisting)) {
    const known = byRelation.get(lock.relation);
    if (known === undefined || lockStrength(lock.mode) > lockStrength(known.mode)) byRelation.set(lock.relation, lock);
  }
  return [...byRelation.values()]
    .filter(isTelling)
    .toSorted((a, b) => lockStrength(b.mode) - lockStrength(a.mode) || (a.relation < b.relation ? -1 : 1));
}

function isExisting({ created }: LockRequest): boolean {
  return created !== true;
}

function isTelling({ kind, mode }: LockRequest): boolean {
  if (kind === 'toast') return false;
  const isIndex = kind === 'index' || kind === 'partitioned index';
  return !isIndex || lockStrength(mode) >= lockStrength('ShareUpdateExclusiveLock');
}

function lockInWords({ relation, mode, certainty }: LockRequest): string {
  return `${withoutPublic(relation)}: ${lockModeName(mode)}${certainty === 'possible' ? ' (possible)' : ''}`;
}

/** Everything behind the strongest lock on a relation that traffic uses. */
function stops(locks: readonly LockRequest[]): string {
  const traffic = locks.filter(({ kind }) => kind !== 'sequence').map(({ mode }) => blockedTraffic(mode));
  if (traffic.includes('reads and writes')) return '**reads and writes**';
  return traffic.includes('writes') ? '**writes**' : '';
}
