import type { LeaseResult } from '../../foundation/ledger/lease.js';
import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { LeaseHolder } from '../../model/ledger.js';
import type { ApplyTarget } from './open-target.js';

type NotAcquired = Exclude<LeaseResult, { readonly kind: 'acquired' }> | { readonly kind: 'changed' };

/** Why a runner may not begin, and who is in its way. */
export function explainLease(result: NotAcquired, { words, tenant }: ApplyTarget): ChangeSafetyError {
  // Tenants of one database are changed one after another: who holds it may work for another one.
  const place = tenant === null ? words : `the database of ${words}`;
  switch (result.kind) {
    case 'held':
      return refused(
        `Another runner is changing ${place}: ${holderInWords(result.holder)}.`,
        'Wait until it has ended; `lockkeeper status` shows how far it is.',
      );
    case 'orphaned':
      return refused(
        `A runner that is gone left ${result.backends.length} backends at work in ${place}: ${holderInWords(result.holder)}.`,
        `\`lockkeeper resume\` ${ofTenant(result.holder)}ends them and finds out how far they came.`,
      );
    case 'changed':
      return refused(
        `Somebody else has applied migrations to ${words} since this run looked.`,
        'Run it again: it will plan with what is there now.',
      );
    default:
      return result satisfies never;
  }
}

function holderInWords(holder: LeaseHolder | null): string {
  if (holder === null) return 'one that has just begun';
  const { runner, since, runId, backend } = holder;
  const tenant = runner.tenant === undefined ? '' : `, for the tenant ${runner.tenant}`;
  return `${runner.osUser} on ${runner.host} (process ${runner.processId}), as ${runner.databaseUser}, since ${since}, backend ${backend.pid}, run ${runId}${tenant}`;
}

function ofTenant({ runner }: LeaseHolder): string {
  return runner.tenant === undefined ? '' : `for the tenant ${runner.tenant} `;
}

function refused(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'lease-held', message, remedy, effect: 'none' });
}
