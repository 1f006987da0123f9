import type { JsonValue } from '../../../../model/json.js';
import type { GateDecision } from '../../../../model/preflight.js';
import { block, defineGate, pass, warn } from '../../gate.js';
import type { GateContext } from '../../gate-context.js';
import { bytesInWords, durationInWords, firstOf } from '../../in-words.js';
import { readRows } from './reading/read-shortly.js';

/*
 * Every step sets lock_timeout, statement_timeout and idle_in_transaction_session_timeout for itself, whatever a role or a
 * database says. These it does not set.
 */
const settingsSql = `SELECT s.name, s.setting, s.source FROM pg_catalog.pg_settings s WHERE s.name = ANY ($1)`;
const names = [
  'transaction_timeout',
  'idle_session_timeout',
  'temp_file_limit',
  'default_transaction_read_only',
  'default_transaction_isolation',
  'session_replication_role',
];

type Observation = {
  /** In the unit of pg_settings: milliseconds, kB. A setting that this major does not have is missing. */
  readonly settings: { readonly [name: string]: { readonly value: string; readonly source: string } };
  readonly longSteps: number;
  /** How long a session of the run may be idle between two steps. */
  readonly patienceMs: number;
  /** The longest rehearsed migration, and most temporary space; null without a rehearsal. */
  readonly rehearsed: { readonly longestMs: number; readonly tempBytes: number } | null;
};

const remedy = 'ALTER ROLE … SET the setting for the role that applies changes, and connect anew.';

/** `block`s first. */
function decide(seen: Observation): GateDecision {
  const problems = [...judgeTimeouts(seen), ...judgeRest(seen)];
  const blocking = problems.filter(({ verdict }) => verdict === 'block');
  if (blocking.length > 0) return block(`${firstOf(blocking.map(({ words }) => words))}.`, remedy);
  if (problems.length > 0) return warn(`${firstOf(problems.map(({ words }) => words))}.`, remedy);
  return pass('Nothing that the role or the database sets ends a step before its own limits do.');
}

interface Problem {
  readonly verdict: 'warn' | 'block';
  readonly words: string;
}

function numberOf({ settings }: Observation, name: string): number {
  return Number(settings[name]?.value ?? 0);
}

function judgeTimeouts(seen: Observation): readonly Problem[] {
  const { longSteps, patienceMs, rehearsed } = seen;
  const problems: Problem[] = [];
  const transactionMs = numberOf(seen, 'transaction_timeout');
  if (transactionMs > 0) {
    const short = rehearsed === null || transactionMs < 2 * rehearsed.longestMs;
    const words = `transaction_timeout (${durationInWords(transactionMs)}) ends the session in the middle of a step that takes longer`;
    problems.push({ verdict: longSteps > 0 || short ? 'block' : 'warn', words });
  }
  const idleMs = numberOf(seen, 'idle_session_timeout');
  if (idleMs > 0 && idleMs < patienceMs) {
    const words = `idle_session_timeout (${durationInWords(idleMs)}) ends sessions that wait for a quiet moment, which may take ${durationInWords(patienceMs)}`;
    problems.push({ verdict: 'block', words });
  }
  return problems;
}

function judgeRest(seen: Observation): readonly Problem[] {
  const { settings, rehearsed } = seen;
  const problems: Problem[] = [];
  const tempBytes = numberOf(seen, 'temp_file_limit') * 1024;
  if (tempBytes > 0) {
    const short = rehearsed !== null && tempBytes < 2 * rehearsed.tempBytes;
    problems.push({
      verdict: short ? 'block' : 'warn',
      words: `temp_file_limit (${bytesInWords(tempBytes)}) bounds the sort of an index build`,
    });
  }
  if (settings['default_transaction_read_only']?.value === 'on') {
    problems.push({ verdict: 'block', words: 'default_transaction_read_only is on' });
  }
  const role = settings['session_replication_role']?.value ?? 'origin';
  if (role !== 'origin') {
    problems.push({
      verdict: 'block',
      words: `session_replication_role is ${role}: foreign keys would not be checked`,
    });
  }
  const isolation = settings['default_transaction_isolation']?.value ?? 'read committed';
  if (isolation !== 'read committed') {
    problems.push({
      verdict: 'warn',
      words: `default_transaction_isolation is ${isolation}: steps may fail with 40001`,
    });
  }
  return problems;
}

function measureRehearsal({ change }: GateContext): Observation['rehearsed'] {
  if (change.rehearsal === null) return null;
  const { migrations } = change.rehearsal;
  const temp = migrations.flatMap(({ statements }) => statements.map(({ io }) => io?.tempBytes ?? 0));
  return {
    longestMs: Math.max(0, ...migrations.map(({ durationMs }) => durationMs)),
    tempBytes: Math.max(0, ...temp),
  };
}

export default defineGate<Observation & JsonValue>({
  id: 'server-timeouts',
  title: 'No setting of the role or the database breaks a step',
  why: 'A timeout that a step does not set for itself ends it half-way, in a manner that the rehearsal did not show.',
  remedy,
  sources: ['https://www.postgresql.org/docs/current/runtime-config-client.html'],
  blindSpot:
    'Limits of proxies, load balancers and of the network do not show. What is read holds for the role that connects.',
  inspect: async (context) => {
    const { session, change } = context;
    const rows = await readRows(session, 'settings', { sql: settingsSql, values: [names] });
    return {
      settings: Object.fromEntries(
        rows.map((row) => [String(row['name']), { value: String(row['setting']), source: String(row['source']) }]),
      ),
      longSteps: change.plan.steps.filter(({ limits }) => limits.profile === 'long watched').length,
      patienceMs: change.plan.budget.patienceMs,
      rehearsed: measureRehearsal(context),
    };
  },
  decide,
});
