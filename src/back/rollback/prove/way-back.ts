import { keepSchema } from '../../../foundation/catalog/snapshot/scope.js';
import type { Migration, Script } from '../../../model/migration.js';
import type { RollbackOrigin } from '../../../model/rollback-proof.js';
import type { DeclaredNoRollback } from '../../../model/rollback-story.js';
import type { DatabaseState } from './read-state.js';

/** What is known of a change when its rollback is to be written. */
export interface ChangeSeen {
  readonly migration: Migration;
  readonly before: DatabaseState;
  readonly after: DatabaseState;
}

/** What has to run around a change so that its rollback finds the rows that the change destroys. */
export interface KeepScripts {
  readonly preserve: Script;
  readonly afterUp: Script;
  /** What those who run them want to know, as queries and statements. */
  readonly remarks: readonly string[];
}

/** The rollback of a change that was seen, or why there is none. */
export type GeneratedRollback =
  | {
      readonly kind: 'script';
      readonly script: Script;
      /** Null where the change destroys nothing. */
      readonly keep: KeepScripts | null;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

export type GenerateRollback = (change: ChangeSeen) => GeneratedRollback;

/** Where a rollback comes from. */
export type WayBack =
  | {
      readonly origin: 'written';
      readonly script: Script | null;
      /** Says what to keep for a script that puts back kept rows, as a generated one that was written down does. */
      readonly keeping?: GenerateRollback;
      /** The team says that there is none: then none is tried. */
      readonly declared?: DeclaredNoRollback;
    }
  | { readonly origin: 'generated'; readonly generate: GenerateRollback };

/** A way back, once the change was seen. */
export type ChosenWay =
  | {
      readonly kind: 'script';
      readonly origin: RollbackOrigin;
      readonly script: Script;
      readonly keep: KeepScripts | null;
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'none';
      readonly origin: RollbackOrigin;
      readonly verdict: 'no-rollback' | 'refused';
      readonly reason: string;
      readonly declared?: DeclaredNoRollback;
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

/** Whether a script reads what is kept before a change. */
export function putsBackKept(script: Script | null): boolean {
  return script?.statements.some(({ sql }) => sql.includes(`${keepSchema}.`)) === true;
}

function keepFor(way: Extract<WayBack, { readonly origin: 'written' }>, seen: ChangeSeen): KeepScripts | null {
  if (way.keeping === undefined || !putsBackKept(way.script)) return null;
  const generated = generate(way.keeping, seen);
  return generated.kind === 'script' ? generated.keep : null;
}

export function chooseWay(way: WayBack, seen: ChangeSeen): ChosenWay {
  if (way.origin === 'written') {
    const { script, declared } = way;
    if (declared !== undefined) {
      const reason = `declared: ${declared.because}; mitigation: ${declared.mitigation}`;
      return { kind: 'none', origin: 'written', verdict: 'no-rollback', reason, declared };
    }
    if (script !== null) return { kind: 'script', origin: 'written', script, keep: keepFor(way, seen), notes: [] };
    return { kind: 'none', origin: 'written', verdict: 'no-rollback', reason: 'nobody wrote a rollback' };
  }
  const generated = generate(way.generate, seen);
  if (generated.kind === 'refused') {
    return { kind: 'none', origin: 'generated', verdict: 'refused', reason: generated.reason };
  }
  return { ...generated, origin: 'generated' };
}
