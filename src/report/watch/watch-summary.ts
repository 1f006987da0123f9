import type { Surprise } from '../../model/surprise.js';
import type {
  AnsweredQuestion,
  WatchAction,
  WatchDecision,
  WatchReport,
  WatchSample,
} from '../../model/watch-report.js';
import { formatDuration } from '../units.js';

export type WatchLight = 'good' | 'warn' | 'bad';

export function watchLight({ verdict }: Pick<WatchDecision, 'verdict'>): WatchLight {
  return ({ continue: 'good', assess: 'warn', 'roll back now': 'bad' } as const)[verdict];
}

export function watchHead(report: WatchReport): readonly string[] {
  const { tool, target, tier, runId, changedAt, samples, durationMs } = report;
  return [
    `${tool.name} ${tool.version} · watch over ${target ?? 'a database'}`,
    `tier ${tier}`,
    ...(runId === null ? [] : [`run ${runId}`]),
    `changed ${changedAt}`,
    `watched for ${formatDuration(durationMs)}`,
    `${samples.length} looks`,
  ];
}

/** `ROLL BACK NOW (P1)`, `CONTINUE, interrupted`. */
export function watchVerdict({ decision, ended }: Pick<WatchReport, 'decision' | 'ended'>): string {
  const { verdict, severity } = decision;
  const grade = severity === null || verdict === 'continue' ? '' : ` (${severity})`;
  return `${verdict}${grade}${ended === 'interrupted' ? ', as far as it was watched' : ''}`;
}

/** Who does what until when; nothing where all is well. */
export function termsInWords({ terms, decision, contacts }: WatchReport): readonly string[] {
  if (terms === null) return [];
  const { respondBy, decideBy } = decision;
  return [
    `${terms.severity}: ${terms.meaning}. Respond ${terms.responseInWords}${respondBy === null ? '' : `, by ${respondBy}`}; ${terms.assessInWords}${decideBy === null ? '' : `, by ${decideBy}`}.`,
    ...contacts.map(({ role, name, reach, at }) => {
      const who = name === null ? `${role} (nobody is named)` : `${role}: ${name}`;
      return `${who}${reach === null ? '' : `, ${reach}`}, at ${at}`;
    }),
  ];
}

export function answerInWords({ question, answer, because }: AnsweredQuestion): string {
  return `${question} ${answer}. ${because}`;
}

export function actionInWords({ at, what, ok, detail }: WatchAction): string {
  return `${at} ${ok ? '✓' : '✗'} ${what}: ${detail}`;
}

export function automaticInWords({ automatic }: WatchReport): readonly string[] {
  if (automatic === null) return [];
  const { outcome, actions, restoreLoses } = automatic;
  return [
    ...actions.map(actionInWords),
    outcome === 'handed over' ? 'A person has to decide now.' : `${outcome}.`,
    ...(restoreLoses === null ? [] : [restoreLoses]),
  ];
}

export function surpriseInWords({ text, runbook, update }: Surprise): string {
  return `${text} Runbook “${runbook}”: ${update}`;
}

/** `healthy · errorRate 0.002 · p95Ms 41`. */
export function sampleInWords({ reachable, healthy, metrics, waitingSessions, newFaults }: WatchSample): string {
  const health = healthy === null ? [] : [healthy ? 'healthy' : 'NOT HEALTHY'];
  const figures = Object.entries(metrics).map(
    ([name, value]) => `${name} ${value === null ? '?' : Number(value.toPrecision(3))}`,
  );
  return [
    ...(reachable ? [] : ['database not reached']),
    ...health,
    ...figures,
    ...(waitingSessions === null || waitingSessions === 0 ? [] : [`${waitingSessions} waiting`]),
    ...(newFaults === null || newFaults === 0 ? [] : [`${newFaults} faults`]),
  ].join(' · ');
}
