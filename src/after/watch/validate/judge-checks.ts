import type { TargetFigures } from '../../../model/target-figures.js';
import type { CriticalQuery } from '../../../model/target-settings.js';
import type { CriticalQueryTime, ValidationOutcome } from '../../../model/validation-report.js';
import type { VerifyFinding } from '../../../model/verify-report.js';
import { isMuchSlower } from '../compare-figures.js';
import { standingKey } from '../observe/read-figures.js';

export interface Judged {
  readonly outcome: ValidationOutcome;
  readonly detail: string;
}

/** Findings that are not the change's: the catalog knew of them before. */
export function newFindings(
  findings: readonly VerifyFinding[],
  before: Pick<TargetFigures, 'standing'> | null,
): readonly VerifyFinding[] {
  const known = new Set(before?.standing ?? []);
  return findings.filter((finding) => finding.weight === 'unknown' || !known.has(standingKey(finding)));
}

export function judgeIntegrity(findings: readonly VerifyFinding[], relations: readonly string[]): Judged {
  const of = (weight: VerifyFinding['weight']) => findings.filter((finding) => finding.weight === weight);
  const told = (list: readonly VerifyFinding[]): string =>
    list
      .slice(0, 3)
      .map(({ message }) => message)
      .join(' ') + (list.length > 3 ? ` And ${list.length - 3} more.` : '');
  if (of('error').length > 0) return { outcome: 'failed', detail: told(of('error')) };
  if (of('unknown').length > 0) return { outcome: 'unknown', detail: told(of('unknown')) };
  if (of('warning').length > 0) return { outcome: 'warned', detail: told(of('warning')) };
  return { outcome: 'passed', detail: `Everything that the schema promises of ${relations.join(', ')} holds.` };
}

/** A critical query's time now, beside the one from before and the longest that is borne. */
export function judgeQuery({ name, maxMs }: CriticalQuery, { beforeMs, afterMs }: CriticalQueryTime): Judged {
  const shown = (ms: number): string => `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`;
  if (afterMs === null) return { outcome: 'failed', detail: `${name} could not be run.` };
  const before =
    beforeMs === null ? 'what it took before is not known' : `before the change it took ${shown(beforeMs)}`;
  const told = `${name} takes ${shown(afterMs)}; ${before}.`;
  if (maxMs !== null && afterMs > maxMs) {
    return { outcome: 'failed', detail: `${told} More than ${shown(maxMs)} is not borne.` };
  }
  if (beforeMs !== null && isMuchSlower(beforeMs, afterMs)) return { outcome: 'failed', detail: told };
  return { outcome: 'passed', detail: told };
}

export interface ReplicationNow {
  readonly replicas: number;
  readonly lagMs: number | null;
}

export function judgeReplication(now: ReplicationNow | null, before: number | null, longestLagMs: number): Judged {
  if (now === null) return { outcome: 'unknown', detail: 'The role may not see the standbys.' };
  if (before !== null && now.replicas < before) {
    return { outcome: 'failed', detail: `${now.replicas} standbys follow; before the change it was ${before}.` };
  }
  if (now.replicas === 0) return { outcome: 'skipped', detail: 'No standby follows this server.' };
  const lag = now.lagMs === null ? 'lag is not known' : `the longest lag is ${Math.round(now.lagMs)} ms`;
  const isLate = (now.lagMs ?? 0) > longestLagMs;
  return { outcome: isLate ? 'warned' : 'passed', detail: `${now.replicas} standbys follow; ${lag}.` };
}
