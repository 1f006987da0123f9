import { defineEmitter, inPlace, rebuild } from '../emitter.js';
import { flag, type Piece, textFact } from '../piece.js';
import { holderName } from '../sql-kind.js';
import { ownName } from '../sql-names.js';

function rolesOf(policy: Piece): string {
  const { roles } = policy.access;
  return Array.isArray(roles) ? roles.join(', ') : 'PUBLIC';
}

function conditions(policy: Piece): string {
  const [using, check] = [textFact(policy, 'using'), textFact(policy, 'check')];
  return `${using === null ? '' : ` USING (${using})`}${check === null ? '' : ` WITH CHECK (${check})`}`;
}

export default defineEmitter({
  kind: 'policy',
  create: (policy) => [
    `CREATE POLICY ${ownName(policy.identity)} ON ${holderName(policy)} ` +
      `AS ${flag(policy, 'restrictive') ? 'RESTRICTIVE' : 'PERMISSIVE'} FOR ${textFact(policy, 'command') ?? 'ALL'} ` +
      `TO ${rolesOf(policy)}${conditions(policy)}`,
  ],
  drop: (policy) => [`DROP POLICY IF EXISTS ${ownName(policy.identity)} ON ${holderName(policy)}`],
  alter: ({ from, to, changed }) => {
    // ALTER POLICY can give a condition another text, but not take it away.
    const loses = ['using', 'check'].some((fact) => textFact(to, fact) === null && textFact(from, fact) !== null);
    if (loses || changed.has('command') || changed.has('restrictive')) return rebuild;
    return inPlace([`ALTER POLICY ${ownName(to.identity)} ON ${holderName(to)} TO ${rolesOf(to)}${conditions(to)}`]);
  },
});
