import type { RollbackProof } from '../../../model/rollback-proof.js';
import type {
  DeclaredNoRollback,
  Mitigation,
  RollbackStory,
  RollbackStoryKind,
} from '../../../model/rollback-story.js';

/** What is known of a change and of the place where it is to be made. */
export interface StoryFacts {
  readonly declared: DeclaredNoRollback | null;
  /** What of the change the program of before could stumble over; null when it is not known. */
  readonly disturbances: readonly string[] | null;
  /** The best proof of a way back; null when none was tried. */
  readonly proof: Pick<RollbackProof, 'verdict' | 'reason' | 'dataKept' | 'rollback'> | null;
  /** A second cluster stands ready to be switched back to. */
  readonly hasSecondCluster: boolean;
  /** Archived WAL and a base backup are there to restore from; null when nobody looked. */
  readonly canRestore: boolean | null;
}

const restoreLoses = 'every write since the restore point, of all tables';

/** Chooses the way back that costs least: the program, then the schema, then the cluster, then everything since. */
export function chooseStory(facts: StoryFacts): RollbackStory {
  const { declared, disturbances } = facts;
  if (declared !== null) return declaredStory(declared, facts);
  const back = inverse(facts);
  if (disturbances !== null && disturbances.length === 0) {
    return {
      kind: 'traffic',
      why: ['a program of before runs against the schema of after', ...(back.proved ? [back.why] : [])],
      steps: [
        'bring the former version of the application back; the schema may stay',
        ...(back.proved ? ['run the rollback later, when nobody uses what it takes away'] : []),
      ],
      loses: [],
      otherwise: back.proved ? 'inverse' : fallback(facts),
      declared: null,
    };
  }
  const disturbing =
    disturbances === null ? [] : disturbances.slice(0, 3).map((line) => `the former program notices: ${line}`);
  if (back.proved) {
    return {
      kind: 'inverse',
      why: [back.why, ...disturbing],
      steps: ['bring the former version of the application back', 'run the rollback', 'compare schema and rows'],
      loses: [],
      otherwise: fallback(facts),
      declared: null,
    };
  }
  return withoutInverse(facts, [back.why, ...disturbing]);
}

function inverse({ proof }: StoryFacts): { readonly proved: boolean; readonly why: string } {
  if (proof === null) return { proved: false, why: 'no rollback was tried' };
  const which = proof.rollback === 'generated' ? 'generated' : 'written';
  if (proof.verdict === 'restored') {
    return { proved: true, why: `the ${which} rollback was proved: schema and rows are as before` };
  }
  const lost = proof.dataKept === false ? ', and rows are lost' : '';
  return { proved: false, why: `the ${which} rollback is no way back: ${proof.reason ?? proof.verdict}${lost}` };
}

function fallback({ hasSecondCluster, canRestore }: StoryFacts): RollbackStoryKind | null {
  if (hasSecondCluster) return 'cluster';
  return canRestore === false ? null : 'point-in-time';
}

function withoutInverse(facts: StoryFacts, why: readonly string[]): RollbackStory {
  const kind = fallback(facts);
  if (kind === 'cluster') {
    return {
      kind,
      why: ['a second cluster is there to switch back to', ...why],
      steps: ['switch traffic back to the former cluster', 'bring over what was written meanwhile'],
      loses: ['what was written since the cutover, unless it is replicated back'],
      otherwise: facts.canRestore === false ? null : 'point-in-time',
      declared: null,
    };
  }
  if (kind === 'point-in-time') {
    const unseen = facts.canRestore === null ? ['whether there is anything to restore from was not looked at'] : [];
    return restore(['nothing less leads back', ...why, ...unseen]);
  }
  return {
    kind: 'none',
    why: [...why, 'there is neither a second cluster nor anything to restore from'],
    steps: ['declare it in the file: -- lockkeeper: no-rollback because REASON; mitigation: restore point'],
    loses: [],
    otherwise: null,
    declared: null,
  };
}

function restore(why: readonly string[]): RollbackStory {
  return {
    kind: 'point-in-time',
    why,
    steps: ['a person decides, with the loss before their eyes', 'restore to the point set before the change'],
    loses: [restoreLoses],
    otherwise: null,
    declared: null,
  };
}

const meanings: Readonly<Record<Mitigation, Pick<RollbackStory, 'steps' | 'loses' | 'otherwise'>>> = {
  'restore point': {
    steps: ['set a restore point directly before the change', 'restore to it, by a person’s decision'],
    loses: [restoreLoses],
    otherwise: 'point-in-time',
  },
  'blue/green': {
    steps: ['make the change on the second cluster', 'switch back to the first'],
    loses: ['what was written since the cutover, unless it is replicated back'],
    otherwise: 'cluster',
  },
  window: {
    steps: ['make the change while nobody writes', 'mend what is wrong before the window ends'],
    loses: [],
    otherwise: null,
  },
};

function declaredStory(declared: DeclaredNoRollback, facts: StoryFacts): RollbackStory {
  const back = inverse(facts);
  return {
    kind: 'none',
    why: [`declared: ${declared.because}`, ...(back.proved ? [`yet ${back.why}`] : [])],
    ...meanings[declared.mitigation],
    declared,
  };
}
