import { decisivePreflight } from '../../change-facts.js';
import { counted } from '../../in-words.js';
import { byGate, defineStep, endedIn, gateStep, missing } from '../step.js';

export const preflightPassed = defineStep({
  id: 'preflight',
  title: 'Every gate is open',
  phase: 'before',
  remedy: '`lockkeeper preflight`',
  judge: (facts) => {
    const record = decisivePreflight(facts);
    if (record === null) return missing;
    const { gates, verdict } = record.body;
    const count = (wanted: string) => gates.filter((one) => one.verdict === wanted && one.waiver === null).length;
    const waived = gates.filter(({ waiver }) => waiver !== null).map(({ id }) => id);
    const figures = [
      `${counted(gates.length, 'gate')}: ${count('pass')} pass, ${count('warn')} warn, ${count('block')} block, ${count('unknown')} unknown`,
      ...(waived.length > 0 ? [`waived: ${waived.join(', ')}`] : []),
    ].join('; ');
    return endedIn(record, { holds: verdict !== 'block', figures });
  },
});

export const approved = defineStep({
  id: 'approvals',
  title: 'Those whom the policy names have approved it, and not its author alone',
  phase: 'before',
  remedy: '`lockkeeper approve`, by each role that the policy names',
  judge: (facts) => {
    const given = facts.approvals.filter(({ body }) => body.statement.kind === 'approval');
    const by = given.map(({ body }) => `${body.statement.role ?? 'approver'}: ${body.signer.principal}`).join(', ');
    const found = byGate(facts, 'approvals-given');
    const isFree = found.state === 'done' && given.length === 0;
    return { ...found, ...(isFree ? { state: 'not applicable' as const } : {}), by: by === '' ? found.by : by };
  },
});

export const windowKept = defineStep({
  id: 'maintenance-window',
  title: 'It runs inside the maintenance window',
  phase: 'before',
  remedy: '`targets.X.window` in the configuration',
  judge: (facts) => byGate(facts, 'maintenance-window'),
});

export const backupFresh = gateStep('backup-fresh', {
  gate: 'backup-fresh',
  title: 'There is a fresh backup',
  remedy: '`lockkeeper backup create`',
});

export const diskSpace = gateStep('disk-space', { gate: 'disk-space', title: 'There is disk space for it' });

export const walArchiving = gateStep('wal-archiving', {
  gate: 'wal-archiving',
  title: 'Point-in-time recovery is on',
});

export const loadEnvelope = gateStep('load-envelope', {
  gate: 'load-envelope',
  title: 'The load is known, and low enough',
});

export const runbooks = gateStep('runbooks', { gate: 'runbooks-present', title: 'The runbooks are there' });

export const structureMatches = gateStep('structure-matches', {
  gate: 'structure-matches',
  title: 'The target has the structure that was rehearsed',
});
