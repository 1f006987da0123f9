import type { Invariant } from '../../../model/verify-settings.js';
import { called, defineAssertion } from '../assertion.js';
import { look, type Looked } from '../look.js';
import type { VerifyContext } from '../verify-context.js';

/** Of the answer only whether it is the expected one, and how many rows it has: values are data. */
type SeenInvariant = { readonly expected: 'no row' | 'a value'; readonly holds: boolean; readonly rows: number };

export default defineAssertion<SeenInvariant>({
  id: 'invariants',
  title: 'What the team declared about its data is true',
  inspect: async (context) => {
    const looked: Looked<SeenInvariant>[] = [];
    // What a query of the team's is about is not known: with a choice of relations it is not asked.
    if (context.relations !== null) return looked;
    for (const invariant of context.settings.invariants) {
      const thing = { assertion: 'invariants', relation: null, name: invariant.name };
      looked.push(await look(context, thing, () => ask(context, invariant)));
    }
    return looked;
  },
  judge: ({ holds, expected, rows }, looked) =>
    holds
      ? null
      : {
          weight: 'error',
          message:
            expected === 'no row'
              ? `${called(looked)} does not hold: the query gives ${rows} ${rows === 1 ? 'row' : 'rows'}, and should give none`
              : `${called(looked)} does not hold: the query gives ${rows === 1 ? 'another value than the expected one' : `${rows} rows in place of one`}`,
          remedy: 'Run its query to see the rows; it stands in targets.….verify.invariants.',
          rows: expected === 'no row' ? rows : null,
        },
});

/** A bound value makes the server take one statement and no more: what stands behind a semicolon is refused. */
async function ask({ reader, atMost }: VerifyContext, { sql, expect }: Invariant): Promise<SeenInvariant> {
  const query = sql.trim().replace(/;\s*$/, '');
  const { rows, first } = await reader.patient(async () => {
    const answer = await reader.session.query(`SELECT * FROM (${query}\n) AS answer LIMIT $1`, [
      expect === undefined ? atMost : 2,
    ]);
    return { rows: answer.rows.length, first: Object.values(answer.rows[0] ?? {})[0] ?? null };
  });
  if (expect === undefined) return { expected: 'no row', holds: rows === 0, rows };
  return { expected: 'a value', holds: rows === 1 && asText(first) === asText(expect), rows };
}

/** Large numbers come as text from the server. */
function asText(value: unknown): string | null {
  if (value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
