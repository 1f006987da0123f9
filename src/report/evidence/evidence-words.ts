import type { ControlReport, ControlState, StepFinding } from '../../model/controls.js';
import type { BundledRecord, Compatibility } from '../../model/evidence-bundle.js';
import { formatCounted } from '../units.js';

/** What is not done, for the sake of which somebody reads on. */
export type StateLook = 'good' | 'bad' | 'warn' | 'faint';

export const stateLooks: Readonly<Record<ControlState, StateLook>> = {
  done: 'good',
  failed: 'bad',
  missing: 'bad',
  ask: 'warn',
  waived: 'warn',
  'not applicable': 'faint',
};

export const stateMarks: Readonly<Record<ControlState, string>> = {
  done: '✓',
  failed: '✗',
  missing: '✗',
  ask: '?',
  waived: '!',
  'not applicable': '–',
};

export const stateWords: Readonly<Record<ControlState, string>> = {
  done: 'done',
  failed: 'failed',
  missing: 'missing',
  ask: 'to be said',
  waived: 'waived',
  'not applicable': 'not needed',
};

/** `2026-01-31 14:05:09`, UTC. */
export function shortTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** Who, when and by which record, as far as that is known. */
export function sourceInWords({ by, at, record, state }: StepFinding): string {
  const who = by === null ? null : state === 'ask' ? `asked of: ${by}` : by;
  return [who, at === null ? null : shortTime(at), record === null ? null : `record ${shortDigest(record)}`]
    .filter((part) => part !== null)
    .join(' · ');
}

/** `6 of 14 required steps are done; 3 are missing, 5 wait for a person`. */
export function controlsInWords({ controls }: Pick<ControlReport, 'controls'>): string {
  const needed = controls.filter(({ state }) => state !== 'not applicable');
  const count = (...states: readonly ControlState[]): number =>
    needed.filter(({ state }) => states.includes(state)).length;
  const rest = [
    [count('missing', 'failed'), 'missing or failed'],
    [count('ask'), 'for a person to say'],
    [count('waived'), 'waived'],
  ] as const;
  const open = rest.flatMap(([number, words]) => (number === 0 ? [] : [`${number} ${words}`]));
  const done = `${count('done')} of ${formatCounted(needed.length, 'required step')} done`;
  return [done, ...open].join(', ');
}

export function compatibilityInWords({ server, extensions, clients, drivers }: Compatibility): readonly string[] {
  const list = (items: readonly string[] | undefined, none: string): string =>
    items === undefined ? 'not read' : items.length === 0 ? none : items.join(', ');
  return [
    `server: ${server === null ? 'not read' : `PostgreSQL ${server.version}`}`,
    `extensions: ${list(
      extensions?.map(({ name, version }) => `${name} ${version}`),
      'none',
    )}`,
    `clients: ${list(
      clients?.map(({ application, user, sessions }) => {
        return `${application === '' ? 'without a name' : application} as ${user ?? 'nobody'} (${sessions})`;
      }),
      'nobody was connected',
    )}`,
    `drivers: ${list(
      drivers.map(({ manifest, name, wanted, installed }) => {
        const version = installed ?? (wanted === null ? 'of no known version' : `${wanted} wanted`);
        return `${name} ${version} (${manifest})`;
      }),
      'none in a manifest',
    )}`,
  ];
}

export function contentInWords({ content }: Pick<BundledRecord, 'content'>): string {
  return { whole: 'whole', redacted: 'redacted', 'left out': 'header only' }[content];
}
