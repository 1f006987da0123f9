import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { classifyChange } from '../../../src/before/classify/classify-change.js';
import { judgeMigration } from '../../../src/before/classify/judge-migration.js';
import type { JudgedMigration } from '../../../src/before/classify/judged-statement.js';
import { defaultPolicy, type Policy } from '../../../src/before/classify/policy.js';
import { rules } from '../../../src/before/classify/rules/index.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { splitScript } from '../../../src/foundation/sql/split-script.js';
import type { CheckReport } from '../../../src/model/check.js';
import { concerns, type MigrationClassification } from '../../../src/model/classification.js';
import type { TransactionMode } from '../../../src/model/sql-text.js';
import { renderGithub } from '../../../src/report/check/github.js';
import { renderGitlab } from '../../../src/report/check/gitlab.js';
import { renderJunit } from '../../../src/report/check/junit.js';
import { renderCheckMarkdown } from '../../../src/report/check/markdown.js';
import { renderSarif } from '../../../src/report/check/sarif.js';
import { renderCheckTerminal } from '../../../src/report/check/terminal.js';
import { renderJson } from '../../../src/report/json.js';
import { migrationOf } from '../../support/script.js';
import { corpus } from './sql-corpus.js';

/** FUZZ_RUNS=20000 tries as many scripts; a sample of them otherwise. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 120);
const policy: Policy = { ...defaultPolicy, concerns: new Set(concerns) };

beforeAll(loadParser);

function judge(text: string, mode: TransactionMode, major = 17): JudgedMigration {
  const statements = splitScript(text, { path: '0001_fuzz.sql', firstLine: 1 });
  const migration = { ...migrationOf('0001_fuzz', [], mode), statements };
  return judgeMigration(migration, {
    major,
    policy,
    text,
    sizes: new Map(),
    schemaBefore: () => null,
    changedBefore: null,
    failure: null,
  });
}

function reportOf(migrations: readonly MigrationClassification[]): CheckReport {
  return {
    kind: 'check',
    version: 1,
    tool: { name: 'lockkeeper', version: '0.0.0' },
    server: { major: 17, schema: 'none', sizes: 'unknown' },
    project: { format: 'plain', path: '.' },
    migrations,
    rules: [],
    totals: { info: 0, warning: 0, error: 0 },
    notes: [],
    changeDigest: 'none',
  };
}

function render(report: CheckReport): readonly string[] {
  return [
    ...[renderGithub, renderGitlab, renderJunit, renderSarif, renderJson, renderCheckMarkdown].map((one) =>
      one(report),
    ),
    renderCheckTerminal(report, { color: false, width: 80 }),
  ];
}

/** What could not be parsed has to be told of, statement by statement. */
function checkScript(text: string, mode: TransactionMode, major: number): void {
  const judged = judge(text, mode, major);
  const [classified] = classifyChange([judged], rules, policy);
  expect(classified?.statements.length).toBe(judged.migration.statements.length);
  const understood = new Set(judged.statements.map(({ index }) => index));
  for (const [index, { findings }] of (classified?.statements ?? []).entries()) {
    if (!understood.has(index)) expect(findings.map(({ id }) => id)).toContain('not-analysed');
  }
  for (const page of render(reportOf(classified === undefined ? [] : [classified]))) expect(page).not.toBe('');
}

const word = fc.constantFrom(
  'NULL',
  'CASCADE',
  'ONLY',
  'IF NOT EXISTS',
  'CONCURRENTLY',
  'NOT VALID',
  'USING',
  'AS',
  '(',
  ')',
  ',',
  ';',
  '.',
  '*',
  '$$',
  "'",
  '"',
  '--',
  '/*',
  '*/',
  '\\',
  '::',
  '$1',
  'é',
  '💥',
  '\u0000',
  'public.t',
  't',
  '""',
  "E'\\x",
  '1e999',
);

/** A statement of the corpus, or one whose words were dropped, doubled, exchanged or replaced. */
const statement = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(
      fc.record({
        at: fc.nat(60),
        how: fc.constantFrom('drop', 'double', 'replace', 'insert', 'exchange'),
        word,
        other: fc.constantFrom(...corpus),
      }),
      { maxLength: 3 },
    ),
  )
  .map(([sql, changes]) => changes.reduce<readonly string[]>(mutate, sql.split(' ')).join(' '));

interface Mutation {
  readonly at: number;
  readonly how: 'drop' | 'double' | 'replace' | 'insert' | 'exchange';
  readonly word: string;
  readonly other: string;
}

function mutate(words: readonly string[], { at, how, word: added, other }: Mutation): readonly string[] {
  const place = at % Math.max(1, words.length);
  const here = words[place] ?? '';
  const middle = {
    drop: [],
    double: [here, here],
    replace: [added],
    insert: [here, added],
    exchange: other.split(' ').slice(place),
  }[how];
  return [...words.slice(0, place), ...middle, ...(how === 'exchange' ? [] : words.slice(place + 1))];
}

test('every statement of the corpus is understood', () => {
  const refused = corpus.filter((sql) => judge(sql, 'none').unparsed.length > 0);
  expect(refused).toEqual([]);
  expect(new Set(corpus.map((sql) => sql.split(' ').slice(0, 2).join(' '))).size).toBeGreaterThan(80);
});

test(`${runs} mutated scripts are judged and reported, and nothing is passed over in silence`, {
  timeout: 3_600_000,
}, () => {
  fc.assert(
    fc.property(
      fc.array(statement, { minLength: 1, maxLength: 4 }),
      fc.constantFrom<TransactionMode>('single', 'none', 'implicit'),
      fc.constantFrom(15, 16, 17, 18),
      (statements, mode, major) => checkScript(statements.join(';\n'), mode, major),
    ),
    { numRuns: runs },
  );
});
