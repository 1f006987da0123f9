import { beforeAll, describe, expect, test } from 'vitest';
import { classifyChange } from '../../../src/before/classify/classify-change.js';
import { judgeMigration } from '../../../src/before/classify/judge-migration.js';
import { defaultPolicy, type Policy } from '../../../src/before/classify/policy.js';
import { rules } from '../../../src/before/classify/rules/index.js';
import { loadParser } from '../../../src/foundation/sql/parse.js';
import { splitScript } from '../../../src/foundation/sql/split-script.js';
import { migrationOf } from '../../support/script.js';

beforeAll(loadParser);

function classify(text: string, severities: Policy['severities'] = new Map()) {
  const statements = splitScript(text, { path: '1.sql', firstLine: 1 });
  const claims = [
    { kind: 'complexity' as const, level: 'LOW' as const, text: 'Complexity: LOW', path: '1.sql', line: 1 },
  ];
  const policy: Policy = { ...defaultPolicy, severities };
  const judged = judgeMigration(
    { ...migrationOf('1', []), statements, claims },
    { major: 17, policy, sizes: new Map(), text, schemaBefore: () => null, changedBefore: null, failure: null },
  );
  return classifyChange([judged], rules, policy)[0] ?? expect.unreachable();
}

const understated = '-- Complexity: LOW\nDROP TABLE users;';
const weights = ({ findings, statements }: ReturnType<typeof classify>): readonly string[] =>
  [...findings, ...statements.flatMap((one) => one.findings)].map(({ id, severity }) => `${id} ${severity}`);

describe('what is found without a rule', () => {
  test('has its severity from the policy', () => {
    expect(weights(classify(understated))).toContain('claim-understates-risk warning');
    expect(weights(classify(understated, new Map([['claim-understates-risk', 'error']])))).toContain(
      'claim-understates-risk error',
    );
    expect(weights(classify('SELEC 1;', new Map([['not-analysed', 'info']])))).toContain('not-analysed info');
  });

  test('can be switched off', () => {
    const ids = weights(classify(understated, new Map([['claim-understates-risk', 'off']]))).join();
    expect(ids).not.toContain('claim-understates-risk');
    expect(weights(classify('SELEC 1;', new Map([['not-analysed', 'off']]))).join()).not.toContain('not-analysed');
    const unused = '-- lockkeeper: allow drop-view because it goes\nSELECT 1;';
    expect(weights(classify(unused))).toContain('suppression warning');
    expect(weights(classify(unused, new Map([['suppression', 'off']]))).join()).not.toContain('suppression');
  });

  test.each([
    '-- lockkeeper: allow claim-understates-risk because nobody uses it\n\nDROP TABLE users;',
    '-- lockkeeper: allow claim-understates-risk because nobody uses it\nDROP TABLE users;',
  ])('a claim is silenced by a comment with a reason: %j', (text) => {
    const { suppressed, findings } = classify(text);
    expect(suppressed.map(({ finding, reason }) => `${finding.id}: ${reason}`)).toContain(
      'claim-understates-risk: nobody uses it',
    );
    expect(findings.map(({ id }) => id)).not.toContain('suppression');
  });
});
