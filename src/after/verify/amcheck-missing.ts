import type { Amcheck, AmcheckFunction } from '../../foundation/integrity/amcheck.js';
import type { Looked } from './look.js';

/** That amcheck cannot be asked, and how it could; null when the function may be run. */
export function amcheckMissing(amcheck: Amcheck, wanted: AmcheckFunction): Looked<never> | null {
  const { schema, available, allowed, refused } = amcheck;
  if (allowed.includes(wanted)) return null;
  const grants = refused.filter((signature) => signature.includes(`.${wanted}(`));
  const unseen =
    schema === null
      ? {
          reason: `the extension amcheck is not installed${available ? '' : ', and the server does not have it'}`,
          remedy: available
            ? 'CREATE EXTENSION amcheck; then lockkeeper grants verify prints who may run it. Or leave it out with --skip, which the report says.'
            : 'Install the contrib package of the server, then CREATE EXTENSION amcheck. Or leave it out with --skip, which the report says.',
        }
      : {
          reason: `the role may not run ${wanted} of amcheck`,
          remedy: `${grants.map((signature) => `GRANT EXECUTE ON FUNCTION ${signature} TO CURRENT_ROLE;`).join(' ')} by a superuser, naming the role; lockkeeper grants verify prints it.`,
        };
  return { relation: null, name: 'amcheck', seen: null, unseen: { sqlState: null, ...unseen } };
}
