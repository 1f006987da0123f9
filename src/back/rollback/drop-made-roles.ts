import type { Script } from '../../model/migration.js';
import { quoteLiteral } from '../../foundation/sql/quote-identifier.js';
import type { Remark, RollbackStatement } from './invert/inversion.js';

const creates = /^create\s+(?:role|user|group)\s+(?!mapping\b)("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)/iu;

export interface MadeRoles {
  readonly steps: readonly RollbackStatement[];
  readonly declared: readonly Remark[];
}

/**
 * Drops the roles that a change creates by statements of its own: those cannot have been there before, or the change would
 * have failed. What a block creates on some condition stays. A role may be in use by then, also in another database: it
 * stays too, with a warning, and does not keep everything else from going back.
 */
export function dropMadeRoles({ statements }: Script): MadeRoles {
  const names = statements.flatMap(({ sql }) => {
    const [, name] = creates.exec(sql.trimStart()) ?? [];
    return name === undefined ? [] : [name.startsWith('"') ? name : name.toLowerCase()];
  });
  return {
    steps: names.map((name) => ({ sql: dropIfFree(name), transactional: true, about: `role ${name}` })),
    declared: names.map((name) => ({
      about: `role ${name}`,
      reason: 'the change creates it, so it is dropped, unless something else belongs to it by then',
    })),
  };
}

function dropIfFree(name: string): string {
  return `DO $role$ BEGIN
  DROP ROLE IF EXISTS ${name};
EXCEPTION WHEN dependent_objects_still_exist THEN
  RAISE WARNING 'role % stays: %', ${quoteLiteral(name)}, SQLERRM;
END $role$`;
}
