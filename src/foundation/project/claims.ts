import type { Claim, Complexity } from '../../model/migration.js';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** What the comments at the head of a text promise, before its first statement. `firstLine`: the text's place in its file. */
export function readClaims(text: string, firstLine: number): readonly Claim[] {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !/^\s*(?:--|$)/.test(line));
  const head = lines.slice(0, end < 0 ? lines.length : end);
  return head.flatMap((line, index) => readClaim(line.trim(), firstLine + index) ?? []);
}

function readClaim(text: string, line: number): Claim | null {
  const complexity = /^--\s*Complexity:\s*(LOW|MEDIUM|HIGH|CRITICAL)\b/i.exec(text)?.[1];
  if (complexity !== undefined)
    return { kind: 'complexity', text, line, level: complexity.toUpperCase() as Complexity };
  const duration = /^--\s*Estimated\s+(?:Duration|Execution\s+Time|Time):\s*(.*)$/i.exec(text)?.[1];
  const durationMs = duration === undefined ? null : readDuration(duration);
  return durationMs === null ? null : { kind: 'duration', text, line, durationMs };
}

/** `30 seconds`, `< 5 min`, `1-2 hours` (the longer end), `1 hour 30 minutes`; null for a template such as `XX minutes`. */
function readDuration(text: string): number | null {
  const amounts =
    /(?:[\d.]+\s*(?:-|–|to)\s*)?(\d+(?:\.\d+)?)\s*(ms|milli\w*|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)\b/gi;
  const parts = [...text.matchAll(amounts)];
  if (parts.length === 0) return null;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unitOf(unit ?? '')] ?? 0), 0);
}

function unitOf(word: string): string {
  return /^(?:ms|milli)/i.test(word) ? 'ms' : word.charAt(0).toLowerCase();
}
