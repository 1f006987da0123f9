import { expect, test } from 'vitest';
import { defaultPolicy, severityOf } from '../../../src/before/classify/policy.js';
import type { Concern } from '../../../src/model/classification.js';
import type { Severity } from '../../../src/model/rehearsal.js';

const rule = (concern: Concern, severity: Severity = 'error') => ({ id: 'some-rule', concern, severity });

test('taste is not judged unless it is asked for, everything else is', () => {
  expect(severityOf(rule('availability'), defaultPolicy)).toBe('error');
  expect(severityOf(rule('data', 'warning'), defaultPolicy)).toBe('warning');
  expect(severityOf(rule('compatibility'), defaultPolicy)).toBe('error');
  expect(severityOf(rule('style', 'info'), defaultPolicy)).toBeNull();
  expect(severityOf(rule('style', 'info'), { ...defaultPolicy, concerns: new Set(['style']) })).toBe('info');
});

test('a rule that is set by its id has that severity, or none, whatever its concern', () => {
  const set = (severity: Severity | 'off') => ({ ...defaultPolicy, severities: new Map([['some-rule', severity]]) });
  expect(severityOf(rule('style', 'info'), set('warning'))).toBe('warning');
  expect(severityOf(rule('data'), set('off'))).toBeNull();
  expect(severityOf({ ...rule('data'), id: 'another' }, set('off'))).toBe('error');
});
