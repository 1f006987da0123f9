import { confirmedBy } from '../confirmed-by.js';
import type { Decision } from '../../../model/evidence-bundle.js';
import { type ChangeFacts, endOf } from '../change-facts.js';
import { moment } from '../in-words.js';

/** What was decided about a change, by whom and why, in the order of time. */
export function findDecisions(facts: ChangeFacts): readonly Decision[] {
  return [
    ...ofGates(facts),
    ...ofStatements(facts),
    ...ofRuns(facts),
    ...ofWatches(facts),
    ...ofPersons(facts),
  ].toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

function ofGates({ preflights }: ChangeFacts): readonly Decision[] {
  return preflights.flatMap((record) => {
    const { digest, body } = record;
    const at = endOf(record);
    const closed = body.gates.filter(
      ({ verdict, waiver }) => waiver === null && verdict !== 'pass' && verdict !== 'warn',
    );
    const waived = body.gates.flatMap(({ id, waiver }) => (waiver === null ? [] : [{ id, waiver }]));
    const why = closed.length === 0 ? null : closed.map(({ id, reason }) => `${id}: ${reason}`).join(' ');
    return [
      { at, what: `the gates say ${body.verdict}`, by: null, why, record: digest },
      ...waived.map(({ id, waiver }) => {
        const until = `${waiver.reason} (until ${waiver.expiresAt})`;
        return { at, what: `the gate ${id} is waived`, by: waiver.by, why: until, record: digest };
      }),
    ];
  });
}

function ofStatements({ approvals, reviews }: ChangeFacts): readonly Decision[] {
  return [...approvals, ...reviews].map(({ digest, body: { statement, signer } }) => {
    const { kind, role, gate, reason, grantedAt } = statement;
    const about = role === null ? (gate === null ? '' : ` of ${gate}`) : ` as ${role}`;
    return { at: grantedAt, what: `${kind}${about}`, by: signer.principal, why: reason, record: digest };
  });
}

function ofRuns({ runs, reverts }: ChangeFacts): readonly Decision[] {
  return [...runs, ...reverts].flatMap((record) => {
    const { digest, body } = record;
    const by = `${body.runner.osUser}@${body.runner.host}`;
    const direction = body.direction === 'up' ? 'to apply it' : 'to take it back';
    const failures = body.steps.flatMap(({ id, outcome }) =>
      (outcome?.attempts ?? []).flatMap(({ startedAt, failure }) =>
        failure === null ? [] : [{ id, startedAt, failure }],
      ),
    );
    return [
      { at: body.startedAt, what: direction, by, why: null, record: digest },
      ...failures.map(({ id, startedAt, failure }) => {
        return {
          at: startedAt,
          what: `an attempt of ${id} is given up`,
          by: null,
          why: `${failure.kind}: ${failure.message}`,
          record: digest,
        };
      }),
      { at: endOf(record), what: `the run is ${body.verdict}`, by: null, why: body.state, record: digest },
    ];
  });
}

function ofWatches({ validations, watches }: ChangeFacts): readonly Decision[] {
  return [
    ...validations.map((record) => {
      const { verdict, decision } = record.body;
      return { at: endOf(record), what: `the result is ${verdict}`, by: null, why: decision, record: record.digest };
    }),
    ...watches.flatMap(({ digest, body }) => [
      ...body.decisions.map(({ at, verdict, reason }) => ({
        at,
        what: verdict,
        by: null,
        why: reason,
        record: digest,
      })),
      ...(body.automatic?.actions ?? []).map(({ at, what, detail }) => {
        return { at, what: `by itself: ${what}`, by: null, why: detail, record: digest };
      }),
    ]),
  ];
}

function ofPersons({ confirmations }: ChangeFacts): readonly Decision[] {
  return confirmations.map(({ digest, createdAt, body }) => {
    const { title, note, at, state } = body;
    const { words: who } = confirmedBy(body);
    const what = state === 'done' ? `confirmed: ${title}` : `not applicable: ${title}`;
    const when = at === createdAt ? '' : `at ${moment(at)}`;
    return { at: createdAt, what, by: who, why: [note ?? '', when].join(' ').trim() || null, record: digest };
  });
}
