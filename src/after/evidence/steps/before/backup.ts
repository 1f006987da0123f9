import type { ChangeFacts } from '../../change-facts.js';
import { bytesInWords, counted } from '../../in-words.js';
import { byGate, defineStep, missing, seenIn } from '../step.js';

export const backupCreated = defineStep({
  id: 'backup-created',
  title: 'A backup was made before the change',
  phase: 'before',
  remedy: '`lockkeeper backup create`',
  judge: (facts) => {
    const record = facts.backups.find(({ body }) => body.action === 'create');
    if (record === undefined || record.body.action !== 'create') return byGate(facts, 'backup-fresh');
    const { backup } = record.body;
    const name = backup.path.split('/').at(-1) ?? backup.path;
    const figures = `${name}: ${bytesInWords(backup.bytes)} of ${backup.database}`;
    return seenIn(record, { holds: true, figures, at: backup.createdAt });
  },
});

function verificationOf(facts: ChangeFacts) {
  const record = facts.backups.findLast(({ body }) => body.action === 'verify');
  return record === undefined || record.body.action !== 'verify' ? null : { record, report: record.body };
}

export const backupVerified = defineStep({
  id: 'backup-verified',
  title: 'The backup was checked',
  phase: 'before',
  remedy: '`lockkeeper backup verify`',
  judge: (facts) => {
    const found = verificationOf(facts);
    if (found === null) return byGate(facts, 'backup-fresh');
    const { record, report } = found;
    const passed = report.checks.filter(({ outcome }) => outcome === 'passed').length;
    const figures = `${report.verdict}: ${passed} of ${counted(report.checks.length, 'check')} passed`;
    return seenIn(record, { holds: report.verdict === 'passed', figures });
  },
});

export const restoreProved = defineStep({
  id: 'restore-proof',
  title: 'The backup was restored, and compared',
  phase: 'before',
  remedy: '`lockkeeper backup verify`',
  judge: (facts) => {
    const found = verificationOf(facts);
    if (found === null) return byGate(facts, 'backup-fresh');
    const check = found.report.checks.find(({ id }) => id === 'restore');
    if (check === undefined || check.outcome === 'skipped' || check.outcome === 'inconclusive') return missing;
    return seenIn(found.record, { holds: check.outcome === 'passed', figures: check.detail });
  },
});

export const restorePoint = defineStep({
  id: 'restore-point',
  title: 'There is a point to recover to',
  phase: 'before',
  remedy: '`lockkeeper backup create` as a role that may call pg_create_restore_point, with archiving on',
  judge: (facts) => {
    const record = facts.backups.find(({ body }) => body.action === 'create');
    if (record === undefined || record.body.action !== 'create') return byGate(facts, 'wal-archiving');
    const { name, lsn, why } = record.body.manifest.restorePoint;
    if (name === null) return { ...seenIn(record, { holds: true, figures: why }), state: 'missing' };
    return seenIn(record, { holds: true, figures: `${name} at ${lsn}` });
  },
});
