import type { JsonValue } from '../../model/json.js';
import type { AssertionResult, AssertionVerdict, VerifyFinding } from '../../model/verify-report.js';
import type { Assertion } from './assertion.js';
import { assertions } from './assertions/index.js';
import { explainUnseen, type Looked } from './look.js';
import type { VerifyContext } from './verify-context.js';

/** Ids of assertions to ask; null: all. The skipped ones are reported as such. */
export interface AssertionChoice {
  readonly only: readonly string[] | null;
  readonly skip: readonly string[];
}

/** Asks one assertion after the other, and judges what was seen. */
export async function runAssertions(
  context: VerifyContext,
  { only, skip }: AssertionChoice,
): Promise<readonly AssertionResult[]> {
  const { clock } = context.reader;
  const results: AssertionResult[] = [];
  for (const assertion of assertions) {
    const { id, title } = assertion;
    const isWanted = (only === null || only.includes(id)) && !skip.includes(id);
    const since = clock.now();
    const looked = isWanted ? await inspect(assertion, context) : [];
    const findings = assertion.judge(looked);
    results.push({
      id,
      title,
      verdict: isWanted ? verdictOf(findings) : 'skipped',
      checked: looked.filter((one) => !isBeyond(one)).length,
      findings,
      notVerified: looked.filter(isBeyond).map(({ relation, name, unseen }) => ({
        relation,
        name,
        reason: unseen?.reason ?? '',
      })),
      observation: looked.map(({ relation, name, seen, unseen }) => ({
        relation,
        name,
        seen,
        unseen: unseen === null ? null : { ...unseen },
      })),
      durationMs: clock.now() - since,
    });
  }
  return results;
}

function isBeyond({ unseen }: Looked<JsonValue>): boolean {
  return unseen?.isBeyond === true;
}

/** A catalog that cannot be read is nothing seen, as with any other thing. */
async function inspect(
  { id, inspect: read }: Assertion,
  context: VerifyContext,
): Promise<readonly Looked<JsonValue>[]> {
  try {
    return await read(context);
  } catch (error) {
    return [{ relation: null, name: id, seen: null, unseen: explainUnseen(error) }];
  }
}

function verdictOf(findings: readonly VerifyFinding[]): AssertionVerdict {
  const has = (weight: VerifyFinding['weight']) => findings.some((finding) => finding.weight === weight);
  if (has('error')) return 'fail';
  if (has('unknown')) return 'unknown';
  return has('warning') ? 'warn' : 'pass';
}
