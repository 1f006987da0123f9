import type { JsonValue } from '../../../../../model/json.js';
import { isRecord } from '../../../gate-settings.js';

/** What is known of one backup, whoever made it. Times are ISO 8601, UTC. */
export type BackupFacts = {
  /** When it was whole. */
  readonly createdAt: string;
  readonly label: string | null;
  /** When somebody looked whether it is sound; null where nothing says so. */
  readonly verifiedAt: string | null;
  /** When it was last restored; null where nothing says so. */
  readonly restoredAt: string | null;
  readonly bytes: number | null;
  /** Why it is worth nothing, as its tool says; null when it is not. */
  readonly fault: string | null;
};

/** Turns what a tool prints into facts. Pure. @throws Error when the text is not what the tool prints. */
export type BackupReader = (text: string) => readonly BackupFacts[];

/** A text that is JSON. @throws Error when it is not. */
export function parseTool(text: string, tool: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new Error(`${tool} printed no JSON`);
  }
}

/** The mappings of a list; anything else is left out. */
export function recordsOf(value: JsonValue | undefined): readonly Readonly<Record<string, JsonValue>>[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isRecord) : [];
}

/** ISO 8601, from seconds since the epoch, or from a text with its own offset or none, which then is UTC; null for anything else. */
export function timeOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'number') return isoOf(value * 1_000);
  if (typeof value !== 'string' || value === '') return null;
  const text = value.trim().replace(' ', 'T');
  return isoOf(Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) || !text.includes(':') ? text : `${text}Z`));
}

function isoOf(ms: number): string | null {
  return Number.isFinite(ms) && ms > 0 ? new Date(ms).toISOString() : null;
}

export function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function figureOf(value: JsonValue | undefined): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
