import type { CheckReport, RuleDescription } from '../../model/check.js';
import type { RuleFinding } from '../../model/classification.js';
import type { Severity } from '../../model/rehearsal.js';
import { type PlacedFinding, fileOf, placedFindings } from './placed-findings.js';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** The report as SARIF 2.1.0, for code scanning. Suppressed findings are in it, as suppressed. */
export function renderSarif(report: CheckReport): string {
  const rules = describedRules(report);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const results = [
    ...placedFindings(report).map((placed) => result(placed, indexes)),
    ...report.migrations.flatMap(({ suppressed }) =>
      suppressed.map(({ finding, by, reason }) => ({
        ...result({ finding, file: fileOf(report, finding.path) }, indexes),
        suppressions: [{ kind: by === 'comment' ? 'inSource' : 'external', justification: reason }],
      })),
    ),
  ];
  const driver = {
    name: report.tool.name,
    version: report.tool.version,
    rules: rules.map(ruleObject),
  };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'unicodeCodePoints', results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** Suppressions and failures are findings without a rule of their own. */
function describedRules(report: CheckReport): readonly RuleDescription[] {
  const known = new Set(report.rules.map(({ id }) => id));
  const others = new Map<string, RuleDescription>();
  const findings = [
    ...placedFindings(report).map(({ finding }) => finding),
    ...report.migrations.flatMap(({ suppressed }) => suppressed.map(({ finding }) => finding)),
  ];
  for (const { id, title, remedy, concern, severity } of findings) {
    if (!known.has(id)) others.set(id, { id, title, why: title, instead: remedy, sources: [], concern, severity });
  }
  return [...report.rules, ...others.values()];
}

function ruleObject({ id, title, why, instead, sources, concern, severity }: RuleDescription): object {
  const [helpUri] = sources;
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why}\n\n${instead}`, markdown: `${why}\n\n**Instead:** ${instead}` },
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: [concern] },
  };
}

function result(
  { finding, file }: Pick<PlacedFinding, 'finding' | 'file'>,
  indexes: ReadonlyMap<string, number>,
): Readonly<Record<string, unknown>> {
  return {
    ruleId: finding.id,
    ruleIndex: indexes.get(finding.id) ?? -1,
    level: levels[finding.severity],
    message: { text: messageOf(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
          region: { startLine: finding.line, startColumn: finding.column, endLine: finding.endLine },
        },
      },
    ],
    partialFingerprints: { 'lockkeeper/v1': finding.fingerprint },
  };
}

/** The finding and what to do about it, in plain text. */
function messageOf({ message, remedy, instead, gradedDown }: RuleFinding): string {
  return [message, remedy, ...(instead === null ? [] : [instead]), ...(gradedDown === null ? [] : [gradedDown])].join(
    '\n',
  );
}
