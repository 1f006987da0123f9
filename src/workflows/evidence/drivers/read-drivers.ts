import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Compatibility } from '../../../model/evidence-bundle.js';
import { asText, type Manifest, parseObject } from './manifest.js';
import { manifests } from './manifests/index.js';

/** A file that is larger is no manifest that anybody wrote. */
const largestBytes = 32 * 1024 * 1024;

/**
 * Drivers by the nearest file of each kind, looked for upwards from the project's folder to the root of its repository.
 * Only reads; what is missing or cannot be read names none.
 */
export async function readDrivers(projectDir: string): Promise<Compatibility['drivers']> {
  const left = new Set(manifests);
  const found = new Map<Manifest, Compatibility['drivers']>();
  for (let dir = projectDir; ; dir = dirname(dir)) {
    const names = await readdir(dir).catch((): readonly string[] => []);
    for (const manifest of left) {
      const own = names.filter(manifest.matches).toSorted();
      if (own.length === 0) continue;
      left.delete(manifest);
      found.set(manifest, (await Promise.all(own.map((name) => readManifest(manifest, dir, name)))).flat());
    }
    if (names.includes('.git') || dir === dirname(dir)) break;
  }
  return manifests.flatMap((manifest) => found.get(manifest) ?? []);
}

async function readManifest(manifest: Manifest, dir: string, fileName: string): Promise<Compatibility['drivers']> {
  const text = await readText(join(dir, fileName));
  if (text === null) return [];
  return await Promise.all(
    manifest.read(text).map(async ({ name, wanted, exact }) => {
      const installed = fileName === 'package.json' ? await installedVersion(dir, name) : exact;
      return { manifest: fileName, name, wanted, installed };
    }),
  );
}

async function installedVersion(dir: string, name: string): Promise<string | null> {
  const text = await readText(join(dir, 'node_modules', name, 'package.json'));
  return text === null ? null : asText(parseObject(text)?.['version']);
}

async function readText(path: string): Promise<string | null> {
  try {
    const file = await stat(path);
    return file.isFile() && file.size <= largestBytes ? await readFile(path, 'utf8') : null;
  } catch {
    // Missing, or not readable: then nothing is known of it, which is no reason to stop.
    return null;
  }
}
