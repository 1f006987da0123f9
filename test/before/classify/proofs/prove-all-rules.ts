import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rules } from '../../../../src/before/classify/rules/index.js';
import { readEnvironment } from '../../../../src/foundation/runtime/environment.js';
import { loadParser } from '../../../../src/foundation/sql/parse.js';
import { openEmbeddedStage } from '../../../../src/foundation/stage/open-embedded-stage.js';
import type { Stage } from '../../../../src/foundation/stage/stage.js';
import { proveRule } from '../../../../src/workflows/prove-rule.js';
import { isSampledOn } from '../../../support/tried-majors.js';

/** What a rule looks at is predicted and observed in its unsafe form, and neither in its safe one. A file for each major: they run side by side. */
export function proveAllRules(major: 15 | 16 | 17 | 18): void {
  describe(`rules on PostgreSQL ${major}`, () => {
    let stage: Stage;

    beforeAll(async () => {
      await loadParser();
      stage = await openEmbeddedStage({
        major,
        serverBin: null,
        environment: readEnvironment(process.env),
        standby: false,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
      await using session = await stage.connect('examples');
      await session.query('CREATE ROLE app');
    });
    afterAll(async () => {
      await stage?.[Symbol.asyncDispose]();
    });

    const concerned = rules.filter(
      (rule, index) => (rule.majors?.includes(major) ?? true) && isSampledOn(major, index),
    );
    test.each(concerned.map((rule) => [rule.id, rule] as const))('%s', async (_, rule) => {
      const { forms } = await proveRule(rule, stage);
      expect(forms).toEqual(
        forms.map(({ form, byText, observed, error }) => ({
          form,
          bySchema: form === 'unsafe',
          byText: byText === null ? null : form === 'unsafe',
          observed: observed === null ? null : form === 'unsafe',
          error: form === 'safe' ? null : error,
        })),
      );
    });
  });
}
