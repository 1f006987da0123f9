import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ConnectionTarget } from '../../../src/foundation/postgres/connection-target.js';
import { systemClock } from '../../../src/foundation/runtime/clock.js';
import { apply, type ApplyRequest } from '../../../src/workflows/apply.js';

export interface Folder extends AsyncDisposable {
  readonly path: string;
}

export async function folderOf(files: Readonly<Record<string, string>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'lockkeeper-target-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export function urlOf({ host, port, user, database }: ConnectionTarget, as = user): string {
  return `host=${host} port=${port} user=${as} dbname=${database}`;
}

/** What the verbs have in common. */
export function requestFor(cwd: string, url: string) {
  return {
    cwd,
    env: {},
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    database: { database: url, target: null },
    paths: [],
  };
}

export function changeFor(cwd: string, url: string): ApplyRequest {
  const { paths, ...rest } = requestFor(cwd, url);
  return {
    ...rest,
    selection: { paths },
    allowUndecidable: false,
    onEvent: () => undefined,
    until: null,
    only: [],
    dryRun: false,
    gates: false,
  };
}

export function applyAll(cwd: string, url: string, wanted: Partial<ApplyRequest> = {}) {
  return apply({ ...changeFor(cwd, url), ...wanted });
}

/** A migration of dbmate. */
export function dbmate(up: string, down: string, options = ''): string {
  return `-- migrate:up${options}\n${up}\n\n-- migrate:down${options}\n${down}\n`;
}
