import type { Migration, Script } from '../../../model/migration.js';
import type { RollbackOrigin } from '../../../model/rollback-proof.js';
import type { DatabaseState } from './read-state.js';

/** What is known of a change when its rollback is to be written. */
export interface ChangeSeen {
  readonly migration: Migration;
  readonly before: DatabaseState;
  readonly after: DatabaseState;
}

/** The rollback of a change that was seen, or why there is none. */
export type GeneratedRollback =
  | { readonly kind: 'script'; readonly script: Script; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string };

export type GenerateRollback = (change: ChangeSeen) => GeneratedRollback;

/** Where a rollback comes from. */
export type WayBack =
  | { readonly origin: 'written'; readonly script: Script | null }
  | { readonly origin: 'generated'; readonly generate: GenerateRollback };

/** A way back, once the change was seen. */
export type ChosenWay =
  | {
      readonly kind: 'script';
      readonly origin: RollbackOrigin;
      readonly script: Script;
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'none';
      readonly origin: RollbackOrigin;
      readonly verdict: 'no-rollback' | 'refused';
      readonly reason: string;
    };

/** A change that the generator cannot cope with must not keep the rest of a chain from being proved. */
function generate(make: GenerateRollback, seen: ChangeSeen): GeneratedRollback {
  try {
    return make(seen);
  } catch (error) {
    return {
      kind: 'refused',
      reason: `the generator broke off: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

export function chooseWay(way: WayBack, seen: ChangeSeen): ChosenWay {
  if (way.origin === 'written') {
    if (way.script !== null) return { kind: 'script', origin: 'written', script: way.script, notes: [] };
    return { kind: 'none', origin: 'written', verdict: 'no-rollback', reason: 'nobody wrote a rollback' };
  }
  const generated = generate(way.generate, seen);
  if (generated.kind === 'refused') {
    return { kind: 'none', origin: 'generated', verdict: 'refused', reason: generated.reason };
  }
  return { kind: 'script', origin: 'generated', script: generated.script, notes: generated.notes };
}
