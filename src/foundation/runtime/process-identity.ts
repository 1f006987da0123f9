import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** Names one process for good: its number alone is given to another process later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In the unit of the platform; equal for the same process, never for its successor under the same number. */
  readonly startedAt: string;
  /** Numbers mean something only inside one pid namespace (containers); empty where there is none. */
  readonly namespace: string;
}

let own: ProcessIdentity | null = null;

export function identifyOwnProcess(): ProcessIdentity {
  own ??= { pid: process.pid, startedAt: readStartTime(process.pid) ?? '', namespace: readNamespace() };
  return own;
}

/** Whether that very process still runs; null when it cannot be known from here (another pid namespace). */
export function isProcessAlive(identity: ProcessIdentity): boolean | null {
  if (identity.namespace !== identifyOwnProcess().namespace) return null;
  return readStartTime(identity.pid) === identity.startedAt;
}

/** The command line of a running process, null if there is none. */
export function readCommandLine(pid: number): string | null {
  if (process.platform !== 'linux') return askPs(pid, 'command=');
  return readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? null;
}

/** Null for a process that is gone, or dead and only not yet collected by its parent. */
function readStartTime(pid: number): string | null {
  if (process.platform !== 'linux') return askPs(pid, 'lstart=');
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field, the name in brackets, may hold blanks and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

function readNamespace(): string {
  try {
    return process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : '';
  } catch {
    return '';
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function askPs(pid: number, column: string): string | null {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8', stdio }).trim() || null;
  } catch {
    return null;
  }
}
