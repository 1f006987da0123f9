import type { RoleSpec } from '@pgsql/types';
import type { EffectContext } from './effect-context.js';

/** The name of a role; null for one that is not named and, without a schema, not known. */
export function roleName(role: RoleSpec | undefined, { graph }: Pick<EffectContext, 'graph'>): string | null {
  switch (role?.roletype) {
    case 'ROLESPEC_CSTRING':
      return role.rolename ?? null;
    case 'ROLESPEC_CURRENT_ROLE':
    case 'ROLESPEC_CURRENT_USER':
      return graph?.schema.currentUser ?? null;
    case 'ROLESPEC_SESSION_USER':
      return graph?.schema.sessionUser ?? null;
    default:
      return null;
  }
}
