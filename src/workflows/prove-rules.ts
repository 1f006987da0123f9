import type { Rule } from '../before/classify/rule.js';
import { embeddedMajor } from '../foundation/postgres/server/embedded-versions.js';
import { readEnvironment } from '../foundation/runtime/environment.js';
import { loadParser } from '../foundation/sql/parse.js';
import { openEmbeddedStage } from '../foundation/stage/open-embedded-stage.js';
import type { OnProgress } from './progress.js';
import type { RuleProof } from '../model/rule-proof.js';
import { proveRule } from './prove-rule.js';

export interface ProveRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly majors: readonly number[];
}

/** Runs the examples of rules on servers of our own, one for each major. */
export async function proveRules(rules: readonly Rule[], request: ProveRequest): Promise<readonly RuleProof[]> {
  await loadParser();
  const proofs: RuleProof[] = [];
  for (const major of request.majors) {
    const concerned = rules.filter((rule) => rule.majors?.includes(major) ?? true);
    if (concerned.length === 0) continue;
    request.onProgress({ kind: 'phase', text: `Running examples on PostgreSQL ${major}` });
    await using stage = await openEmbeddedStage({
      major: embeddedMajor(major),
      serverBin: null,
      environment: readEnvironment(request.env),
      standby: false,
      signal: request.signal,
      onProgress: (text) => request.onProgress({ kind: 'phase', text }),
    });
    for (const rule of concerned) proofs.push(await proveRule(rule, stage));
  }
  return proofs;
}
