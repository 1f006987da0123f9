import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { ChangeSafetyError } from '../../../model/change-safety-error.js';
import type { ProjectFiles } from '../format.js';

export interface GraphileText {
  readonly headers: ReadonlyMap<string, string>;
  /** What follows the headers, untouched. */
  readonly body: string;
  /** 1-based line where the body begins. */
  readonly firstLine: number;
}

/** Parts `--! Key: value` lines at the head of a file from its SQL. */
export function parseGraphileText(text: string): GraphileText {
  const lines = text.split('\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const match = /^--! ([A-Z]\w*)(?::(.*))?\r?$/.exec(line);
    if (match === null) break;
    headers.set(match[1] as string, (match[2] ?? '').trim());
  }
  return { headers, body: lines.slice(headers.size).join('\n'), firstLine: headers.size + 1 };
}

/** `--! no-transaction` counts only as the body's very first line. */
export function isWithoutTransaction(body: string): boolean {
  return /^--!\s*no-transaction\b/.test(body.trim());
}

/** The hash that seals a committed migration to its predecessor: `sha1:` and 40 hex digits. */
export function hashGraphileMigration(body: string, previousHash: string | null): string {
  const sealed = `${`${previousHash ?? ''}\n${body.trim()}`.trim()}\n`;
  return `sha1:${createHash('sha1').update(sealed).digest('hex')}`;
}

export interface GraphileInclude {
  readonly text: string;
  readonly includes: readonly string[];
}

/** Puts the files that `--!include name.sql` names in its place. Throws `script-invalid` for one that cannot be read. */
export function resolveGraphileIncludes(files: ProjectFiles, path: string, fixtures: string): GraphileInclude {
  return includeInto(files, files.text(path), { fixtures, trail: [path] });
}

interface IncludeContext {
  readonly fixtures: string;
  /** The file and those that include it, outermost first. */
  readonly trail: readonly string[];
}

function includeInto(files: ProjectFiles, text: string, { fixtures, trail }: IncludeContext): GraphileInclude {
  const includes: string[] = [];
  const replaced = text.replace(/^--![ \t]*include[ \t]+(.*\.sql)[ \t]*$/gm, (_line, name: string) => {
    const path = posix.join(fixtures, name);
    if (trail.includes(path)) throw refusedInclude(trail, `includes ${path} again`);
    if (!path.startsWith(`${fixtures}/`))
      throw refusedInclude(trail, `includes ${name}, which lies outside ${fixtures}`);
    if (!files.paths.includes(path)) throw refusedInclude(trail, `includes ${path}, but there is no such file`);
    const inner = includeInto(files, files.text(path), { fixtures, trail: [...trail, path] });
    includes.push(path, ...inner.includes);
    return `--! Included ${name}\n${inner.text.trim()}\n--! EndIncluded ${name}`;
  });
  return { text: replaced, includes: [...new Set(includes)] };
}

function refusedInclude(trail: readonly string[], what: string): ChangeSafetyError {
  return new ChangeSafetyError({
    code: 'script-invalid',
    message: `${trail.at(-1)} ${what}.`,
    remedy: 'Name a file in the fixtures folder beside the committed migrations, without a circle.',
    effect: 'none',
  });
}
