import { canonicalJson } from '../../../foundation/records/canonical-json.js';
import { digest } from '../../../foundation/records/digest.js';
import type { ChangeContent, EvidenceProblem, EvidenceStatement } from '../../../model/evidence-bundle.js';
import { subjectsOf } from '../bundle/build-bundle.js';
import { type Findings, joinFindings, nothingFound, problem } from './problem.js';

/** The digest of a change, from all that it is made of. */
export function digestOfContent({ transactionScope, placeholders, migrations }: ChangeContent): string {
  const change = {
    transactionScope,
    placeholders,
    migrations: migrations.map(({ id, path, transactionMode, down, sources }) => ({
      id,
      path,
      transactionMode,
      down,
      sources: sources.map((source) => ({ path: source.path, sha256: source.sha256 })),
    })),
  };
  return digest('change', canonicalJson(change));
}

/** That the files which a bundle is about are those of the change that was approved and applied. */
export function checkSubjects({ subject, predicate }: EvidenceStatement, path: string): Findings {
  const { content, digest: changeDigest } = predicate.change;
  const named = subject.find(({ name }) => name === 'change')?.digest['lockkeeper-change-v1'];
  const problems: EvidenceProblem[] = [];
  if (named !== changeDigest)
    problems.push(problem('migration', [path, 'subject.change'], 'it is not the change that the bundle is about'));
  if (content === null) {
    return {
      problems,
      notes: [
        'The digest of the change cannot be computed from the bundle: it has placeholders, whose values are not exported, or no classification.',
      ],
    };
  }
  if (digestOfContent(content) !== changeDigest) {
    problems.push(
      problem(
        'migration',
        [path, 'change.content'],
        'the files that are listed do not make the digest of the change: a path, a digest or their order was changed',
      ),
    );
  }
  const wanted = subjectsOf(changeDigest, content);
  for (const { name, digest: said } of wanted.filter((one) => one.name !== 'change')) {
    const found = subject.find((one) => one.name === name)?.digest['sha256'];
    if (found !== said['sha256'])
      problems.push(problem('migration', [name, 'sha256'], 'the bundle says two different things of its bytes'));
  }
  return { problems, notes: [] };
}

/** Files as they are now. */
export interface FilesNow {
  /** SHA-256 of each file's bytes, hex, by its path as records name it. */
  readonly digests: ReadonlyMap<string, string>;
  /** Paths of files that hold nothing but what runs again whenever its text changes. */
  readonly repeatable: ReadonlySet<string>;
}

/** That the files on disk are those that were judged. To edit a repeatable migration is how a team makes the next change. */
export function checkFiles(contents: readonly ChangeContent[], { digests, repeatable }: FilesNow): Findings {
  const wanted = new Map(
    contents.flatMap(({ migrations }) =>
      migrations.flatMap(({ sources }) => sources.map(({ path, sha256 }) => [path, sha256] as const)),
    ),
  );
  return joinFindings(
    [...wanted].map(([path, sha256]) => {
      const now = digests.get(path);
      if (now === sha256) return nothingFound;
      if (now === undefined) return wrong(path, null, 'it is not there any more');
      if (repeatable.has(path)) {
        return {
          problems: [],
          notes: [`${path} is repeatable and was edited since it was applied: a change of its own.`],
        };
      }
      const both = `${now.slice(0, 16)} in place of ${sha256.slice(0, 16)}`;
      return wrong(path, 'sha256', `its bytes are not those that were judged: ${both}`);
    }),
  );
}

function wrong(path: string, field: string | null, message: string): Findings {
  return { problems: [problem('migration', [path, field], message)], notes: [] };
}
