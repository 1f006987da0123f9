import type { ApprovalTerms, WeighedStatement } from '../../model/approval.js';
import { type CountedStatement, judgeStatements, type StatementCase } from './judge-statements.js';

export interface ApprovalCase extends StatementCase {
  readonly demanded: readonly { readonly role: string; readonly count: number }[];
  readonly secondApprover: boolean;
}

export interface ApprovalJudgement {
  readonly statements: readonly WeighedStatement[];
  /** Those that count, with the role that each was given in. */
  readonly given: readonly { readonly role: string; readonly by: string; readonly record: string }[];
  /** What is asked for and not there, in words; empty when nothing is. */
  readonly lacking: readonly string[];
  /** The breaking of glass that holds now; null when there is none. */
  readonly broken: WeighedStatement | null;
  /** Statements, or their records, that somebody changed. */
  readonly tampered: readonly { readonly name: string; readonly problem: string }[];
}

/** Whether those whom the policy names have approved the change as it is now. Pure. */
export function judgeApprovals(facts: ApprovalCase): ApprovalJudgement {
  const judged = judgeStatements(facts);
  const counting = judged.filter(({ judged: { fault } }) => fault === null);
  const given = counting.filter(({ judged: { kind } }) => kind === 'approval');
  const broken = counting.find(({ judged: { kind } }) => kind === 'break-glass');
  const people = new Set(given.map(personOf));
  const alone =
    facts.secondApprover && people.size < 2
      ? [people.size === 0 ? 'approvals of two different persons' : 'an approval of a second person']
      : [];
  return {
    statements: judged.map((one) => one.judged),
    given: given.map(({ seen, judged: { role, record } }) => ({ role: role ?? '', by: seen.principal ?? '', record })),
    lacking: [...openRoles(given, facts.demanded, facts.terms), ...alone],
    broken: broken?.judged ?? null,
    tampered: judged.flatMap(({ seen: { fault, name, problem } }) =>
      fault === 'tampered' ? [{ name, problem: problem ?? '' }] : [],
    ),
  };
}

function personOf({ seen }: CountedStatement): string {
  return seen.person ?? '';
}

/** Roles that nobody is left to fill, in words. */
function openRoles(
  given: readonly CountedStatement[],
  demanded: ApprovalCase['demanded'],
  terms: ApprovalTerms,
): readonly string[] {
  const places = demanded.flatMap(({ role, count }) => Array.from({ length: count }, () => role));
  const filled = terms.severalRoles ? fillEach(places, given) : fillByDifferent(places, given);
  const open = places.filter((_, place) => !filled.has(place));
  return [...new Set(open)].map((role) => {
    const count = open.filter((one) => one === role).length;
    const names = terms.roles[role];
    const who = names === undefined ? 'policy.roles names nobody for it' : `it may be given by ${names.join(', ')}`;
    return `${count === 1 ? role : `${count} × ${role}`} (${who})`;
  });
}

/** Every role by itself: only two of the same role have to be two persons. */
function fillEach(places: readonly string[], given: readonly CountedStatement[]): ReadonlySet<number> {
  const filled = new Set<number>();
  for (const role of new Set(places)) {
    const signers = new Set(given.filter(({ judged }) => judged.role === role).map(personOf));
    const own = places.flatMap((one, place) => (one === role ? [place] : []));
    for (const place of own.slice(0, signers.size)) filled.add(place);
  }
  return filled;
}

/** As many places as can be filled by different persons: who fits several takes the one that leaves most to others. */
function fillByDifferent(places: readonly string[], given: readonly CountedStatement[]): ReadonlySet<number> {
  const placeOf = new Map<string, number>();
  const find = (place: number, tried: Set<string>): boolean => {
    const fitting = given.filter(({ judged }) => judged.role === places[place]).map(personOf);
    for (const person of fitting) {
      if (tried.has(person)) continue;
      tried.add(person);
      const taken = placeOf.get(person);
      if (taken !== undefined && !find(taken, tried)) continue;
      placeOf.set(person, place);
      return true;
    }
    return false;
  };
  places.forEach((_, place) => find(place, new Set()));
  return new Set(placeOf.values());
}
