import type { GrantsReport, GrantVerb } from '../model/grants.js';
import { type GrantOptions, grantsOf, grantsSql } from './grants/verb-grants.js';
import { tool } from './tool-version.js';

export type { GrantOptions } from './grants/verb-grants.js';

/** The least privileges that a role needs for a verb, as SQL. No database is asked. */
export function grants(verb: GrantVerb, options: GrantOptions): GrantsReport {
  const needed = grantsOf(verb, options);
  const sql = grantsSql(verb, needed, options);
  return { kind: 'grants', version: 1, tool, verb, role: options.role, grants: needed, sql };
}
