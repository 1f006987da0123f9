import { fallsShort, type RollbackProof } from '../../model/rollback-proof.js';
import type { TestReport } from '../../model/test-report.js';
import { type Html, html } from '../html/escape.js';
import { remarksOf, totalsInWords } from './test-summary.js';

/** JUnit's XML: a case for each way back. What was not tried is an error. */
export function renderTestJunit(report: TestReport): string {
  const { migrations, inconclusive, project, startedAt, requireRollbacks } = report;
  const failures = migrations.filter((proof) => fallsShort(proof, requireRollbacks)).length;
  const time = (report.durationMs / 1000).toFixed(3);
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="lockkeeper test" tests="${migrations.length + inconclusive.length}" failures="${failures}" errors="${inconclusive.length}" time="${time}">
  <testsuite name="${project.path}" tests="${migrations.length + inconclusive.length}" failures="${failures}" errors="${inconclusive.length}" timestamp="${startedAt}" time="${time}">
${migrations.map((proof) => testCase(proof, requireRollbacks))}${inconclusive.map(
  (
    reason,
  ) => html`    <testcase classname="stage" name="${reason}"><error type="inconclusive" message="${reason}"/></testcase>
`,
)}    <system-out>${totalsInWords(report)}</system-out>
  </testsuite>
</testsuites>
`.toString();
}

function testCase(proof: RollbackProof, requireRollbacks: boolean): Html {
  const { path, rollback, verdict, reason, difference, upMs, downMs } = proof;
  const seconds = (((upMs ?? 0) + (downMs ?? 0)) / 1000).toFixed(3);
  const words = [...difference, ...remarksOf(proof)].join('\n');
  const result = !fallsShort(proof, requireRollbacks)
    ? verdict === 'restored'
      ? remarks(words)
      : html`      <skipped message="${reason ?? verdict}"/>
`
    : html`      <failure type="${verdict}" message="${reason ?? verdict}">${words}</failure>
`;
  return html`    <testcase classname="${path}" name="${`${path} (${rollback})`}" time="${seconds}">
${result}    </testcase>
`;
}

function remarks(words: string): Html | null {
  return words === ''
    ? null
    : html`      <system-out>${words}</system-out>
`;
}
