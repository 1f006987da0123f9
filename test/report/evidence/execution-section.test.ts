import { expect, test } from 'vitest';
import type { ChangeEvidence } from '../../../src/model/evidence-bundle.js';
import { renderExecution } from '../../../src/report/evidence/execution-section.js';
import { sampleRun } from '../apply/sample-run.js';

const pageOf = (body: unknown): string =>
  String(
    renderExecution({
      records: [{ header: { subject: { kind: 'apply' } }, content: 'whole', body }],
    } as unknown as ChangeEvidence),
  );

test('each step is told with the locks that others could feel', () => {
  expect(pageOf(sampleRun)).toContain('AccessExclusive on orders');
});

test('a run of a version that did not write locks down is shown all the same', () => {
  const steps = sampleRun.steps.map((step) => {
    if (step.outcome === null) return step;
    const { locks: _, ...outcome } = step.outcome;
    return { ...step, outcome };
  });
  expect(pageOf({ ...sampleRun, steps })).toContain('0042/2');
});
