import { join } from 'node:path';
import type { JsonValue } from '../../../../model/json.js';
import type { GateContext, GatePolicy } from '../../gate-context.js';
import { isRecord } from '../../gate-settings.js';
import type { BackupFacts } from './backup-tools/backup-facts.js';
import { type BackupTool, backupTools } from './backup-tools/index.js';
import { readOwnList } from './backup-tools/own-list.js';

const commandTimeoutMs = 60_000;

export type BackupSource = {
  readonly name: string;
  readonly backups: readonly BackupFacts[];
  /** Why it says nothing; null when it answered. */
  readonly problem: string | null;
};

/** All sources that the policy names, and our own list, which counts where it is there. */
export async function readSources(context: GateContext, { settings }: GatePolicy): Promise<readonly BackupSource[]> {
  const { sources } = settings;
  const configured = Array.isArray(sources) ? (sources as readonly JsonValue[]) : sources == null ? [] : [sources];
  const read: BackupSource[] = [await readOwn(context)];
  for (const source of configured) read.push(await readConfigured(source, context));
  return read;
}

async function readOwn({ evidenceDir, readFile, session, replicas }: GateContext): Promise<BackupSource> {
  const name = 'lockkeeper backup';
  const text = await readFile(join(evidenceDir, 'backups.json'));
  if (text === null) return { name, backups: [], problem: null };
  const places = [session, ...replicas.flatMap((replica) => replica.session ?? [])].map(({ target }) => target);
  // The same name on another server is another database: of a test, say.
  const isOfTarget = ({ database, server, schemaOnly }: Readonly<Record<string, JsonValue>>): boolean =>
    schemaOnly !== true &&
    places.some((place) => place.database === database && `${place.host}:${place.port}` === server);
  try {
    const entries = JSON.parse(text) as JsonValue;
    const own = Array.isArray(entries)
      ? (entries as readonly JsonValue[]).filter((one) => isRecord(one) && isOfTarget(one))
      : entries;
    return { name, backups: readOwnList(JSON.stringify(own)), problem: null };
  } catch (cause) {
    return { name, backups: [], problem: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** `pgbackrest`, or `{ format: pgbackrest, command: … }`. What the command writes may name hosts: only facts are kept. */
async function readConfigured(source: JsonValue, { runCommand }: GateContext): Promise<BackupSource> {
  const { format: wanted, command: own } = isRecord(source) ? source : { format: source, command: null };
  const format = Object.keys(backupTools).find((one): one is BackupTool => one === (wanted ?? 'json'));
  const name = typeof wanted === 'string' ? wanted : 'json';
  const nothing = (problem: string): BackupSource => ({ name, backups: [], problem });
  if (format === undefined) return nothing(`no such format; there are ${Object.keys(backupTools).join(', ')}`);
  const command = typeof own === 'string' ? own : backupTools[format].command;
  if (command === null) return nothing('its command has to be named');
  const { exitCode, stdout } = await runCommand(command, commandTimeoutMs);
  if (exitCode !== 0) return nothing(`its command ended with ${exitCode ?? 'a signal or its time limit'}`);
  try {
    return { name, backups: backupTools[format].read(stdout), problem: null };
  } catch (cause) {
    return nothing(cause instanceof Error ? cause.message : String(cause));
  }
}
