import type { GateDecision } from '../../../../model/preflight.js';
import type { ProofVerdict } from '../../../../model/rollback-proof.js';
import type { Mitigation } from '../../../../model/rollback-story.js';
import { block, defineGate, pass, unknown, warn } from '../../gate.js';
import type { GateContext, GatePolicy } from '../../gate-context.js';
import { type ByTier, limitOf } from '../../gate-settings.js';
import { firstOf } from '../../in-words.js';

/** Setting `demanded`: 1 where a way back has to be proved, 0 where to lack one is only said. */
const demanded: ByTier = [1, 1, 1, 0];

type WayBack = {
  readonly id: string;
  /** The best that a test of this change showed; null where none was made. */
  readonly proof: ProofVerdict | null;
  readonly reason: string | null;
  readonly mitigation: Mitigation | null;
};

type Observation = {
  readonly migrations: readonly WayBack[];
  readonly hasWindow: boolean;
  /** Of a way back alone: whether its proof led up again afterwards. */
  readonly leadsUpAgain?: boolean;
};

const remedy =
  'lockkeeper test proves the ways back of the change as it is now, and lockkeeper rollback writes the missing ones. For what has none: "-- lockkeeper: no-rollback because REASON; mitigation: restore point" above its first statement.';

/** From a way back the migration itself leads forward again, and its proof tried that. */
function decideBack(leadsUpAgain: boolean): GateDecision {
  return leadsUpAgain
    ? pass('What is taken back can be applied again: its proof went up, down, and up once more.')
    : warn(
        'Whether the migration can be applied again after this way back was not tried.',
        'lockkeeper rollback prove tries it on a stage.',
      );
}

function decide({ migrations, hasWindow, leadsUpAgain }: Observation, policy: GatePolicy): GateDecision {
  if (leadsUpAgain !== undefined) return decideBack(leadsUpAgain);
  const declared = migrations.filter(({ mitigation }) => mitigation !== null);
  const others = migrations.filter(({ mitigation }) => mitigation === null);
  const ids = (list: readonly WayBack[]): string => firstOf(list.map(({ id }) => id));
  const isLax = limitOf(policy, 'demanded', demanded) === 0;
  const failing = others.filter(({ proof }) => proof !== 'restored' && proof !== null);
  if (failing.length > 0) {
    const why = failing[0]?.reason ?? 'its test did not lead back';
    const found = `No way back is proved for ${ids(failing)}: ${why}`;
    return isLax ? warn(found, remedy) : block(found, remedy);
  }
  const untested = others.filter(({ proof }) => proof === null);
  if (untested.length > 0) {
    const found = `The way back of ${ids(untested)} was not tested.`;
    return isLax ? warn(found, remedy) : unknown(found, remedy);
  }
  if (declared.some(({ mitigation }) => mitigation === 'window') && !hasWindow) {
    return block(
      `${ids(declared)} has no way back and counts on a maintenance window, which the target does not name.`,
      'Set window.from and window.to of the target, or declare another mitigation.',
    );
  }
  if (declared.length === 0) return pass('The way back of every migration was proved.');
  const counted = declared.map(({ id, mitigation }) => `${id} (${mitigation ?? ''})`);
  return warn(
    `Declared to have no way back: ${firstOf(counted)}.`,
    'See that what they count on instead is in place before they run.',
  );
}

function inspect({ change, target }: GateContext): Observation {
  const proofs = change.rollbackTest?.migrations ?? [];
  return {
    hasWindow: target.window?.from != null,
    ...(change.plan.direction === 'down' ? { leadsUpAgain: change.provedWayBack !== null } : {}),
    migrations: change.migrations.map(({ id }) => {
      const own = proofs.filter((proof) => proof.id === id);
      const best = own.find(({ verdict }) => verdict === 'restored') ?? own[0];
      const mitigation = change.declaredNoRollback[id]?.mitigation ?? null;
      return { id, proof: best?.verdict ?? null, reason: best?.reason ?? null, mitigation };
    }),
  };
}

export default defineGate<Observation>({
  id: 'rollback-ready',
  title: 'There is a proved way back, or the word that there is none',
  why: 'A way back that was never run is a hope. What cannot be taken back needs something else to fall back on, agreed before.',
  remedy,
  sources: [],
  blindSpot:
    'The proof was made on a stage: how long the way back takes with the rows of production, it does not show.',
  settings: [
    {
      name: 'demanded',
      meaning: '1 where a way back has to be proved, 0 where a lack of one is only said',
      byTier: demanded,
    },
  ],
  inspect: async (context) => inspect(context),
  decide,
});
