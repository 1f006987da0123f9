import type { AlterTableCmd } from '@pgsql/types';
import type { LockMode } from '../../../model/locks.js';
import { handleOf } from '../effect-context.js';
import { lock, noEffect } from '../effect-draft.js';
import type { CommandEffects } from './alter-target.js';

/** CLUSTER ON and REPLICA IDENTITY USING INDEX lock the index that they name. */
export function lockNamedIndex(mode: LockMode): CommandEffects {
  return (command, { handle, context }) => {
    const name = indexName(command);
    if (context.graph === null || handle.facts === null || name === undefined) return noEffect;
    const index = context.graph.indexes(handle.facts.oid).find(({ relname }) => relname === name);
    return lock(index === undefined ? null : handleOf(index), mode);
  };
}

function indexName({ name, def }: AlterTableCmd): string | undefined {
  return def !== undefined && 'ReplicaIdentityStmt' in def ? def.ReplicaIdentityStmt.name : name;
}
