import type { Complexity } from '../../../../model/migration.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import { firstOf } from '../../in-words.js';

type Observation = {
  readonly risks: readonly { readonly id: string; readonly risk: Complexity }[];
  readonly unclassified: readonly string[];
  /** `rule path:line`, of findings that nothing suppresses. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
};

const remedy =
  'lockkeeper check shows each finding with SQL that does the same safely. What is meant as it is, a comment with a reason silences.';

const levels: readonly Complexity[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

function decide({ risks, unclassified, errors, warnings }: Observation): GateDecision {
  if (unclassified.length > 0)
    return unknown(`Not judged: ${firstOf(unclassified)}.`, 'Run lockkeeper check on the same files.');
  if (errors.length > 0)
    return block(`The change has ${errors.length} findings of severity error: ${firstOf(errors)}.`, remedy);
  const worst = levels.findLast((level) => risks.some(({ risk }) => risk === level)) ?? 'LOW';
  const weighed = `The risk is ${worst}`;
  if (worst === 'CRITICAL') {
    return warn(
      `${weighed}: ${firstOf(risks.filter(({ risk }) => risk === worst).map(({ id }) => id))}.`,
      'Split it into phases: expand, migrate, contract.',
    );
  }
  if (warnings.length > 0) return warn(`${weighed}, with ${warnings.length} warnings: ${firstOf(warnings)}.`, remedy);
  return pass(`${weighed}, and no rule has anything against it.`);
}

export default defineGate<Observation>({
  id: 'change-classified',
  title: 'The change is judged, and nothing in it is known to do harm',
  why: 'What a rule calls an error stops traffic or loses rows on a table like this one: it is cheaper to write it otherwise than to be quick.',
  remedy,
  sources: [],
  blindSpot: 'SQL that is put together while it runs (EXECUTE) cannot be read; the rules say so where they meet it.',
  inspect: async ({ change: { classifications, migrations } }) => {
    const findings = classifications.flatMap((one) => [
      ...one.findings,
      ...one.statements.flatMap((statement) => statement.findings),
    ]);
    const words = (severity: string): readonly string[] =>
      findings.filter((one) => one.severity === severity).map(({ id, path, line }) => `${id} ${path}:${line}`);
    const judged = new Set(classifications.map(({ id }) => id));
    return {
      risks: classifications.map(({ id, risk }) => ({ id, risk })),
      unclassified: migrations.filter(({ id }) => !judged.has(id)).map(({ id }) => id),
      errors: words('error'),
      warnings: words('warning'),
    };
  },
  decide,
});
