import { beforeAll, describe, expect, test } from 'vitest';
import { findHazards } from '../../../../src/before/classify/find-hazards.js';
import { judgeMigration } from '../../../../src/before/classify/judge-migration.js';
import { defaultPolicy, type Policy } from '../../../../src/before/classify/policy.js';
import { defineRule } from '../../../../src/before/classify/rule.js';
import { suppress } from '../../../../src/before/classify/suppression/suppress.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import { splitScript } from '../../../../src/foundation/sql/split-script.js';
import { migrationOf } from '../../../support/script.js';

const words = {
  why: 'w',
  instead: 'i',
  sources: [],
  concern: 'data',
  severity: 'error',
  unobservable: 'a test',
} as const;
const example = { setup: '', unsafe: '', safe: '' };

/** Speaks of every DROP TABLE. */
const noDrops = defineRule({
  ...words,
  id: 'drop-table',
  aliases: ['no-drops'],
  title: 'drops',
  example,
  scope: 'statement',
  on: ['DropStmt'],
  predict: () => [{ message: 'It drops.' }],
});

/** Speaks of every file. */
const noFiles = defineRule({
  ...words,
  id: 'no-files',
  title: 'files',
  example,
  scope: 'file',
  predict: () => [{ message: 'It is a file.' }],
});

function judge(text: string, policy: Policy = defaultPolicy) {
  const statements = splitScript(text, { path: 'legacy/0001.sql', firstLine: 1 });
  const judged = judgeMigration(
    { ...migrationOf('0001', []), path: 'legacy/0001.sql', statements },
    { major: 17, policy, sizes: new Map(), text, schemaBefore: () => null, changedBefore: null, failure: null },
  );
  const rules = [noDrops, noFiles];
  const { kept, suppressed, problems } = suppress(findHazards(rules, judged, policy), judged, { policy, rules });
  return {
    kept: kept.map(({ finding }) => `${finding.id}:${finding.line}`),
    suppressed: suppressed.map(({ finding, by, reason }) => `${finding.id}:${finding.line} ${by}: ${reason}`),
    problems: problems.map(({ message }) => message),
  };
}

beforeAll(loadParser);

describe('a comment before a statement', () => {
  test('silences that rule there, with its reason', () => {
    const result = judge(
      'SELECT 1;\n-- lockkeeper: allow drop-table because unused since May\nDROP TABLE a;\nDROP TABLE b;',
    );
    expect(result.suppressed).toEqual(['drop-table:3 comment: unused since May']);
    expect(result.kept).toEqual(['no-files:1', 'drop-table:4']);
    expect(result.problems).toEqual([]);
  });

  test('survives formatters: behind the statement, inside it, as a block, under a former name', () => {
    for (const text of [
      'SELECT 1;\nDROP TABLE a; -- lockkeeper: allow drop-table because gone',
      'SELECT 1;\nDROP TABLE -- lockkeeper: allow drop-table because gone\n  a;',
      'SELECT 1;\n/*  lockkeeper:  allow  no-drops\n  because gone */\n\nDROP TABLE a;',
    ]) {
      expect(judge(text).suppressed).toEqual([expect.stringContaining('comment: gone')]);
    }
  });

  test('without a reason silences nothing and is told', () => {
    const result = judge('SELECT 1;\n-- lockkeeper: allow drop-table\nDROP TABLE a;');
    expect(result.kept).toContain('drop-table:3');
    expect(result.problems).toEqual(['The comment allows drop-table without a reason, so it allows nothing.']);
  });

  test('that nothing needs, or that names no rule, is told', () => {
    expect(judge('SELECT 1;\n-- lockkeeper: allow drop-table because x\nSELECT 2;').problems).toEqual([
      'Nothing here needs the comment that allows drop-table.',
    ]);
    expect(judge('SELECT 1;\n-- lockkeeper: allow drop-tabel because x\nDROP TABLE a;').problems).toEqual([
      'The comment names drop-tabel, which is no known rule of lockkeeper.',
    ]);
  });

  test('inside a string or a body is no comment', () => {
    const result = judge("SELECT '-- lockkeeper: allow drop-table because x';\nDROP TABLE a;");
    expect(result.kept).toContain('drop-table:2');
    expect(result.problems).toEqual([]);
  });
});

describe('a comment at the top of a file', () => {
  test('before an empty line counts for the file', () => {
    const result = judge('-- lockkeeper: allow drop-table because all unused\n\nDROP TABLE a;\nDROP TABLE b;');
    expect(result.suppressed).toHaveLength(2);
    expect(result.kept).toEqual(['no-files:1']);
  });

  test('right before the first statement counts for that one only', () => {
    expect(judge('-- lockkeeper: allow drop-table because x\nDROP TABLE a;\nDROP TABLE b;').kept).toContain(
      'drop-table:3',
    );
  });

  test('written allow-file counts for the file wherever it stands', () => {
    expect(
      judge('DROP TABLE a;\n-- lockkeeper: allow-file drop-table, no-files because x\nDROP TABLE b;').kept,
    ).toEqual([]);
  });
});

test("squawk's and Atlas's comments keep their meaning", () => {
  expect(judge('SELECT 1;\n-- squawk-ignore ban-drop-table\nDROP TABLE a;').suppressed).toHaveLength(1);
  expect(judge('SELECT 1;\n-- squawk-ignore-file ban-drop-table\nDROP TABLE a;').suppressed).toHaveLength(1);
  expect(judge('SELECT 1;\n-- atlas:nolint DS102\nDROP TABLE a;').suppressed).toHaveLength(1);
  expect(judge('SELECT 1;\n-- atlas:nolint\nDROP TABLE a;').suppressed).toHaveLength(1);
});

test('the configuration silences by path and rule, the baseline by fingerprint', () => {
  const ignored = [{ paths: ['legacy/**'], rules: ['drop-table'], reason: 'old' }];
  expect(judge('DROP TABLE a;', { ...defaultPolicy, ignored }).suppressed).toEqual(['drop-table:1 config: old']);
  expect(
    judge('DROP TABLE a;', { ...defaultPolicy, ignored: [{ ...ignored[0], paths: ['new/**'] } as never] }).kept,
  ).toContain('drop-table:1');
});
