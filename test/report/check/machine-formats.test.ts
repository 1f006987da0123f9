import { describe, expect, test } from 'vitest';
import { renderGithub } from '../../../src/report/check/github.js';
import { renderGitlab } from '../../../src/report/check/gitlab.js';
import { renderJunit } from '../../../src/report/check/junit.js';
import { renderSarif } from '../../../src/report/check/sarif.js';
import { finding, sampleCheck } from './sample-check.js';

describe('SARIF', () => {
  const [run] = JSON.parse(renderSarif(sampleCheck)).runs;

  test('names the rule, the place from where the command ran, and a fingerprint', () => {
    expect(run.results.map((result: { ruleId: string }) => result.ruleId)).toEqual([
      'file-name',
      'create-index-blocks-writes',
      'drop-column',
    ]);
    expect(run.results[1]).toMatchObject({
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'db/migrations/0007_index%2C%20orders.sql' },
            region: { startLine: 4, startColumn: 1, endLine: 5 },
          },
        },
      ],
      partialFingerprints: { 'lockkeeper/v1': 'f00d' },
    });
  });

  test('every result points at a rule that is described', () => {
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  test('what a comment silences is in it, as suppressed', () => {
    expect(run.results[2].suppressions).toEqual([{ kind: 'inSource', justification: 'unused since May' }]);
  });
});

test('GitHub: one command a finding, with what would end a property or a message written otherwise', () => {
  const [first, second] = renderGithub(sampleCheck).trimEnd().split('\n');
  expect(first).toMatch(/^::notice file=/);
  expect(second).toBe(
    '::error file=db/migrations/0007_index%2C orders.sql,line=4,endLine=5,col=1,' +
      'title=CREATE INDEX without CONCURRENTLY blocks writes (create-index-blocks-writes)::' +
      'Writes to public.orders wait, 100%25 of them: until the index is built.%0A' +
      'CREATE INDEX CONCURRENTLY, outside a transaction.%0A' +
      'CREATE INDEX CONCURRENTLY by_day%0A  ON orders (day)',
  );
});

describe('GitLab', () => {
  test('severities are its own, and places are from where the command ran', () => {
    const issues = JSON.parse(renderGitlab(sampleCheck));
    expect(issues[1]).toMatchObject({
      check_name: 'create-index-blocks-writes',
      severity: 'critical',
      location: { path: 'db/migrations/0007_index, orders.sql', lines: { begin: 4, end: 5 } },
    });
  });

  test('a fingerprint occurs once, also when a statement is repeated', () => {
    const [migration] = sampleCheck.migrations;
    const twice = { ...sampleCheck, migrations: [migration, migration] } as typeof sampleCheck;
    const prints = JSON.parse(renderGitlab(twice)).map((issue: { fingerprint: string }) => issue.fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
  });
});

test('JUnit: a case for each statement and file; only what is at least a warning is a failure', () => {
  const xml = renderJunit(sampleCheck);
  expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites/);
  expect(xml.match(/<testsuite /g)).toHaveLength(2);
  expect(xml.match(/<failure /g)).toHaveLength(1);
  expect(xml).toContain(`type="${finding.id}"`);
  expect(xml).toContain('failures="1"');
});

test('what a script contains cannot break out of the XML', () => {
  const [migration] = sampleCheck.migrations;
  const hostile = { ...finding, message: '</failure><x a="1">&\u0007' };
  const report = { ...sampleCheck, migrations: [{ ...migration, findings: [hostile] }] } as typeof sampleCheck;
  expect(renderJunit(report)).toContain('&lt;/failure&gt;&lt;x a=&quot;1&quot;&gt;&amp;\u2407');
});
