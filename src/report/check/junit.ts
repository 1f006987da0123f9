import type { CheckReport } from '../../model/check.js';
import type { MigrationClassification, RuleFinding } from '../../model/classification.js';
import { type Html, html } from '../html/escape.js';
import { sqlOnOneLine } from '../visible-text.js';
import { fileOf } from './placed-findings.js';

interface Case {
  readonly name: string;
  readonly findings: readonly RuleFinding[];
}

/** JUnit's XML: a suite for each migration, a case for each statement; errors and warnings are failures. */
export function renderJunit(report: CheckReport): string {
  const suites = report.migrations.map((migration) => suite(migration, fileOf(report, migration.path)));
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="lockkeeper check">
${suites}</testsuites>
`.toString();
}

function suite(migration: MigrationClassification, file: string): Html {
  const cases: readonly Case[] = [
    { name: file, findings: migration.findings },
    ...migration.statements.map(({ line, sql, findings }) => ({ name: `${line}: ${sqlOnOneLine(sql, 80)}`, findings })),
  ];
  const failures = cases.filter(({ findings }) => findings.some(isFailure)).length;
  return html`  <testsuite name="${file}" tests="${cases.length}" failures="${failures}">
${cases.map((one) => testCase(one, file))}  </testsuite>
`;
}

function testCase({ name, findings }: Case, file: string): Html {
  const failures = findings.filter(isFailure).map(
    (finding) => html`      <failure type="${finding.id}" message="${finding.title}">${words(finding, file)}</failure>
`,
  );
  const infos = findings.filter((finding) => !isFailure(finding));
  const output =
    infos.length === 0
      ? null
      : html`      <system-out>${infos.map((finding) => words(finding, file)).join('\n')}</system-out>
`;
  return html`    <testcase classname="${file}" name="${name}">
${failures}${output}    </testcase>
`;
}

const isFailure = ({ severity }: RuleFinding): boolean => severity !== 'info';

function words({ message, remedy, instead, line }: RuleFinding, file: string): string {
  return [`${file}:${line}`, message, remedy, ...(instead === null ? [] : [instead])].join('\n');
}
